/**
 * Counts attempted domains. Pure: a profile in, counts up by one. It decides nothing of a record and
 * forms no share (`metrics.ts` does). One `tally` costs well under a microsecond: look-ups go through
 * maps built once, nothing is allocated.
 *
 * A counter is a fact over a base, as `dmarc.valid@mail`. The bases are disjoint and exhaustive, so
 * that any denominator (existing, mail, measured) is a sum of counters, and domains whose existence
 * or MX is unknown stay apart. In a small segment most counters are zero: pack them sparsely.
 */
import {
  BASES,
  type Base,
  CHECK_LAYOUTS,
  DMARC_FLAGS,
  DMARC_POLICIES,
  DMARC_RECORD_FLAGS,
  EXISTING_BASES,
  ROWS,
  SPF_FLAGS,
  SPF_TERMINALS,
} from './layout.ts';
import type { CheckProfile, Profile } from './profile.ts';

/** Ids of the counters, by position; append only, so stored positions keep their meaning. */
export const COUNTERS: readonly string[] = ROWS.flatMap((row) => BASES.map((b) => `${row}@${b}`));

/**
 * The counters kept for each block, from which cluster intervals of the headline figures follow:
 * accounting, SPF and DMARC adoption, enforcement, and what is unknown of them.
 */
export const HEADLINE: readonly string[] = [
  ...BASES.map((base) => `domains@${base}`),
  ...EXISTING_BASES.flatMap((base) => [
    `spf.valid@${base}`,
    `spf.unknown@${base}`,
    `dmarc.valid@${base}`,
    `dmarc.unknown@${base}`,
    `dmarc.valid.enforce_strict@${base}`,
    `dmarc.valid.quarantine@${base}`,
    `dmarc.valid.reject@${base}`,
  ]),
];

/** Metrics that those counters suffice for, over existing names and over names with mail. */
export const HEADLINE_METRICS: readonly string[] = [
  'dmarc.adoption',
  'dmarc.enforced_of',
  'spf.adoption',
];

/** Counts to be added to, one a counter, in the order of `COUNTERS`; start with zeros. */
export type Counts = number[] | Float64Array;

const WIDTH = BASES.length;
const ROW_AT: ReadonlyMap<string, number> = new Map(ROWS.map((row, i) => [row, i * WIDTH]));

function rowAt(row: string): number {
  const at = ROW_AT.get(row);
  if (at === undefined) throw new RangeError(`no counter row ${row}`);
  return at;
}

function bitOf(flags: readonly string[], name: string): number {
  const bit = flags.indexOf(name);
  if (bit < 0) throw new RangeError(`no flag ${name}`);
  return 1 << bit;
}

/** Where a flag is counted; `bit` is its mask. */
interface FlagSlot {
  readonly bit: number;
  readonly at: number;
}

interface Plan {
  readonly name: string;
  readonly classAt: ReadonlyMap<string, number>;
  readonly unknownAt: number;
  readonly unknownAnyAt: number;
  readonly anyBit: number;
  readonly flags: readonly FlagSlot[];
}

const DECLARED_FLAGS: Readonly<Record<string, readonly string[]>> = {
  mx: [],
  spf: SPF_FLAGS,
  dmarc: DMARC_FLAGS,
};

const PLANS: readonly Plan[] = CHECK_LAYOUTS.map(({ name, classes, flags }) => {
  const declared = DECLARED_FLAGS[name] ?? [];
  return {
    name,
    classAt: new Map(classes.map((of) => [of, rowAt(`${name}.class.${of}`)])),
    unknownAt: rowAt(`${name}.unknown`),
    unknownAnyAt: rowAt(`${name}.unknown_any`),
    anyBit: declared.includes('any') ? bitOf(declared, 'any') : 0,
    flags: flags.map((flag) => ({
      bit: bitOf(declared, flag),
      at: rowAt(`${name}.flag.${flag}`),
    })),
  };
});

