/** What the records say: how SPF ends, MX, the quality of DMARC records, names that send no mail. */
import { EXISTING_BASES, SPF_PERMERRORS } from '../../statistics/layout.ts';
import type { TextCatalogue } from '../language/text-catalogue.ts';
import { barLines } from './bars.ts';
import { flow, wrap } from './layout.ts';
import { count, percent } from './numbers.ts';
import { hasAsked, INDENT, rate, type Section, shareIn, type View } from './view.ts';

type Words = TextCatalogue['records'];

const terminals = ({ noAll }: Words): readonly (readonly [string, string])[] => [
  ['minus_all', '-all'],
  ['tilde_all', '~all'],
  ['question_all', '?all'],
  ['plus_all', '+all'],
  ['no_all', noAll],
];

export const spfSection: Section = (view) => {
  if (!hasAsked(view, 'spf')) return [];
  const { denominator } = shareIn(view, 'spf.all', 'spf_valid', 'minus_all');
  const published = shareIn(view, 'spf.permerror', 'spf_any').denominator;
  const words = view.texts.records;
  if (published === 0) return [view.paint.heading(words.spfTitle), INDENT + words.spfNothing];
  return [
    view.paint.heading(words.spfTitle) + words.spfOf(count(denominator)),
    ...barLines(
      terminals(words).map(([of, label]) => ({
        label,
        share: shareIn(view, 'spf.all', 'spf_valid', of),
      })),
      view,
    ),
    ...permerrorLines(view),
    ...flow(
      [
        words.exactDeny(count(published), rate(shareIn(view, 'spf.exact_deny', 'spf_any'))),
        words.lax(rate(shareIn(view, 'spf.lax', 'spf_any'))),
        words.open(rate(shareIn(view, 'spf.open', 'spf_any'))),
      ],
      view.width,
      INDENT,
    ),
  ];
};

function permerrorLines(view: View): readonly string[] {
  const words = view.texts.records;
  const names: Readonly<Record<string, string>> = words.permerrors;
  const all = shareIn(view, 'spf.permerror', 'spf_any');
  if (all.numerator === 0) return [INDENT + words.noPermerror];
  const kinds = SPF_PERMERRORS.map(
    (of) => [view.counts.sum([`spf.class.${of}`], EXISTING_BASES), of] as const,
  )
    .filter(([value]) => value > 0)
    .sort(([a], [b]) => b - a)
    .map(([value, of]) => `${names[of] ?? of} ${count(value)}`);
  const head = words.permerror(percent(all.share), count(all.numerator), count(all.denominator));
  return flow([head, ...kinds], view.width, INDENT);
}

const mxRows = (words: Words): readonly (readonly [string, string])[] => [
  ['present', words.mxPresent],
  ['none', words.mxNone],
  ['null', words.mxNull],
  ['null_mixed', words.mxNullMixed],
  ['nxdomain', words.mxNxdomain],
];

export const mxSection: Section = (view) => {
  if (!hasAsked(view, 'mx')) return [];
  const { denominator } = shareIn(view, 'mx.class', 'existing', 'present');
  if (denominator === 0) return [];
  const words = view.texts.records;
  const rows = mxRows(words).map(([of, label]) => ({
    label,
    share: shareIn(view, 'mx.class', 'existing', of),
  }));
  return [
    view.paint.heading(words.mxTitle) + words.mxOf(count(denominator)),
    ...barLines(
      rows.filter(({ share }) => share.numerator > 0),
      view,
    ),
  ];
};

const recordFacts = (words: Words): readonly (readonly [string, string])[] => [
  ['enforce_published', words.enforcePublished],
  ['enforce_strict', words.enforceStrict],
  ['rua', 'rua'],
  ['ruf', 'ruf'],
  ['silent', words.silent],
  ['p_missing', words.pMissing],
  ['sp_weaker', words.spWeaker],
  ['np_set', 'np'],
  ['t_y', 't=y'],
  ['pct_partial', words.pctPartial],
  ['strict_alignment', words.strictAlignment],
];

export const dmarcRecordSection: Section = (view) => {
  if (!hasAsked(view, 'dmarc')) return [];
  const words = view.texts.records;
  const { denominator } = shareIn(view, 'dmarc.rua', 'dmarc_valid');
  if (denominator === 0) return [];
  return [
    view.paint.heading(words.dmarcTitle) + words.dmarcOf(count(denominator)),
    ...flow(
      recordFacts(words).map(
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
  const text = view.texts.records.otherReading(count(numerator));
  return wrap(text, view.width, INDENT, INDENT).map(view.paint.quiet);
}

const locks = (words: Words): readonly (readonly [string, string])[] => [
  ['null_mx', words.mxNull],
  ['spf_deny', 'v=spf1 -all'],
  ['dmarc_reject', words.lockDmarc],
  ['locked_full', words.lockedFull],
  ['open', words.unlocked],
];

export const nonSendingSection: Section = (view) => {
  if (!hasAsked(view, 'mx', 'spf', 'dmarc')) return [];
  const words = view.texts.records;
  const { denominator } = shareIn(view, 'nonsending.open', 'no_mail');
  if (denominator === 0) return [];
  return [
    view.paint.heading(words.locksTitle) + words.locksOf(count(denominator)),
    ...flow(
      locks(words).map(
        ([lock, label]) => `${label} ${rate(shareIn(view, `nonsending.${lock}`, 'no_mail'))}`,
      ),
      view.width,
      INDENT,
    ),
  ];
};
