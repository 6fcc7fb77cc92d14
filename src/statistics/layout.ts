/**
 * The layout of the counters: which facts of a domain are counted, in which order. Pure data. It must
 * not read a record or know a store. Denominators and classes after docs/methodology.md.
 *
 * Counts are stored by position, so every list here is append only: a new fact is a new row at the
 * end of `ROWS` (through `LATER_ROWS`), never a line in the middle. A test holds the class and flag
 * names against the table of checks.
 */
import { ERROR_CLASSES } from '../dns/talk.ts';

/**
 * Where a domain stands in the accounting; each attempted domain is in exactly one. `mail` has at
 * least one exchange that is not the null one; `no_mail` has none; `mx_unknown` exists, but its MX
 * look-up failed or was not asked; `existence_unknown` has no definitive answer at the apex.
 */
export const BASES = ['mail', 'no_mail', 'mx_unknown', 'nxdomain', 'existence_unknown'] as const;

export type Base = (typeof BASES)[number];

/** Bases whose domains exist. */
export const EXISTING_BASES: readonly Base[] = ['mail', 'no_mail', 'mx_unknown'];

/** Classes of a check that are no answer: they leave every denominator of its classes. */
export const UNKNOWN_CLASSES: readonly string[] = [...ERROR_CLASSES, 'temperror'];

export interface CheckLayout {
  readonly name: string;
  readonly classes: readonly string[];
  /** Flags counted over all domains, by name. */
  readonly flags: readonly string[];
}

export const MX_CLASSES: readonly string[] = [
  'present',
  'null',
  'null_mixed',
  'none',
  'nxdomain',
  ...ERROR_CLASSES,
];

/** Classes of an SPF record set that can be evaluated: the terminal qualifier, or its absence. */
export const SPF_TERMINALS: readonly string[] = [
  'minus_all',
  'tilde_all',
  'question_all',
  'plus_all',
  'no_all',
];

export const SPF_PERMERRORS: readonly string[] = [
  'permerror_syntax',
  'permerror_multiple',
  'permerror_lookups',
  'permerror_void',
  'permerror_include_missing',
  'permerror_loop',
  'permerror_mx',
];

export const SPF_CLASSES: readonly string[] = [
  'absent',
  ...SPF_TERMINALS,
  'permerror_syntax',
  'permerror_multiple',
  'permerror_lookups',
  'permerror_void',
  'permerror_include_missing',
  'permerror_loop',
  'temperror',
  'nxdomain',
  ...ERROR_CLASSES,
  'permerror_mx',
];

export const DMARC_POLICIES: readonly string[] = ['none', 'quarantine', 'reject'];

export const DMARC_CLASSES: readonly string[] = [
  'absent',
  ...DMARC_POLICIES,
  'invalid',
  'multiple',
  'nxdomain',
  ...ERROR_CLASSES,
];

/** Bit 0 first, as the checks declare them. */
export const SPF_FLAGS: readonly string[] = ['any', 'exact_deny', 'open', 'lax'];

export const DMARC_FLAGS: readonly string[] = [
  'any',
  'own',
  'valid_own',
  'p_missing',
  'rua',
  'ruf',
  'pct_partial',
  't_y',
  'sp_weaker',
  'np_set',
  'strict_alignment',
  'enforce_strict',
  'effective_quarantine',
  'effective_reject',
  'psl_differs',
];

/** DMARC flags that describe the applied record: counted among the domains with a valid own one. */
export const DMARC_RECORD_FLAGS: readonly string[] = [
  'p_missing',
  'rua',
  'ruf',
  'pct_partial',
  't_y',
  'sp_weaker',
  'np_set',
  'strict_alignment',
  'enforce_strict',
  'effective_quarantine',
  'effective_reject',
];

/** The checks whose classes are counted, in stored order. */
export const CHECK_LAYOUTS: readonly CheckLayout[] = [
  { name: 'mx', classes: MX_CLASSES, flags: [] },
  { name: 'spf', classes: SPF_CLASSES, flags: SPF_FLAGS },
  {
    name: 'dmarc',
    classes: DMARC_CLASSES,
    flags: [
      'any',
      'own',
      'enforce_strict',
      'effective_quarantine',
      'effective_reject',
      'psl_differs',
    ],
  },
];

/**
 * Bits of a non-sending domain's locks: 4 a null MX, 2 exactly `v=spf1 -all`, 1 an effective reject
 * that holds for subdomains too. `joint.locks_0` has none of them, `joint.locks_7` all.
 */
const LOCK_ROWS = [0, 1, 2, 3, 4, 5, 6, 7].map((locks) => `joint.locks_${locks}`);

/** Rows added after the first release, oldest first. */
const LATER_ROWS: readonly string[] = [];

/**
 * Every counted fact, each over every base. `valid` are domains with exactly one usable DMARC record
 * of their own; `unusable` those with an own record that is not (`other`: a parent's is applied).
 * `unknown_any` are failed look-ups where the domain's own record was nevertheless seen.
 */
export const ROWS: readonly string[] = [
  'domains',
  'joint.known',
  'joint.protected',
  'joint.protected_reject',
  'joint.ready',
  ...LOCK_ROWS,
  'spf.valid',
  'dmarc.valid',
  ...DMARC_POLICIES.map((policy) => `dmarc.valid.${policy}`),
  ...DMARC_POLICIES.map((policy) => `dmarc.valid.${policy}_silent`),
  ...DMARC_POLICIES.map((policy) => `dmarc.valid.${policy}_no_rua`),
  'dmarc.unusable.invalid',
  'dmarc.unusable.multiple',
  'dmarc.unusable.other',
  ...DMARC_RECORD_FLAGS.map((flag) => `dmarc.valid.${flag}`),
  ...CHECK_LAYOUTS.flatMap(({ name, classes, flags }) => [
    `${name}.unknown`,
    `${name}.unknown_any`,
    ...classes.map((of) => `${name}.class.${of}`),
    ...flags.map((flag) => `${name}.flag.${flag}`),
  ]),
  ...LATER_ROWS,
];
