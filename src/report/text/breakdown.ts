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

const POLICIES: readonly string[] = ['none', 'quarantine', 'reject'];

export const breakdownSection: Section = (view) => {
  if (!hasAsked(view, 'dmarc')) return [];
  const { denominator } = shareIn(view, 'dmarc.breakdown', 'dmarc_any', 'none');
  const heading = view.paint.heading('DMARC policy');
  if (denominator === 0)
    return [heading, `${INDENT}no existing name publishes a DMARC record`, ...missing(view)];
  return [
    `${heading} of the ${count(denominator)} existing names that publish one`,
    ...barLines([...POLICIES.map((policy) => policyRow(policy, view)), errorRow(view)], view),
    ...missing(view),
  ];
};

function policyRow(policy: string, view: View): BarRow {
  const withoutRua = view.counts.sum([`dmarc.valid.${policy}_no_rua`], EXISTING_BASES);
  const share = shareIn(view, 'dmarc.breakdown', 'dmarc_any', policy);
  const part = share.numerator > 0 ? withoutRua / share.numerator : 0;
  return {
    label: policy,
    share,
    ink: policy,
    remark: withoutRua > 0 ? `${percent(part)} without rua` : '',
  };
}

function errorRow(view: View): BarRow {
  const of = (kind: string) => view.counts.sum([`dmarc.unusable.${kind}`], EXISTING_BASES);
  const kinds = [
    [of('invalid'), 'invalid'],
    [of('multiple'), 'several records'],
    [of('other'), 'unusable, a parent applies'],
  ] as const;
  return {
    label: 'error',
    share: shareIn(view, 'dmarc.breakdown', 'dmarc_any', 'error'),
    ink: 'error',
    remark: kinds
      .filter(([value]) => value > 0)
      .map(([value, kind]) => `${kind} ${count(value)}`)
      .join(', '),
  };
}

/** What the 100 % leave out. */
function missing(view: View): readonly string[] {
  const { unknown } = shareIn(view, 'dmarc.breakdown', 'dmarc_any', 'none');
  if (unknown === 0) return [];
  const existence = view.counts.sum(['domains'], ['existence_unknown']);
  const kinds = failureKinds(view.counts, 'dmarc', EXISTING_BASES);
  const parts = [
    ...(unknown > existence
      ? [`${count(unknown - existence)} failed DMARC look-ups (${kinds.join(', ')})`]
      : []),
    ...(existence > 0 ? [`${count(existence)} names whose existence is unknown`] : []),
  ];
  const text = `Not among them: ${parts.join(' and ')}; were they known, each share would lie in its [range].`;
  return wrap(text, view.width, INDENT, INDENT).map(view.paint.quiet);
}
