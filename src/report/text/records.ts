/** What the records say: how SPF ends, MX, the quality of DMARC records, names that send no mail. */
import { EXISTING_BASES, SPF_PERMERRORS } from '../../statistics/layout.ts';
import { barLines } from './bars.ts';
import { flow, wrap } from './layout.ts';
import { count, percent } from './numbers.ts';
import { hasAsked, INDENT, rate, type Section, shareIn, type View } from './view.ts';

const TERMINALS: readonly (readonly [string, string])[] = [
  ['minus_all', '-all'],
  ['tilde_all', '~all'],
  ['question_all', '?all'],
  ['plus_all', '+all'],
  ['no_all', 'no all'],
];

const PERMERROR_NAMES: Readonly<Record<string, string>> = {
  permerror_syntax: 'syntax',
  permerror_multiple: 'several records',
  permerror_lookups: 'over 10 look-ups',
  permerror_void: 'void look-ups',
  permerror_include_missing: 'included record missing',
  permerror_loop: 'loop',
  permerror_mx: 'over 10 exchanges',
};

export const spfSection: Section = (view) => {
  if (!hasAsked(view, 'spf')) return [];
  const { denominator } = shareIn(view, 'spf.all', 'spf_valid', 'minus_all');
  const published = shareIn(view, 'spf.permerror', 'spf_any').denominator;
  if (published === 0)
    return [view.paint.heading('SPF'), `${INDENT}no existing name publishes an SPF record`];
  return [
    `${view.paint.heading('SPF')}: how the ${count(denominator)} usable records end`,
    ...barLines(
      TERMINALS.map(([of, label]) => ({ label, share: shareIn(view, 'spf.all', 'spf_valid', of) })),
      view,
    ),
    ...permerrorLines(view),
    ...flow(
      [
        `of ${count(published)} published: exactly v=spf1 -all ${rate(shareIn(view, 'spf.exact_deny', 'spf_any'))}`,
        `over 100,000 IPv4 addresses ${rate(shareIn(view, 'spf.lax', 'spf_any'))}`,
        `open to everybody ${rate(shareIn(view, 'spf.open', 'spf_any'))}`,
      ],
      view.width,
      INDENT,
    ),
  ];
};

function permerrorLines(view: View): readonly string[] {
  const all = shareIn(view, 'spf.permerror', 'spf_any');
  if (all.numerator === 0) return [`${INDENT}permerror: none`];
  const kinds = SPF_PERMERRORS.map(
    (of) => [view.counts.sum([`spf.class.${of}`], EXISTING_BASES), of] as const,
  )
    .filter(([value]) => value > 0)
    .sort(([a], [b]) => b - a)
    .map(([value, of]) => `${PERMERROR_NAMES[of] ?? of} ${count(value)}`);
  const head = `permerror ${percent(all.share)} (${count(all.numerator)} of ${count(all.denominator)} published)`;
  return flow([head, ...kinds], view.width, INDENT);
}

const MX_ROWS: readonly (readonly [string, string])[] = [
  ['present', 'MX'],
  ['none', 'no MX'],
  ['null', 'null MX'],
  ['null_mixed', 'null MX beside others'],
  ['nxdomain', 'alias to nothing'],
];

export const mxSection: Section = (view) => {
  if (!hasAsked(view, 'mx')) return [];
  const { denominator } = shareIn(view, 'mx.class', 'existing', 'present');
  if (denominator === 0) return [];
  const rows = MX_ROWS.map(([of, label]) => ({
    label,
    share: shareIn(view, 'mx.class', 'existing', of),
  }));
  return [
    `${view.paint.heading('MX')} of the ${count(denominator)} existing names that answered`,
    ...barLines(
      rows.filter(({ share }) => share.numerator > 0),
      view,
    ),
  ];
};

const RECORD_FACTS: readonly (readonly [string, string])[] = [
  ['enforce_published', 'quarantine or reject'],
  ['enforce_strict', 'strictly enforced'],
  ['rua', 'rua'],
  ['ruf', 'ruf'],
  ['silent', 'neither'],
  ['p_missing', 'no p'],
  ['sp_weaker', 'weaker sp'],
  ['np_set', 'np'],
  ['t_y', 't=y'],
  ['pct_partial', 'pct below 100'],
  ['strict_alignment', 'strict alignment'],
];

export const dmarcRecordSection: Section = (view) => {
  if (!hasAsked(view, 'dmarc')) return [];
  const { denominator } = shareIn(view, 'dmarc.rua', 'dmarc_valid');
  if (denominator === 0) return [];
  return [
    `${view.paint.heading('DMARC records')}: of the ${count(denominator)} usable ones`,
    ...flow(
      RECORD_FACTS.map(
        ([fact, label]) => `${label} ${rate(shareIn(view, `dmarc.${fact}`, 'dmarc_valid'))}`,
      ),
      view.width,
      INDENT,
    ),
    ...otherReading(view),
  ];
};

function otherReading(view: View): readonly string[] {
  const { numerator } = shareIn(view, 'dmarc.psl_differs', 'existing');
  if (numerator === 0) return [];
  const text = `RFC 7489 with the Public Suffix List reads ${count(numerator)} existing names otherwise.`;
  return wrap(text, view.width, INDENT, INDENT).map(view.paint.quiet);
}

const LOCKS: readonly (readonly [string, string])[] = [
  ['null_mx', 'null MX'],
  ['spf_deny', 'v=spf1 -all'],
  ['dmarc_reject', 'DMARC reject'],
  ['locked_full', 'all three'],
  ['open', 'none of them'],
];

export const nonSendingSection: Section = (view) => {
  if (!hasAsked(view, 'mx', 'spf', 'dmarc')) return [];
  const { denominator } = shareIn(view, 'nonsending.open', 'no_mail');
  if (denominator === 0) return [];
  return [
    `${view.paint.heading('Locks')} on the ${count(denominator)} existing names without mail`,
    ...flow(
      LOCKS.map(
        ([lock, label]) => `${label} ${rate(shareIn(view, `nonsending.${lock}`, 'no_mail'))}`,
      ),
      view.width,
      INDENT,
    ),
  ];
};
