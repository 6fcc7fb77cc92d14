/**
 * Every share that a report has, counted name by name: the figures that the command line gives of a
 * store are held against it. Written after docs/methodology.md, not after the code; it knows neither
 * counters nor the code's table of measures.
 */
import { DMARC_CLASSES, MX_CLASSES, SPF_CLASSES } from '../../src/statistics/layout.ts';
import type { Facts } from './year-names.ts';

/** Where a name stands in a share: `doubtful` is inside, of unknown class; `perhaps` may be inside. */
export type Standing = 'outside' | 'inside' | 'counted' | 'doubtful' | 'perhaps';

type Test = (facts: Facts) => boolean;

/** One share of one class over one denominator. */
export interface CountedShare {
  readonly metric: string;
  readonly class: string;
  readonly denominatorId: string;
  readonly needs: readonly string[];
  readonly standing: (facts: Facts) => Standing;
}

type Denominator = (facts: Facts, isKnown: boolean) => Standing;

/** A name that surely belongs leaves the denominator where its outcome is not known. */
const ifKnown = (isKnown: boolean): Standing => (isKnown ? 'inside' : 'perhaps');

function ofMail(wanted: boolean): Denominator {
  return ({ exists, hasMail }, isKnown) => {
    if (exists === false) return 'outside';
    if (hasMail === undefined) return 'perhaps';
    return hasMail === wanted ? ifKnown(isKnown) : 'outside';
  };
}

/** Of records: a failed look-up may hide one, unless the record itself was seen. */
function ofRecords(check: 'spf' | 'dmarc', has: Test, isSeenDoubtful: boolean): Denominator {
  return (facts) => {
    if (facts.exists === false) return 'outside';
    if (facts.exists === undefined) return 'perhaps';
    const { isKnown } = facts[check];
    if (has(facts)) return isKnown || !isSeenDoubtful ? 'inside' : 'doubtful';
    return isKnown ? 'outside' : 'perhaps';
  };
}

const spfFlag =
  (flag: string): Test =>
  ({ spf }) =>
    spf.flags.has(flag);
const dmarcFlag =
  (flag: string): Test =>
  ({ dmarc }) =>
    dmarc.flags.has(flag);

const POLICIES = ['none', 'quarantine', 'reject'];
const TERMINALS = ['minus_all', 'tilde_all', 'question_all', 'plus_all', 'no_all'];

const hasValidDmarc: Test = ({ dmarc }) =>
  dmarc.isKnown && dmarc.flags.has('valid_own') && POLICIES.includes(dmarc.class);
const hasValidSpf: Test = ({ spf }) => spf.isKnown && TERMINALS.includes(spf.class);

const all: Denominator = (_, isKnown) => (isKnown ? 'inside' : 'doubtful');
const measured: Denominator = (_, isKnown) => ifKnown(isKnown);

const DENOMINATORS: Readonly<Record<string, Denominator>> = {
  existing: ({ exists }, isKnown) => {
    if (exists === undefined) return 'perhaps';
    return exists ? ifKnown(isKnown) : 'outside';
  },
  mail: ofMail(true),
  no_mail: ofMail(false),
  measured_mx: measured,
  measured_spf: measured,
  measured_dmarc: measured,
  attempted: all,
  targets: all,
  spf_any: ofRecords('spf', spfFlag('any'), true),
  spf_valid: ofRecords('spf', hasValidSpf, true),
  dmarc_any: ofRecords('dmarc', dmarcFlag('any'), false),
  dmarc_valid: ofRecords('dmarc', hasValidDmarc, true),
};

/** What must be known of a name. */
const KNOWN = {
  nothing: () => true,
  mx: ({ mx }) => mx.isKnown,
  spf: ({ spf }) => spf.isKnown,
  spfAny: ({ spf }) => spf.isKnown || spf.flags.has('any'),
  dmarc: ({ dmarc }) => dmarc.isKnown,
  dmarcAny: ({ dmarc }) => dmarc.isKnown || dmarc.flags.has('any'),
  both: ({ spf, dmarc }) => spf.isKnown && dmarc.isKnown,
} as const satisfies Readonly<Record<string, Test>>;

const EVERY_CHECK = ['mx', 'spf', 'dmarc'];
const NEEDS: Readonly<Record<keyof typeof KNOWN, readonly string[]>> = {
  nothing: [],
  mx: ['mx'],
  spf: ['spf'],
  spfAny: ['spf'],
  dmarc: ['dmarc'],
  dmarcAny: ['dmarc'],
  both: ['spf', 'dmarc'],
};

