/**
 * What happens to one query: the faults of the list that strike it, put together. Knows no socket; the
 * clock is handed in. The draws for a question depend on seed, fault, name, type and how often it was
 * asked, so that another order of queries changes nothing but rate limits and outages.
 */
import { hashText, mix } from './fault-server-draw.ts';
import {
  type Fault,
  isInShare,
  QUERY_TYPES,
  saltOf,
  type TcpFault,
} from './fault-server-faults.ts';
import type { Query } from './fault-server-message.ts';

const DMARC = '_dmarc.';
const BURST_SECONDS = 0.1;
const PARETO_SHAPE = 1.1;
const MAX_DELAY_MS = 10_000;

type FaultOf<Kind extends Fault['kind']> = Extract<Fault, { readonly kind: Kind }>;

/** All that is to be done to one response; a later fault of a kind takes the place of an earlier one. */
export interface Plan {
  isLost: boolean;
  delayMs: number;
  copies: number;
  behind: number;
  isOtherId: boolean;
  isOtherQuestion: boolean;
  isTruncated: boolean;
  isMixedCase: boolean;
  isEntNxdomain: boolean;
  spoof: FaultOf<'spoof'> | undefined;
  edns: FaultOf<'edns'>['how'] | undefined;
  rcode: FaultOf<'rcode'> | undefined;
  form: FaultOf<'form'>['form'] | undefined;
  tcp: TcpFault | undefined;
  /** What a rate limit or an outage does to it. */
  limit: FaultOf<'rate-limit'>['how'] | 'outage' | undefined;
}

const untouched = (): Plan => ({
  isLost: false,
  delayMs: 0,
  copies: 0,
  behind: 0,
  isOtherId: false,
  isOtherQuestion: false,
  isTruncated: false,
  isMixedCase: false,
  isEntNxdomain: false,
  spoof: undefined,
  edns: undefined,
  rcode: undefined,
  form: undefined,
  tcp: undefined,
  limit: undefined,
});

interface ActiveFault {
  readonly fault: Fault;
  readonly salt: number;
  readonly names: ReadonlySet<string> | undefined;
  readonly types: ReadonlySet<number> | undefined;
  readonly buckets: Map<string, Bucket>;
}

interface Bucket {
  tokens: number;
  filledAtMs: number;
}

export class Planner {
  readonly #seed: number;
  #active: readonly ActiveFault[] = [];
  #queries = 0;
  #setAtMs = 0;
  /** How often each question was asked since the faults were set. */
  readonly #asked = new Map<string, number>();
  repeats = 0;

  constructor(seed: number) {
    this.#seed = seed;
  }

