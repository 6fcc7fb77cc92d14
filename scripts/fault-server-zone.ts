/** The names of a truth and of its target zone as laid-out answers: what an honest server says. */
import { encodeMx, encodeTxt } from '../src/loopback/rdata.ts';
import { QUERY_TYPES } from './fault-server-faults.ts';
import {
  BIG_FILLER,
  CHAIN_END,
  chainHost,
  chainOf,
  endOfChain,
  policyTarget,
  targetTexts,
  VARIANTS,
} from './fault-server-kinds.ts';
import { type LaidOut, layOut, NODATA, NXDOMAIN, wireName } from './fault-server-message.ts';
import { type DomainPlan, hasDmarc, type Truth, WILDCARD_HOST } from './fault-server-truth.ts';

const { MX, NS, TXT } = QUERY_TYPES;
const DMARC = '_dmarc.';
/** A larger answer is laid out each time it is asked for, so that a long list fits into memory. */
const MAX_KEPT_OCTETS = 4096;

const ROOT_NS = layOut(NS, [wireName('ns.fault-server.test')]);

const texts = (all: readonly string[]): Uint8Array[] =>
  all.map((text) => encodeTxt(Buffer.from(text, 'latin1')));

function exchanges(all: readonly (readonly [number, string])[]): Uint8Array[] {
  return all.map(([preference, exchange]) => {
    const rdata = encodeMx(preference, exchange);
    if (rdata === undefined) throw new RangeError(`no exchange: ${exchange}`);
    return rdata;
  });
}

export class FaultZone {
  readonly #truth: Truth;
  readonly #targets = new Map<string, string>();
  readonly #chainEnds = new Map<string, number>();
  readonly #kept = new Map<string, LaidOut>();

  constructor(truth: Truth) {
    this.#truth = truth;
    this.#targets = targetTexts();
    for (let variant = 0; variant < VARIANTS; variant++) {
      this.#chainEnds.set(endOfChain(variant), variant);
    }
  }

  /** `isEntNxdomain`: names that exist only by what is below them are denied. */
  look(name: string, type: number, isEntNxdomain = false): LaidOut {
    if (isEntNxdomain && name !== '' && this.#truth.isEmptyNonTerminal(name)) return NXDOMAIN;
    const key = type === TXT ? name : `${type} ${name}`;
    const kept = this.#kept.get(key);
    if (kept !== undefined) return kept;
    const answer = this.#layOut(name, type);
    // What is said of names without records is no object of its own, and random names are many.
    const isPlainAbsence = answer === NODATA || answer === NXDOMAIN;
    if (!isPlainAbsence && answer.octets.length <= MAX_KEPT_OCTETS) this.#kept.set(key, answer);
    return answer;
  }

  #layOut(name: string, type: number): LaidOut {
    if (name === '') return type === NS ? ROOT_NS : NODATA;
    const plan = this.#truth.plan(name);
    if (plan !== undefined && plan.existence !== 'nonexistent') return this.#apex(plan, type);
    if (name.startsWith(DMARC)) {
      const base = this.#truth.plan(name.slice(DMARC.length));
      if (base !== undefined && base.existence !== 'nonexistent' && hasDmarc(base)) {
        return this.#dmarc(base, type);
      }
    }
    const target = this.#targets.get(name);
    if (target !== undefined) return type === TXT ? layOut(type, texts([target])) : NODATA;
    const end = this.#chainEnds.get(name);
    if (end !== undefined) return this.#endOf(end, type, []);
    if (this.#truth.exists(name) && !this.#truth.hasWildcards) return NODATA;
    return this.#absent(name, type);
  }

  #absent(name: string, type: number): LaidOut {
    if (!this.#truth.hasWildcards) return NXDOMAIN;
    // A name that exists is no wildcard's, also where it has nothing itself (RFC 4592 §2.2.2).
    return this.#truth.isEmptyNonTerminal(name) ? NODATA : wildcard(type, []);
  }

  #apex({ existence, variant, mx, spf, noise }: DomainPlan, type: number): LaidOut {
    if (existence === 'empty') return NODATA;
    if (existence === 'alias') return this.#endOf(variant, type, chainOf(variant, false));
    if (existence === 'dangling') {
      const chain = chainOf(variant, true);
      return this.#truth.hasWildcards ? wildcard(type, chain) : layOut(type, [], chain, true);
    }
    if (type === MX) return some(type, exchanges(mx.records(variant)));
    if (type !== TXT) return NODATA;
    const filler = existence === 'big' ? BIG_FILLER : [];
    return some(type, texts([...noise, ...spf.texts(variant), ...filler]));
  }

  #endOf(variant: number, type: number, aliases: readonly string[]): LaidOut {
    if (type === MX) return layOut(type, exchanges([[10, chainHost(variant)]]), aliases);
    return layOut(type, type === TXT ? texts([CHAIN_END.spf]) : [], aliases);
  }

  #dmarc({ dmarc, variant }: DomainPlan, type: number): LaidOut {
    if (dmarc.isAlias !== true) return type === TXT ? some(type, texts(dmarc.texts)) : NODATA;
    const target = policyTarget(variant);
    const record = type === TXT ? texts([this.#targets.get(target) ?? '']) : [];
    return layOut(type, record, [target]);
  }
}

const some = (type: number, rdata: readonly Uint8Array[]): LaidOut =>
  rdata.length === 0 ? NODATA : layOut(type, rdata);

function wildcard(type: number, aliases: readonly string[]): LaidOut {
  if (type === MX) return layOut(type, exchanges([[10, WILDCARD_HOST]]), aliases);
  const rdata = type === TXT ? texts(['wildcard=1']) : [];
  return rdata.length + aliases.length === 0 ? NODATA : layOut(type, rdata, aliases);
}