const baseIndex = (base: Base): number => BASES.indexOf(base);
const MAIL = baseIndex('mail');
const NO_MAIL = baseIndex('no_mail');
const MX_UNKNOWN = baseIndex('mx_unknown');
const NXDOMAIN = baseIndex('nxdomain');
const EXISTENCE_UNKNOWN = baseIndex('existence_unknown');

const DOMAINS_AT = rowAt('domains');
const KNOWN_AT = rowAt('joint.known');
const PROTECTED_AT = rowAt('joint.protected');
const PROTECTED_REJECT_AT = rowAt('joint.protected_reject');
const READY_AT = rowAt('joint.ready');
const LOCKS_AT = rowAt('joint.locks_0');
const SPF_VALID_AT = rowAt('spf.valid');
const VALID_AT = rowAt('dmarc.valid');
const UNUSABLE_INVALID_AT = rowAt('dmarc.unusable.invalid');
const UNUSABLE_MULTIPLE_AT = rowAt('dmarc.unusable.multiple');
const UNUSABLE_OTHER_AT = rowAt('dmarc.unusable.other');

const SPF_VALID_CLASSES: ReadonlySet<string> = new Set(SPF_TERMINALS);
const EXACT_DENY = bitOf(SPF_FLAGS, 'exact_deny');
const OPEN = bitOf(SPF_FLAGS, 'open');
const ANY = bitOf(DMARC_FLAGS, 'any');
const VALID_OWN = bitOf(DMARC_FLAGS, 'valid_own');
const RUA = bitOf(DMARC_FLAGS, 'rua');
const RUF = bitOf(DMARC_FLAGS, 'ruf');
const SP_WEAKER = bitOf(DMARC_FLAGS, 'sp_weaker');
const ENFORCE_STRICT = bitOf(DMARC_FLAGS, 'enforce_strict');
const EFFECTIVE_REJECT = bitOf(DMARC_FLAGS, 'effective_reject');
const RECORD_FLAGS: readonly FlagSlot[] = DMARC_RECORD_FLAGS.map((flag) => ({
  bit: bitOf(DMARC_FLAGS, flag),
  at: rowAt(`dmarc.valid.${flag}`),
}));

interface PolicySlot {
  readonly at: number;
  readonly silentAt: number;
  readonly noRuaAt: number;
}

const POLICY_AT: ReadonlyMap<string, PolicySlot> = new Map(
  DMARC_POLICIES.map((policy) => [
    policy,
    {
      at: rowAt(`dmarc.valid.${policy}`),
      silentAt: rowAt(`dmarc.valid.${policy}_silent`),
      noRuaAt: rowAt(`dmarc.valid.${policy}_no_rua`),
    },
  ]),
);

/** Adds one attempted domain. Throws on a class that the layout does not have: a fault of ours. */
export function tally(profile: Profile, counts: Counts): void {
  const { checks } = profile;
  const mx = checks['mx'];
  const spf = checks['spf'];
  const dmarc = checks['dmarc'];
  const base = baseOf(profile.existence, mx);
  add(counts, DOMAINS_AT + base);
  for (let i = 0; i < PLANS.length; i++) {
    const plan = PLANS[i] as Plan;
    const outcome = checks[plan.name];
    if (outcome !== undefined) tallyCheck(plan, outcome, base, counts);
  }
  if (spf?.isKnown && SPF_VALID_CLASSES.has(spf.class)) add(counts, SPF_VALID_AT + base);
  if (dmarc !== undefined) tallyDmarc(dmarc, base, counts);
  if (spf?.isKnown && dmarc?.isKnown) tallyJoint(mx, spf, dmarc, base, counts);
}

function baseOf(existence: Profile['existence'], mx: CheckProfile | undefined): number {
  if (existence === 'nxdomain') return NXDOMAIN;
  if (existence === 'unknown') return EXISTENCE_UNKNOWN;
  if (mx === undefined || !mx.isKnown) return MX_UNKNOWN;
  return mx.class === 'present' || mx.class === 'null_mixed' ? MAIL : NO_MAIL;
}

