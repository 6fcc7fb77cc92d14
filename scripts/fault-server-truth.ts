/**
 * The truth of a fault server: what every domain of its list publishes, drawn from the seed, and what
 * a survey must therefore say of it. Pure. The classes follow from how the records were chosen; the
 * only rule worked out here is which DMARC record a domain inherits, anew and from the RFC.
 */
import { fraction, hashText, pick } from './fault-server-draw.ts';
import {
  CHAIN_END,
  chainHost,
  chainOf,
  DMARC_KINDS,
  type DmarcKind,
  type DmarcStands,
  EXISTENCE_KINDS,
  type ExistenceKind,
  MX_KINDS,
  type MxKind,
  NOISE,
  policyTarget,
  SPF_KINDS,
  type SpfKind,
  TARGET_ZONE,
  VARIANTS,
} from './fault-server-kinds.ts';

export interface TruthOptions {
  readonly seed: number;
  /** Surveyed names: lower case, no final dot. Duplicates count once. */
  readonly names: Iterable<string>;
  /** Every name that does not exist has a TXT and an MX of a wildcard all the same. */
  readonly hasWildcards?: boolean;
}

/** How one domain was drawn. */
export interface DomainPlan {
  readonly existence: ExistenceKind;
  readonly variant: number;
  readonly mx: MxKind;
  readonly spf: SpfKind;
  readonly noise: readonly string[];
  readonly dmarc: DmarcKind;
}

/** What a survey must say of a domain if nothing goes wrong. */
export interface DomainTruth {
  readonly status: 'exists' | 'nxdomain';
  readonly mx: string;
  readonly spf: string;
  readonly dmarc: string;
  /** As in `mx_hosts`; undefined where it is not told. */
  readonly mxHosts: string | undefined;
}

export const WILDCARD_HOST = `wildcard.${TARGET_ZONE}`;

/** No name has more questions below it than this many labels (RFC 9989 §4.10). */
const LONGEST_PARENT = 7;

export class Truth {
  readonly domains: readonly string[];
  readonly hasWildcards: boolean;
  readonly #plans = new Map<string, DomainPlan>();
  /** Every name with an existing name below it. */
  readonly #above = new Set<string>();

