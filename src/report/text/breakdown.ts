/**
 * The headline: what the published DMARC records ask for, none / quarantine / reject, and which cannot
 * be used. Failed look-ups stand below with their kinds, and as bounds beside each share.
 */
import { EXISTING_BASES } from '../../statistics/layout.ts';
import { type BarRow, barLines } from './bars.ts';
import { failureKinds } from './failures.ts';
import { wrap } from './layout.ts';
import { count, percent } from './numbers.ts';
import { hasAsked, INDENT, type Section, shareIn, type View } from './view.ts';

const POLICIES = ['none', 'quarantine', 'reject'] as const;

export const breakdownSection: Section = (view) => {
  if (!hasAsked(view, 'dmarc')) return [];
  const words = view.texts.breakdown;
  const { denominator } = shareIn(view, 'dmarc.breakdown', 'dmarc_any', 'none');
  const heading = view.paint.heading(words.title);
  if (denominator === 0) return [heading, INDENT + words.nothing, ...missing(view)];
  return [
    heading + words.of(count(denominator)),
    ...barLines([...POLICIES.map((policy) => policyRow(policy, view)), errorRow(view)], view),
    ...missing(view),
  ];
};

function policyRow(policy: (typeof POLICIES)[number], view: View): BarRow {
  const withoutRua = view.counts.sum([`dmarc.valid.${policy}_no_rua`], EXISTING_BASES);
  const share = shareIn(view, 'dmarc.breakdown', 'dmarc_any', policy);
  const part = share.numerator > 0 ? withoutRua / share.numerator : 0;
  return {
    label: view.texts.breakdown.labels[policy],
    share,
    ink: policy,
    remark: withoutRua > 0 ? view.texts.breakdown.withoutRua(percent(part)) : '',
  };
}

function errorRow(view: View): BarRow {
  const words = view.texts.breakdown;
  const of = (kind: string) => view.counts.sum([`dmarc.unusable.${kind}`], EXISTING_BASES);
  const kinds = [
    [of('invalid'), words.invalid],
    [of('multiple'), words.multiple],
    [of('other'), words.other],
  ] as const;
  return {
    label: words.labels.error,
    share: shareIn(view, 'dmarc.breakdown', 'dmarc_any', 'error'),
    ink: 'error',
    remark: kinds
      .filter(([value]) => value > 0)
      .map(([value, kind]) => words.kind(kind, count(value)))
      .join(words.kindSeparator),
  };
}

/** What the 100 % leave out. */
function missing(view: View): readonly string[] {
  const { unknown } = shareIn(view, 'dmarc.breakdown', 'dmarc_any', 'none');
  if (unknown === 0) return [];
  const words = view.texts.breakdown;
  const existence = view.counts.sum(['domains'], ['existence_unknown']);
  const kinds = failureKinds(view.counts, 'dmarc', EXISTING_BASES);
  const parts = [
    ...(unknown > existence
      ? [words.failedLookups(count(unknown - existence), kinds.join(words.kindSeparator))]
      : []),
    ...(existence > 0 ? [words.existenceUnknown(count(existence))] : []),
  ];
  return wrap(words.missing(parts), view.width, INDENT, INDENT).map(view.paint.quiet);
}
