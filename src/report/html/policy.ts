/** What DMARC records ask for: the published ones, and those of domains known to have had one. */
import { EXISTING_BASES } from '../../statistics/layout.ts';
import { percentLabels } from '../../statistics/rounding.ts';
import { classLabel, UNOBTAINABLE } from '../language/class-labels.ts';
import { policyDonut } from '../svg/policy-donut.ts';
import { count } from '../text/numbers.ts';
import { percent, rangeText } from './format.ts';
import { type Figure, figure, paragraph, table } from './markup.ts';
import {
  boundsOf,
  denominatorNote,
  hasAsked,
  intervalOf,
  type PagePart,
  type PageView,
} from './view.ts';

export const POLICIES = ['none', 'quarantine', 'reject', 'error'] as const;

export function policyPart(view: PageView): readonly PagePart[] {
  const { say } = view;
  if (!hasAsked(view, 'dmarc')) return [];
  const title = say('policy');
  if (view.figures('dmarc.breakdown', 'dmarc_any', 'none').denominator === 0)
    return [{ id: 'policy', title, html: paragraph(say('policyNothing')) }];
  return [{ id: 'policy', title, html: breakdownFigure(view) }];
}

function breakdownFigure(view: PageView): string {
  const { say, figures, language, counts } = view;
  const rows = POLICIES.map((policy) => figures('dmarc.breakdown', 'dmarc_any', policy));
  const unusable = (kind: string) => count(counts.sum([`dmarc.unusable.${kind}`], EXISTING_BASES));
  const n = count(rows[0]?.denominator ?? 0);
  const title = say('policyFigure');
  return donutFigure(view, {
    id: 'fig-policy',
    title,
    notes: [
      denominatorNote(view, n, 'dmarc_any'),
      say('policyNote', {
        invalid: unusable('invalid'),
        multiple: unusable('multiple'),
        other: unusable('other'),
      }),
    ],
    names: POLICIES.map((policy) => classLabel(policy, language)),
    counts: rows.map(({ numerator }) => numerator),
    unit: say('policyUnit'),
    tableHtml: breakdownTable(view, title),
  });
}

interface Donut extends Pick<Figure, 'id' | 'title' | 'notes' | 'tableHtml'> {
  /** Beside `POLICIES`, as are `counts`. */
  readonly names: readonly string[];
  readonly counts: readonly number[];
  readonly unit: string;
}

function donutFigure(
  { language, say }: PageView,
  { names, counts, unit, ...content }: Donut,
): string {
  const labels = percentLabels(counts);
  return figure({
    ...content,
    language,
    description: names.map((name, i) => `${name} ${labels[i]}%`).join(', '),
    draw: (frame) =>
      policyDonut(frame, {
        slices: POLICIES.map((policy, i) => ({
          class: policy,
          label: names[i] ?? policy,
          count: counts[i] ?? 0,
        })),
        unit,
      }),
    tableTitle: say('table'),
  });
}

function breakdownTable(view: PageView, caption: string): string {
  const { say, figures, language, counts, isSample } = view;
  const rows = POLICIES.map((policy) => figures('dmarc.breakdown', 'dmarc_any', policy));
  const labels = percentLabels(rows.map(({ numerator }) => numerator));
  const part = (policy: string, kind: string) =>
    policy === 'error' ? '–' : count(counts.sum([`dmarc.valid.${policy}_${kind}`], EXISTING_BASES));
  return table({
    caption,
    columns: [
      { title: say('class') },
      { title: say('domains'), isNumber: true },
      { title: '%', isNumber: true },
      ...(isSample ? [{ title: say('interval'), isNumber: true }] : []),
      { title: say('bounds'), isNumber: true },
      { title: say('withoutRua'), isNumber: true },
      { title: say('silent'), isNumber: true },
    ],
    rows: [
      ...POLICIES.map((policy, i) => {
        const row = rows[i];
        if (row === undefined) return [];
        return [
          classLabel(policy, language),
          count(row.numerator),
          labels[i] ?? '',
          ...(isSample ? [rangeText(intervalOf(view, row))] : []),
          rangeText(boundsOf(row)),
          part(policy, 'no_rua'),
          part(policy, 'silent'),
        ];
      }),
      [
        say('total'),
        count(rows[0]?.denominator ?? 0),
        '100.0',
        ...(isSample ? [''] : []),
        '',
        '',
        '',
      ],
    ],
    hasTotal: true,
  });
}

/** IIR Vol. 35 Fig. 6: the only figure with failed look-ups inside its 100 %. */
export function knownDmarcPart(view: PageView): readonly PagePart[] {
  const { say, language, data } = view;
  const known = data.knownDmarc;
  if (known === undefined || known.known === 0) return [];
  const counts = POLICIES.map((policy) => known[policy]);
  const labels = percentLabels(counts);
  const names = POLICIES.map((policy) =>
    policy === 'error' ? UNOBTAINABLE[language] : classLabel(policy, language),
  );
  const caption = say('knownFigure');
  const columns = [
    { title: say('class') },
    { title: say('domains'), isNumber: true },
    { title: '%', isNumber: true },
  ];
  const parts = Object.entries(known.parts).filter(([, value]) => value > 0);
  const tables =
    table({
      caption,
      columns,
      rows: [
        ...names.map((name, i) => [name, count(counts[i] ?? 0), labels[i] ?? '']),
        [say('total'), count(known.known), '100.0'],
      ],
      hasTotal: true,
    }) +
    (parts.length === 0
      ? ''
      : table({
          caption: say('knownParts'),
          columns,
          rows: parts.map(([part, value]) => [
            classLabel(part, language),
            count(value),
            percent(value / known.known),
          ]),
        }));
  const html = donutFigure(view, {
    id: 'fig-known',
    title: caption,
    notes: [
      say('plainNote', { n: count(known.known), id: 'known_dmarc' }),
      say('knownNote', { source: known.source }),
    ],
    names,
    counts,
    unit: say('knownUnit'),
    tableHtml: tables,
  });
  return [{ id: 'known-dmarc', title: say('known'), html }];
}