function shares(
  metric: string,
  known: keyof typeof KNOWN,
  denominatorIds: readonly string[],
  classes: Readonly<Record<string, Test>> | Test,
  needs = NEEDS[known],
): readonly CountedShare[] {
  const tests = typeof classes === 'function' ? { '': classes } : classes;
  return Object.entries(tests).flatMap(([name, isCounted]) =>
    denominatorIds.map((denominatorId) => {
      const standing = (facts: Facts): Standing => {
        const place = DENOMINATORS[denominatorId]?.(facts, KNOWN[known](facts)) ?? 'outside';
        return place === 'inside' && isCounted(facts) ? 'counted' : place;
      };
      return { metric, class: name, denominatorId, needs, standing };
    }),
  );
}

const classesOf = (
  check: 'mx' | 'spf' | 'dmarc',
  names: readonly string[],
  also: Test = () => true,
): Readonly<Record<string, Test>> =>
  Object.fromEntries(
    names.map((name) => [name, (facts: Facts) => facts[check].class === name && also(facts)]),
  );

const isFailure = (name: string): boolean => name.startsWith('error_') || name === 'temperror';
const answersOf = (names: readonly string[]) => names.filter((name) => !isFailure(name));
const failuresOf = (names: readonly string[]) => names.filter(isFailure);

const isEnforced: Test = ({ dmarc }) => ['quarantine', 'reject'].includes(dmarc.class);
const isStrict = dmarcFlag('enforce_strict');
const isSilent: Test = ({ dmarc }) => !dmarc.flags.has('rua') && !dmarc.flags.has('ruf');
const isProtected: Test = (facts) => isStrict(facts) && !facts.spf.flags.has('open');
const hasNullMx: Test = ({ mx }) => mx.class === 'null';
const deniesSpf = spfFlag('exact_deny');
const rejects: Test = (facts) =>
  dmarcFlag('effective_reject')(facts) && isStrict(facts) && !dmarcFlag('sp_weaker')(facts);
const isEffective: Readonly<Record<string, Test>> = {
  none: (facts) =>
    !dmarcFlag('effective_quarantine')(facts) && !dmarcFlag('effective_reject')(facts),
  quarantine: dmarcFlag('effective_quarantine'),
  reject: dmarcFlag('effective_reject'),
};
const PERMERRORS = SPF_CLASSES.filter((name) => name.startsWith('permerror_'));

const nonSending = (name: string, isCounted: Test): readonly CountedShare[] =>
  shares(`nonsending.${name}`, 'both', ['no_mail'], isCounted, EVERY_CHECK);

const ofValid = (name: string, isCounted: Test): readonly CountedShare[] =>
  shares(`dmarc.${name}`, 'dmarc', ['dmarc_valid'], isCounted);

