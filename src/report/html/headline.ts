/** The main results as a sentence, tiles and one table: adoption, enforcement, protection. */
import type { DenominatorId } from '../../statistics/denominators.ts';
import { BASES } from '../../statistics/layout.ts';
import type { MetricRow } from '../../statistics/metrics.ts';
import { measureMeaning } from '../language/measure-texts.ts';
import type { PageTextId } from '../language/page-texts.ts';
import { escapeMarkup } from '../svg/markup.ts';
import { count } from '../text/numbers.ts';
import { fraction, percent, rangeText } from './format.ts';
import { type Cell, type Column, paragraph, sentences, table } from './markup.ts';
import { boundsOf, hasAsked, intervalOf, type PagePart, type PageView } from './view.ts';

interface Tile {
  readonly title: PageTextId;
  readonly note: PageTextId;
  readonly metric: string;
  readonly needs: readonly string[];
}

const TILES: readonly Tile[] = [
  { title: 'tileDmarc', note: 'tileDmarcNote', metric: 'dmarc.adoption', needs: ['dmarc'] },
  {
    title: 'tileEnforced',
    note: 'tileEnforcedNote',
    metric: 'dmarc.enforced_of',
    needs: ['dmarc'],
  },
  {
    title: 'tileProtected',
    note: 'tileProtectedNote',
    metric: 'protected',
    needs: ['spf', 'dmarc'],
  },
  { title: 'tileSpf', note: 'tileSpfNote', metric: 'spf.adoption', needs: ['spf'] },
];

export function headlinePart(view: PageView): readonly PagePart[] {
  const tiles = TILES.filter(({ needs }) => hasAsked(view, ...needs));
  if (tiles.length === 0) return [];
  const html =
    paragraph(summary(view), 'lead') +
    `\n<div class="tiles">${tiles.map((tile) => tileHtml(tile, view)).join('\n')}</div>\n` +
    adoptionTable(view);
  return [{ id: 'results', title: view.say('headline'), html }];
}

function summary(view: PageView): string {
  const { say, figures, counts } = view;
  const parts: string[] = [];
  if (hasAsked(view, 'dmarc')) {
    const adoption = figures('dmarc.adoption', 'existing');
    const strict = figures('dmarc.enforce_strict', 'dmarc_valid');
    const asked = counts.sum(['domains'], BASES);
    const unknown = counts.sum(['dmarc.unknown'], BASES);
    if (adoption.denominator > 0)
      parts.push(
        say('headlineDmarc', {
          existing: count(adoption.denominator),
          valid: count(adoption.numerator),
          share: percent(adoption.share),
          strict: count(strict.numerator),
          strictShare: percent(strict.share),
        }),
      );
    if (unknown > 0)
      parts.push(
        say('headlineUnknown', { count: count(unknown), share: percent(unknown / asked) }),
      );
  } else if (figures('spf.adoption', 'existing').denominator > 0) {
    const { numerator, denominator, share } = figures('spf.adoption', 'existing');
    parts.push(
      say('headlineSpf', {
        existing: count(denominator),
        valid: count(numerator),
        share: percent(share),
      }),
    );
  }
  return sentences(parts, view.language);
}

function tileHtml({ title, note, metric }: Tile, view: PageView): string {
  const { say, figures } = view;
  const existing = figures(metric, 'existing');
  const mail = hasAsked(view, 'mx') ? tileRow(figures(metric, 'mail'), 'ofMail', view, '') : '';
  return (
    `<article class="tile"><h3>${escapeMarkup(say(title))}</h3>` +
    tileRow(existing, 'ofExisting', view, ' class="big"') +
    meter(existing) +
    mail +
    `${paragraph(say(note), 'note')}</article>`
  );
}

function tileRow(row: MetricRow, of: PageTextId, view: PageView, attribute: string): string {
  return (
    `<p${attribute}><b>${escapeMarkup(percent(row.share))}</b> ` +
    `<span>${escapeMarkup(view.say(of))}</span> ` +
    `<small>${escapeMarkup(fraction(row))}${escapeMarkup(openText(row, view))}</small></p>`
  );
}

/** What is open about the share, as ` · bounds [32.7–34.6]`. */
function openText(row: MetricRow, view: PageView): string {
  const interval = intervalOf(view, row);
  if (interval !== undefined) return ` · ${view.say('interval')} ${rangeText(interval)}`;
  const bounds = boundsOf(row);
  return bounds === undefined ? '' : ` · ${view.say('bounds')} ${rangeText(bounds)}`;
}

/** The share as a bar; the text beside it says the same. */
function meter({ share }: MetricRow): string {
  const width = Math.round((share ?? 0) * 1000) / 10;
  return `<div class="meter" aria-hidden="true"><i style="width:${width}%"></i></div>`;
}

const LINES: readonly (readonly [metric: string, needs: readonly string[]])[] = [
  ['dmarc.adoption', ['dmarc']],
  ['dmarc.adoption_effective', ['dmarc']],
  ['dmarc.published', ['dmarc']],
  ['dmarc.enforced_of', ['dmarc']],
  ['protected', ['spf', 'dmarc']],
  ['protected_reject', ['spf', 'dmarc']],
  ['ready', ['mx', 'spf', 'dmarc']],
  ['spf.adoption', ['spf']],
  ['spf.published', ['spf']],
];

/** A row for each measure, the populations side by side. */
function adoptionTable(view: PageView): string {
  const { say, figures, language, isSample } = view;
  const populations: readonly (readonly [DenominatorId, PageTextId])[] = [
    ['existing', 'ofExisting'],
    ...(hasAsked(view, 'mx') ? ([['mail', 'ofMail']] as const) : []),
  ];
  const columns: readonly Column[] = [
    { title: say('measure') },
    ...populations.flatMap(([, of]) => [
      { title: say(of), isNumber: true },
      ...(isSample ? [{ title: say('interval'), isNumber: true }] : []),
      { title: say('bounds'), isNumber: true },
    ]),
  ];
  const rows = LINES.filter(([, needs]) => hasAsked(view, ...needs)).map(
    ([metric]): readonly Cell[] => [
      { text: measureMeaning(metric, language), below: metric },
      ...populations.flatMap(([id]): readonly Cell[] => {
        // Only a domain with mail is one record away.
        if (metric === 'ready' && id === 'existing') return ['', ...(isSample ? [''] : []), ''];
        const row = figures(metric, id);
        return [
          { text: percent(row.share), below: fraction(row) },
          ...(isSample ? [rangeText(intervalOf(view, row))] : []),
          rangeText(boundsOf(row)),
        ];
      }),
    ],
  );
  return table({ caption: say('adoptionTable'), columns, rows });
}
