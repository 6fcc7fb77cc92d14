/**
 * The table of measures: what each metric id counts, over which denominators, by which standard.
 * Pure data. Ids and denominators are public (metrics.csv); definitions: docs/methodology.md.
 */
import type { DenominatorId, Subject } from './denominators.ts';
import {
  BASES,
  type Base,
  DMARC_CLASSES,
  DMARC_POLICIES,
  MX_CLASSES,
  SPF_CLASSES,
  SPF_PERMERRORS,
  SPF_TERMINALS,
  UNKNOWN_CLASSES,
} from './layout.ts';

export type Protocol = 'all' | 'mx' | 'spf' | 'dmarc';

export interface MeasureClass {
  /** Empty for a measure that is one share and no partition. */
  readonly name: string;
  /** Counter rows whose sum over the denominator's bases is the numerator. */
  readonly rows: readonly string[];
  /** Rows taken away from that sum. */
  readonly minus?: readonly string[];
  /** Bases to sum over, where they are not all of the denominator's. */
  readonly bases?: readonly Base[];
}

export interface Measure {
  readonly metric: string;
  readonly protocol: Protocol;
  readonly subject: Subject;
  readonly denominators: readonly DenominatorId[];
  /** In report order. */
  readonly classes: readonly MeasureClass[];
  /** The classes are disjoint and cover the denominator: their shares sum to 1. */
  readonly isPartition: boolean;
  /** Checks without whose answers the measure means nothing. */
  readonly needs: readonly string[];
  readonly spec: string;
}

interface MeasureOptions {
  readonly needs?: readonly string[];
  readonly isPartition?: boolean;
  readonly spec?: string;
}

const SPECS: Readonly<Record<Protocol, string>> = {
  all: '',
  mx: 'RFC 7505',
  spf: 'RFC 7208',
  dmarc: 'RFC 9989',
};

function measure(
  metric: string,
  protocol: Protocol,
  subject: Subject,
  denominators: readonly DenominatorId[],
  classes: readonly MeasureClass[],
  options: MeasureOptions = {},
): Measure {
  return {
    metric,
    protocol,
    subject,
    denominators,
    classes,
    isPartition: options.isPartition ?? false,
    needs: options.needs ?? (protocol === 'all' ? [] : [protocol]),
    spec: options.spec ?? SPECS[protocol],
  };
}

const one = (...rows: string[]): readonly MeasureClass[] => [{ name: '', rows }];

const each = (names: readonly string[], prefix: string): readonly MeasureClass[] =>
  names.map((name) => ({ name, rows: [`${prefix}${name}`] }));

const answers = (classes: readonly string[]): readonly string[] =>
  classes.filter((name) => !UNKNOWN_CLASSES.includes(name));

const failures = (classes: readonly string[]): readonly string[] =>
  classes.filter((name) => UNKNOWN_CLASSES.includes(name));

const PARTITION = { isPartition: true };
const EXISTING_MAIL: readonly DenominatorId[] = ['existing', 'mail'];
const VALID: readonly DenominatorId[] = ['dmarc_valid'];

function ofValidRecords(metric: string, row: string, spec = SPECS.dmarc): Measure {
  return measure(`dmarc.${metric}`, 'dmarc', 'dmarc', VALID, one(`dmarc.valid.${row}`), { spec });
}

const SPF_DMARC = { needs: ['spf', 'dmarc'], spec: 'RFC 9989' };
const NON_SENDING = { needs: ['mx', 'spf', 'dmarc'], spec: 'RFC 7505' };
const locksWith = (bit: number): readonly MeasureClass[] =>
  one(...[0, 1, 2, 3, 4, 5, 6, 7].filter((i) => i & bit).map((i) => `joint.locks_${i}`));