/** Every share that a report has. */
export const SHARES: readonly CountedShare[] = [
  ...shares('population', 'nothing', ['attempted'], {
    mail: ({ exists, hasMail }) => exists === true && hasMail === true,
    no_mail: ({ exists, hasMail }) => exists === true && hasMail === false,
    mx_unknown: ({ exists, hasMail }) => exists === true && hasMail === undefined,
    nxdomain: ({ exists }) => exists === false,
    existence_unknown: ({ exists }) => exists === undefined,
  }),
  ...shares('protected', 'both', ['existing', 'mail'], isProtected),
  ...shares(
    'protected_reject',
    'both',
    ['existing', 'mail'],
    (facts) => isProtected(facts) && dmarcFlag('effective_reject')(facts),
  ),
  ...shares(
    'ready',
    'both',
    ['mail'],
    (facts) => hasValidSpf(facts) && ['absent', 'nxdomain'].includes(facts.dmarc.class),
  ),
  ...nonSending('null_mx', hasNullMx),
  ...nonSending('spf_deny', deniesSpf),
  ...nonSending('dmarc_reject', rejects),
  ...nonSending('locked_full', (f) => hasNullMx(f) && deniesSpf(f) && rejects(f)),
  ...nonSending('locked_send', (f) => deniesSpf(f) && rejects(f)),
  ...nonSending('open', (f) => !hasNullMx(f) && !deniesSpf(f) && !rejects(f)),
  ...shares('mx.class', 'mx', ['existing'], classesOf('mx', answersOf(MX_CLASSES))),
  ...shares('mx.errors', 'nothing', ['attempted'], classesOf('mx', failuresOf(MX_CLASSES)), ['mx']),
  ...shares('spf.adoption', 'spf', ['existing', 'mail', 'measured_spf', 'targets'], hasValidSpf),
  ...shares(
    'spf.published',
    'spfAny',
    ['existing', 'mail', 'measured_spf', 'targets'],
    spfFlag('any'),
  ),
  ...shares('spf.all', 'spf', ['spf_valid'], classesOf('spf', TERMINALS)),
  ...shares('spf.permerror', 'spfAny', ['spf_any'], {
    '': ({ spf }) => PERMERRORS.includes(spf.class),
    ...classesOf('spf', PERMERRORS),
  }),
  ...shares('spf.exact_deny', 'spfAny', ['spf_any'], spfFlag('exact_deny')),
  ...shares('spf.open', 'spfAny', ['spf_any'], spfFlag('open')),
  ...shares('spf.lax', 'spfAny', ['spf_any'], spfFlag('lax')),
  ...shares('spf.class', 'spf', ['existing', 'mail'], classesOf('spf', answersOf(SPF_CLASSES))),
  ...shares('spf.errors', 'nothing', ['attempted'], classesOf('spf', failuresOf(SPF_CLASSES)), [
    'spf',
  ]),
  ...shares(
    'dmarc.adoption',
    'dmarc',
    ['existing', 'mail', 'measured_dmarc', 'targets'],
    hasValidDmarc,
  ),
  ...shares('dmarc.adoption_own', 'dmarc', ['existing', 'mail'], hasValidDmarc),
  ...shares('dmarc.adoption_effective', 'dmarc', ['existing', 'mail'], ({ dmarc }) =>
    POLICIES.includes(dmarc.class),
  ),
  ...shares(
    'dmarc.published',
    'dmarcAny',
    ['existing', 'mail', 'measured_dmarc', 'targets'],
    dmarcFlag('any'),
  ),
  ...shares('dmarc.breakdown', 'dmarcAny', ['dmarc_any'], {
    ...classesOf('dmarc', POLICIES, hasValidDmarc),
    error: (facts) => !hasValidDmarc(facts),
  }),
  ...shares('dmarc.policy', 'dmarc', ['dmarc_valid'], classesOf('dmarc', POLICIES)),
  ...ofValid('enforce_published', isEnforced),
  ...ofValid('enforce_strict', isStrict),
  ...shares(
    'dmarc.enforced_of',
    'dmarc',
    ['existing', 'mail'],
    (f) => hasValidDmarc(f) && isStrict(f),
  ),
  ...shares('dmarc.policy_effective', 'dmarc', ['dmarc_valid'], isEffective),
  ...[
    'rua',
    'ruf',
    'p_missing',
    'pct_partial',
    't_y',
    'sp_weaker',
    'np_set',
    'strict_alignment',
  ].flatMap((flag) => ofValid(flag, dmarcFlag(flag))),
  ...ofValid('silent', isSilent),
  ...shares(
    'dmarc.policy_silent',
    'dmarc',
    ['dmarc_valid'],
    classesOf('dmarc', POLICIES, isSilent),
  ),
  ...shares('dmarc.psl_differs', 'dmarc', ['existing'], dmarcFlag('psl_differs')),
  ...shares(
    'dmarc.class',
    'dmarc',
    ['existing', 'mail'],
    classesOf('dmarc', answersOf(DMARC_CLASSES)),
  ),
  ...shares(
    'dmarc.errors',
    'nothing',
    ['attempted'],
    classesOf('dmarc', failuresOf(DMARC_CLASSES)),
    ['dmarc'],
  ),
];

export function shareNamed(metric: string, className: string, denominatorId: string): CountedShare {
  const found = SHARES.find(
    (one) =>
      one.metric === metric && one.class === className && one.denominatorId === denominatorId,
  );
  if (found === undefined) throw new RangeError(`no ${metric}:${className} of ${denominatorId}`);
  return found;
}

export interface Count {
  readonly numerator: number;
  readonly denominator: number;
  readonly share: number | null;
  readonly bound_low: number | null;
  readonly bound_high: number | null;
}

/** To the six decimals of a file. */
export const fraction = (value: number): number => Number(value.toFixed(6)) + 0;

/** The share and what it could be were everything known, trying the two extremes. */
export function countOf({ standing }: CountedShare, all: Iterable<Facts>): Count {
  const names = { outside: 0, inside: 0, counted: 0, doubtful: 0, perhaps: 0 };
  for (const facts of all) names[standing(facts)]++;
  const { inside, counted: numerator, doubtful, perhaps } = names;
  const denominator = inside + numerator + doubtful;
  const widest = denominator + perhaps;
  const orNull = (top: number, below: number) => (below > 0 ? fraction(top / below) : null);
  return {
    numerator,
    denominator,
    share: orNull(numerator, denominator),
    bound_low: orNull(numerator, widest),
    bound_high: orNull(Math.min(widest, numerator + doubtful + perhaps), widest),
  };
}