  /** Throws RangeError for a name at or below the zone of the targets. */
  constructor({ seed, names, hasWildcards = false }: TruthOptions) {
    this.hasWildcards = hasWildcards;
    for (const name of names) {
      if (`.${name}`.endsWith(`.${TARGET_ZONE}`)) {
        throw new RangeError(`${name} is in the zone that the server keeps for itself`);
      }
      this.#plans.set(name, planOf(name, seed));
    }
    this.domains = [...this.#plans.keys()];
    for (const [name, plan] of this.#plans) this.#noteParents(name, plan);
    for (let zone = TARGET_ZONE; zone !== ''; zone = parentOf(zone)) this.#above.add(zone);
  }

  #noteParents(name: string, plan: DomainPlan): void {
    if (plan.existence === 'nonexistent') return;
    if (hasDmarc(plan)) this.#above.add(name);
    for (let above = parentOf(name); above !== ''; above = parentOf(above)) this.#above.add(above);
  }

  plan(name: string): DomainPlan | undefined {
    return this.#plans.get(name);
  }

  /** It exists only because something below it does (RFC 4592 §2.2.2), or is above all names. */
  isEmptyNonTerminal(name: string): boolean {
    if (!this.#above.has(name)) return false;
    const existence = this.#plans.get(name)?.existence;
    return existence === undefined || existence === 'nonexistent' || existence === 'empty';
  }

  exists(name: string): boolean {
    if (this.hasWildcards || this.#above.has(name)) return true;
    const plan = this.#plans.get(name);
    return plan !== undefined && plan.existence !== 'nonexistent';
  }

  /** Throws RangeError for a name that is not in the list. */
  of(name: string): DomainTruth {
    const plan = this.#plans.get(name);
    if (plan === undefined) throw new RangeError(`${name} is not in the list`);
    const status = this.exists(name) ? 'exists' : 'nxdomain';
    const dmarc = this.#dmarcOf(name, status === 'exists');
    return { status, dmarc, ...this.#apexOf(name, plan) };
  }

  #apexOf(name: string, plan: DomainPlan): Pick<DomainTruth, 'mx' | 'spf' | 'mxHosts'> {
    const { existence, mx, spf, variant } = plan;
    switch (existence) {
      case 'plain':
      case 'big':
        return { mx: mx.class, spf: spf.class, mxHosts: mx.hosts?.(variant) };
      case 'alias':
        return { mx: CHAIN_END.mxClass, spf: CHAIN_END.spfClass, mxHosts: chainHost(variant) };
      case 'dangling':
        return this.hasWildcards ? WILDCARD : NOTHING_THERE;
      case 'empty':
        return NOTHING_THERE;
      default:
        if (this.#above.has(name)) return NOTHING_THERE;
        return this.hasWildcards ? WILDCARD : NOT_THERE;
    }
  }

  /** RFC 9989 §4.10: own record, else that of the shortest parent with one; no `psd` is published. */
  #dmarcOf(name: string, isThere: boolean): string {
    const own = this.#standsAt(name);
    if (own.state === 'policy') return own.p;
    if (own.state === 'not-applied') return 'invalid';
    for (const parent of parentsOf(name).reverse()) {
      const above = this.#standsAt(parent);
      if (above.state === 'policy') return isThere ? above.sp : above.np;
      if (above.state === 'not-applied') return 'invalid';
    }
    if (own.state === 'several') return 'multiple';
    return isThere ? 'absent' : 'nxdomain';
  }

  #standsAt(name: string): DmarcStands {
    const plan = this.#plans.get(name);
    if (plan === undefined || plan.existence === 'nonexistent') return { state: 'nothing' };
    return plan.dmarc.stands;
  }

  /** Every name that one of the domain's classes rests on, `_dmarc` names without that label. */
  namesBehind(name: string): readonly string[] {
    const plan = this.#plans.get(name);
    if (plan === undefined) return [];
    const behind = [name, ...parentsOf(name), ...(plan.spf.targets?.(plan.variant) ?? [])];
    if (plan.dmarc.isAlias) behind.push(policyTarget(plan.variant));
    if (plan.existence === 'alias') behind.push(...chainOf(plan.variant, false));
    return behind;
  }
}

const NOTHING_THERE = { mx: 'none', spf: 'absent', mxHosts: '' };
const NOT_THERE = { mx: 'nxdomain', spf: 'nxdomain', mxHosts: '' };
const WILDCARD = { mx: 'present', spf: 'absent', mxHosts: WILDCARD_HOST };

/** Whether the `_dmarc` name below an existing domain is there. */
export const hasDmarc = ({ dmarc }: DomainPlan): boolean =>
  dmarc.isAlias === true || dmarc.texts.length > 0;

export const parentOf = (name: string): string => {
  const dot = name.indexOf('.');
  return dot < 0 ? '' : name.slice(dot + 1);
};

/** The names that a tree walk asks after the name itself, longest first. */
function parentsOf(name: string): string[] {
  const labels = name.split('.');
  const from = Math.max(1, labels.length - LONGEST_PARENT);
  const parents: string[] = [];
  for (let at = from; at < labels.length; at++) parents.push(labels.slice(at).join('.'));
  return parents;
}

function planOf(name: string, seed: number): DomainPlan {
  const hash = hashText(name, seed);
  return {
    existence: pick(EXISTENCE_KINDS, fraction(hash, 1)).kind,
    variant: Math.floor(fraction(hash, 2) * VARIANTS),
    mx: pick(MX_KINDS, fraction(hash, 3)),
    spf: pick(SPF_KINDS, fraction(hash, 4)),
    noise: pick(NOISE, fraction(hash, 5)).texts,
    dmarc: pick(DMARC_KINDS, fraction(hash, 6)),
  };
}