  set(faults: readonly Fault[], nowMs: number): void {
    this.#active = faults.map((fault) => ({
      fault,
      salt: saltOf(fault),
      names: fault.names && new Set(fault.names),
      types: fault.types && new Set(fault.types.map((type) => QUERY_TYPES[type])),
      buckets: new Map(),
    }));
    this.#queries = 0;
    this.#asked.clear();
    this.#setAtMs = nowMs;
  }

  /** The share of connections that are refused before a word. */
  refusesConnection(count: number): boolean {
    return this.#active.some(
      ({ fault, salt }) =>
        fault.kind === 'tcp' &&
        fault.how === 'refuse' &&
        mix(count ^ salt ^ this.#seed) / 2 ** 32 < (fault.rate ?? 1),
    );
  }

  plan(query: Query, client: string, nowMs: number): Plan {
    const plan = untouched();
    const { name, type } = query;
    const key = `${type} ${name}`;
    const attempt = (this.#asked.get(key) ?? 0) + 1;
    this.#asked.set(key, attempt);
    if (attempt > 1) this.repeats++;
    this.#queries++;
    if (this.#active.length === 0) return plan;
    const base = name.startsWith(DMARC) ? name.slice(DMARC.length) : name;
    const baseHash = hashText(base, this.#seed);
    const drawn = mix(hashText(key, this.#seed) + attempt);
    for (const active of this.#active) {
      const hash = mix(drawn ^ active.salt);
      if (hash / 2 ** 32 >= (active.fault.rate ?? 1)) continue;
      if (isMeant(active, base, baseHash, type)) this.#strike(plan, active, hash, client, nowMs);
    }
    return plan;
  }

  #strike(plan: Plan, active: ActiveFault, hash: number, client: string, nowMs: number): void {
    const { fault } = active;
    if (fault.kind === 'rate-limit') {
      if (!takesToken(active, fault, client, nowMs)) plan.limit = fault.how;
    } else if (fault.kind === 'outage') {
      if (this.#isOut(fault, nowMs)) plan.limit = 'outage';
    } else {
      apply(plan, fault, mix(hash ^ 0x5bd1e995) / 2 ** 32);
    }
  }

  #isOut(fault: FaultOf<'outage'>, nowMs: number): boolean {
    const { fromQuery = 0, queries = Number.POSITIVE_INFINITY } = fault;
    const { fromMs = 0, ms = Number.POSITIVE_INFINITY } = fault;
    const count = this.#queries - 1 - fromQuery;
    const sinceMs = nowMs - this.#setAtMs - fromMs;
    return count >= 0 && count < queries && sinceMs >= 0 && sinceMs < ms;
  }
}

function isMeant(active: ActiveFault, base: string, baseHash: number, type: number): boolean {
  const { fault, names, types, salt } = active;
  if (types !== undefined && !types.has(type)) return false;
  if (names !== undefined && !names.has(base)) return false;
  if (fault.share === undefined) return true;
  // The root has no share in anything: it is what tells a dead server from a dead name.
  return base !== '' && isInShare(baseHash, salt, fault.share);
}

function takesToken(
  { buckets }: ActiveFault,
  fault: FaultOf<'rate-limit'>,
  client: string,
  nowMs: number,
): boolean {
  const capacity = Math.max(1, fault.burst ?? fault.perSecond * BURST_SECONDS);
  const bucket = buckets.get(client) ?? { tokens: capacity, filledAtMs: nowMs };
  buckets.set(client, bucket);
  const filled = bucket.tokens + ((nowMs - bucket.filledAtMs) * fault.perSecond) / 1000;
  bucket.tokens = Math.min(capacity, filled);
  bucket.filledAtMs = nowMs;
  if (bucket.tokens < 1) return false;
  bucket.tokens--;
  return true;
}

/** `at` in [0, 1) is for what the fault itself leaves open. */
function apply(plan: Plan, fault: Fault, at: number): void {
  switch (fault.kind) {
    case 'loss':
      plan.isLost = true;
      break;
    case 'delay':
      plan.delayMs += delayOf(fault, at);
      break;
    case 'duplicate':
      plan.copies = fault.copies;
      break;
    case 'reorder':
      plan.behind = fault.behind;
      break;
    case 'wrong-id':
      plan.isOtherId = true;
      break;
    case 'wrong-question':
      plan.isOtherQuestion = true;
      break;
    case 'truncate':
      plan.isTruncated = true;
      break;
    case 'mixed-case':
      plan.isMixedCase = true;
      break;
    case 'ent-nxdomain':
      plan.isEntNxdomain = true;
      break;
    default:
      applyLie(plan, fault);
  }
}

function applyLie(plan: Plan, fault: Fault): void {
  switch (fault.kind) {
    case 'spoof':
      plan.spoof = fault;
      break;
    case 'edns':
      plan.edns = fault.how;
      break;
    case 'rcode':
      plan.rcode = fault;
      break;
    case 'form':
      plan.form = fault.form;
      break;
    case 'tcp':
      if (fault.how !== 'refuse') plan.tcp = fault.how;
      break;
    default:
  }
}

function delayOf({ distribution, ms, maxMs = MAX_DELAY_MS }: FaultOf<'delay'>, at: number): number {
  switch (distribution) {
    case 'constant':
      return ms;
    case 'uniform':
      return ms * at;
    default:
      return Math.min(maxMs, ms / (1 - at) ** (1 / PARETO_SHAPE));
  }
}