const DMARC_MEASURES: readonly Measure[] = [
  measure(
    'dmarc.adoption',
    'dmarc',
    'dmarc',
    ['existing', 'mail', 'measured_dmarc', 'targets'],
    one('dmarc.valid'),
  ),
  measure('dmarc.adoption_own', 'dmarc', 'dmarc', EXISTING_MAIL, one('dmarc.valid')),
  measure(
    'dmarc.adoption_effective',
    'dmarc',
    'dmarc',
    EXISTING_MAIL,
    one(...DMARC_POLICIES.map((policy) => `dmarc.class.${policy}`)),
  ),
  measure(
    'dmarc.published',
    'dmarc',
    'dmarc_any',
    ['existing', 'mail', 'measured_dmarc', 'targets'],
    one('dmarc.flag.any'),
  ),
  measure(
    'dmarc.breakdown',
    'dmarc',
    'dmarc_any',
    ['dmarc_any'],
    [
      ...each(DMARC_POLICIES, 'dmarc.valid.'),
      {
        name: 'error',
        rows: ['dmarc.unusable.invalid', 'dmarc.unusable.multiple', 'dmarc.unusable.other'],
      },
    ],
    PARTITION,
  ),
  measure('dmarc.policy', 'dmarc', 'dmarc', VALID, each(DMARC_POLICIES, 'dmarc.valid.'), PARTITION),
  measure(
    'dmarc.enforce_published',
    'dmarc',
    'dmarc',
    VALID,
    one('dmarc.valid.quarantine', 'dmarc.valid.reject'),
  ),
  ofValidRecords('enforce_strict', 'enforce_strict'),
  measure('dmarc.enforced_of', 'dmarc', 'dmarc', EXISTING_MAIL, one('dmarc.valid.enforce_strict')),
  measure(
    'dmarc.policy_effective',
    'dmarc',
    'dmarc',
    VALID,
    [
      {
        name: 'none',
        rows: ['dmarc.valid'],
        minus: ['dmarc.valid.effective_quarantine', 'dmarc.valid.effective_reject'],
      },
      { name: 'quarantine', rows: ['dmarc.valid.effective_quarantine'] },
      { name: 'reject', rows: ['dmarc.valid.effective_reject'] },
    ],
    PARTITION,
  ),
  ofValidRecords('rua', 'rua', 'RFC 9990'),
  ofValidRecords('ruf', 'ruf', 'RFC 9991'),
  measure(
    'dmarc.silent',
    'dmarc',
    'dmarc',
    VALID,
    one(...DMARC_POLICIES.map((policy) => `dmarc.valid.${policy}_silent`)),
  ),
  measure(
    'dmarc.policy_silent',
    'dmarc',
    'dmarc',
    VALID,
    DMARC_POLICIES.map((name) => ({ name, rows: [`dmarc.valid.${name}_silent`] })),
  ),
  ofValidRecords('p_missing', 'p_missing'),
  ofValidRecords('pct_partial', 'pct_partial', 'RFC 7489'),
  ofValidRecords('t_y', 't_y'),
  ofValidRecords('sp_weaker', 'sp_weaker'),
  ofValidRecords('np_set', 'np_set'),
  ofValidRecords('strict_alignment', 'strict_alignment'),
  measure('dmarc.psl_differs', 'dmarc', 'dmarc', ['existing'], one('dmarc.flag.psl_differs')),
  measure(
    'dmarc.class',
    'dmarc',
    'dmarc',
    EXISTING_MAIL,
    each(answers(DMARC_CLASSES), 'dmarc.class.'),
    PARTITION,
  ),
  measure(
    'dmarc.errors',
    'dmarc',
    'none',
    ['attempted'],
    each(failures(DMARC_CLASSES), 'dmarc.class.'),
  ),
];

const SPF_MEASURES: readonly Measure[] = [
  measure(
    'spf.adoption',
    'spf',
    'spf',
    ['existing', 'mail', 'measured_spf', 'targets'],
    one('spf.valid'),
  ),
  measure(
    'spf.published',
    'spf',
    'spf_any',
    ['existing', 'mail', 'measured_spf', 'targets'],
    one('spf.flag.any'),
  ),
  measure('spf.all', 'spf', 'spf', ['spf_valid'], each(SPF_TERMINALS, 'spf.class.'), PARTITION),
  measure(
    'spf.permerror',
    'spf',
    'spf_any',
    ['spf_any'],
    [
      { name: '', rows: SPF_PERMERRORS.map((name) => `spf.class.${name}`) },
      ...each(SPF_PERMERRORS, 'spf.class.'),
    ],
  ),
  measure('spf.exact_deny', 'spf', 'spf_any', ['spf_any'], one('spf.flag.exact_deny')),
  measure('spf.open', 'spf', 'spf_any', ['spf_any'], one('spf.flag.open')),
  measure('spf.lax', 'spf', 'spf_any', ['spf_any'], one('spf.flag.lax')),
  measure(
    'spf.class',
    'spf',
    'spf',
    EXISTING_MAIL,
    each(answers(SPF_CLASSES), 'spf.class.'),
    PARTITION,
  ),
  measure('spf.errors', 'spf', 'none', ['attempted'], each(failures(SPF_CLASSES), 'spf.class.')),
];

const MX_MEASURES: readonly Measure[] = [
  measure('mx.class', 'mx', 'mx', ['existing'], each(answers(MX_CLASSES), 'mx.class.'), PARTITION),
  measure('mx.errors', 'mx', 'none', ['attempted'], each(failures(MX_CLASSES), 'mx.class.')),
];

const JOINT_MEASURES: readonly Measure[] = [
  measure(
    'population',
    'all',
    'none',
    ['attempted'],
    BASES.map((base) => ({ name: base, rows: ['domains'], bases: [base] })),
    PARTITION,
  ),
  measure('protected', 'all', 'joint', EXISTING_MAIL, one('joint.protected'), SPF_DMARC),
  measure(
    'protected_reject',
    'all',
    'joint',
    EXISTING_MAIL,
    one('joint.protected_reject'),
    SPF_DMARC,
  ),
  measure('ready', 'all', 'joint', ['mail'], one('joint.ready'), SPF_DMARC),
  measure('nonsending.null_mx', 'all', 'joint', ['no_mail'], locksWith(4), NON_SENDING),
  measure('nonsending.spf_deny', 'all', 'joint', ['no_mail'], locksWith(2), NON_SENDING),
  measure('nonsending.dmarc_reject', 'all', 'joint', ['no_mail'], locksWith(1), NON_SENDING),
  measure('nonsending.locked_full', 'all', 'joint', ['no_mail'], one('joint.locks_7'), NON_SENDING),
  measure(
    'nonsending.locked_send',
    'all',
    'joint',
    ['no_mail'],
    one('joint.locks_3', 'joint.locks_7'),
    NON_SENDING,
  ),
  measure('nonsending.open', 'all', 'joint', ['no_mail'], one('joint.locks_0'), NON_SENDING),
];

export const MEASURES: readonly Measure[] = [
  ...JOINT_MEASURES,
  ...MX_MEASURES,
  ...SPF_MEASURES,
  ...DMARC_MEASURES,
];
