/** One response to one query, as its plan wants it. Pure but for the counters. */
import type { Counters } from './fault-server-counters.ts';
import { deform } from './fault-server-forms.ts';
import {
  badVersion,
  bareRcode,
  layOut,
  mixCase,
  NODATA,
  NXDOMAIN,
  otherId,
  otherQuestion,
  type Query,
  respond,
  truncated,
  withoutEdns,
} from './fault-server-message.ts';
import type { Plan } from './fault-server-plan.ts';
import type { FaultZone } from './fault-server-zone.ts';

export type Over = 'udp' | 'tcp';

export class Responder {
  readonly #zone: FaultZone;
  readonly #counters: Counters;

  constructor(zone: FaultZone, counters: Counters) {
    this.#zone = zone;
    this.#counters = counters;
  }

  /** Undefined for silence. */
  compose(query: Query, plan: Plan, over: Over): Buffer | undefined {
    const { limit } = plan;
    if (limit !== undefined) {
      this.#counters.add('limited');
      return limit === 'drop' || limit === 'outage' ? undefined : bareRcode(query, limit);
    }
    if (plan.isLost && over === 'udp') return undefined;
    const error = plan.edns !== undefined && query.hasEdns ? this.#ednsError(query, plan) : 'none';
    if (error !== 'none') return error;
    return this.#twist(query, plan, this.#content(query, plan, over));
  }

  #ednsError(query: Query, { edns }: Plan): Buffer | undefined {
    this.#counters.add('wrong');
    if (edns === 'silent') return undefined;
    return edns === 'badvers' ? badVersion(query) : withoutEdns(query, edns ?? 'formerr');
  }

  #content(query: Query, plan: Plan, over: Over): Buffer {
    if (plan.rcode !== undefined) {
      this.#counters.add('wrong');
      return bareRcode(query, plan.rcode.rcode, plan.rcode.extendedError);
    }
    const honest = this.#zone.look(query.name, query.type, plan.isEntNxdomain);
    const { form } = plan;
    const bytes = form === undefined ? respond(query, honest) : deform(form, query, honest);
    const isTooLong = over === 'udp' && bytes.length > query.udpLimit;
    if (!isTooLong && !(plan.isTruncated && over === 'udp')) {
      if (form !== undefined) this.#counters.add('wrong');
      return bytes;
    }
    this.#counters.add('truncated');
    return truncated(query, honest.rcode);
  }

  #twist(query: Query, plan: Plan, bytes: Buffer): Buffer {
    if (plan.isMixedCase) mixCase(bytes, query);
    if (plan.isOtherId || plan.isOtherQuestion) this.#counters.add('wrong');
    const asked = plan.isOtherQuestion ? otherQuestion(bytes, query) : bytes;
    return plan.isOtherId ? otherId(asked) : asked;
  }

  /** What a spoofer says, as if it came from the server: sound but for what `by` makes wrong. */
  spoof(query: Query, { by, says }: NonNullable<Plan['spoof']>): Buffer {
    this.#counters.add('spoofs');
    const bytes = respond(query, says === 'records' ? evilAnswer(query) : DENIALS[says]);
    if (by === 'question') return otherQuestion(bytes, query);
    return by === 'id' ? otherId(bytes) : bytes;
  }
}

const DENIALS = { nxdomain: NXDOMAIN, nodata: NODATA } as const;
const TXT = 16;
const MX = 15;
const EVIL_TXT = Buffer.from('\x0bv=spf1 +all', 'latin1');
const EVIL_MX = Buffer.from('\x00\x00\x04evil\x00', 'latin1');

function evilAnswer({ type }: Query) {
  if (type === TXT) return layOut(type, [EVIL_TXT]);
  return type === MX ? layOut(type, [EVIL_MX]) : NODATA;
}