function add(counts: Counts, at: number): void {
  counts[at] = (counts[at] ?? 0) + 1;
}

function addFlags(slots: readonly FlagSlot[], flags: number, base: number, counts: Counts): void {
  if (flags === 0) return;
  for (let i = 0; i < slots.length; i++) {
    const slot = slots[i] as FlagSlot;
    if ((flags & slot.bit) !== 0) add(counts, slot.at + base);
  }
}

function tallyCheck(plan: Plan, outcome: CheckProfile, base: number, counts: Counts): void {
  const at = plan.classAt.get(outcome.class);
  if (at === undefined) throw new RangeError(`${plan.name}: no counter for ${outcome.class}`);
  add(counts, at + base);
  if (!outcome.isKnown) {
    add(counts, plan.unknownAt + base);
    if ((outcome.flags & plan.anyBit) !== 0) add(counts, plan.unknownAnyAt + base);
  }
  addFlags(plan.flags, outcome.flags, base, counts);
}

function tallyDmarc(dmarc: CheckProfile, base: number, counts: Counts): void {
  const { flags } = dmarc;
  if ((flags & ANY) === 0) return;
  const policy = POLICY_AT.get(dmarc.class);
  if (policy !== undefined && dmarc.isKnown && (flags & VALID_OWN) !== 0) {
    add(counts, VALID_AT + base);
    add(counts, policy.at + base);
    if ((flags & RUA) === 0) {
      add(counts, policy.noRuaAt + base);
      if ((flags & RUF) === 0) add(counts, policy.silentAt + base);
    }
    addFlags(RECORD_FLAGS, flags, base, counts);
    return;
  }
  add(counts, unusableAt(dmarc.class) + base);
}

function unusableAt(className: string): number {
  if (className === 'invalid') return UNUSABLE_INVALID_AT;
  return className === 'multiple' ? UNUSABLE_MULTIPLE_AT : UNUSABLE_OTHER_AT;
}

/** `protected` looks at the applied policy, own or inherited: an inherited reject protects too. */
export function isProtected(spfFlags: number, dmarcFlags: number): boolean {
  return (dmarcFlags & ENFORCE_STRICT) !== 0 && (spfFlags & OPEN) === 0;
}

/** Whether exactly `v=spf1 -all` is published. */
export function isSpfLocked(spfFlags: number): boolean {
  return (spfFlags & EXACT_DENY) !== 0;
}

/** Whether receivers are asked to reject, for subdomains too. */
export function isDmarcLocked(dmarcFlags: number): boolean {
  return (
    (dmarcFlags & EFFECTIVE_REJECT) !== 0 &&
    (dmarcFlags & ENFORCE_STRICT) !== 0 &&
    (dmarcFlags & SP_WEAKER) === 0
  );
}

function tallyJoint(
  mx: CheckProfile | undefined,
  spf: CheckProfile,
  dmarc: CheckProfile,
  base: number,
  counts: Counts,
): void {
  add(counts, KNOWN_AT + base);
  if (isProtected(spf.flags, dmarc.flags)) {
    add(counts, PROTECTED_AT + base);
    if ((dmarc.flags & EFFECTIVE_REJECT) !== 0) add(counts, PROTECTED_REJECT_AT + base);
  }
  const hasNoDmarc = dmarc.class === 'absent' || dmarc.class === 'nxdomain';
  if (hasNoDmarc && SPF_VALID_CLASSES.has(spf.class)) add(counts, READY_AT + base);
  const locks =
    (mx?.class === 'null' ? 4 : 0) +
    (isSpfLocked(spf.flags) ? 2 : 0) +
    (isDmarcLocked(dmarc.flags) ? 1 : 0);
  add(counts, LOCKS_AT + locks * WIDTH + base);
}
