/** What the records say: SPF, MX, the quality of DMARC records, domains that send no mail. */
import type { DenominatorId } from '../../statistics/denominators.ts';
import { SPF_PERMERRORS, SPF_TERMINALS } from '../../statistics/layout.ts';
import type { MetricRow } from '../../statistics/metrics.ts';
import { percentLabels } from '../../statistics/rounding.ts';
import { classLabel } from '../language/class-labels.ts';
import { measureMeaning } from '../language/measure-texts.ts';
import type { PageTextId } from '../language/page-texts.ts';
import { TEXTS, wordFor } from '../language/text-catalogue.ts';
import { qualifierBars } from '../svg/qualifier-bars.ts';
import { type ShareRow, shareBars } from '../svg/share-bars.ts';
import { count } from '../text/numbers.ts';
import { fraction, percent, rangeText } from './format.ts';
import { type Column, figure, paragraph, table } from './markup.ts';
import {
  boundsOf,
  denominatorNote,
  hasAsked,
  type PagePart,
  type PageView,
  spreadOf,
} from './view.ts';

const TERMINAL_LABELS: Readonly<Record<string, PageTextId>> = {
  minus_all: 'spfStrict',
  tilde_all: 'spfSoft',
  question_all: 'spfNeutral',
  plus_all: 'spfPass',
  no_all: 'spfNoAll',
};

export function spfPart(view: PageView): readonly PagePart[] {
  const { say, figures } = view;
  if (!hasAsked(view, 'spf')) return [];
  const title = say('spf');
  const published = figures('spf.permerror', 'spf_any').denominator;
  if (published === 0) return [{ id: 'spf', title, html: paragraph(say('spfNothing')) }];
  const html =
    qualifierFigure(view, published) + shareTable(view, say('spfFacts'), SPF_FACTS, 'spf_any');
  return [{ id: 'spf', title, html }];
}

const SPF_FACTS: readonly string[] = ['spf.exact_deny', 'spf.lax', 'spf.open', 'spf.permerror'];

function qualifierFigure(view: PageView, published: number): string {
  const { say, figures, language } = view;
  const rows = SPF_TERMINALS.map((of) => figures('spf.all', 'spf_valid', of));
  const names = SPF_TERMINALS.map((of) => say(TERMINAL_LABELS[of] ?? 'spfNoAll'));
  const labels = percentLabels(rows.map(({ numerator }) => numerator));
  const words = TEXTS[language].records.permerrors;
  const errors = SPF_PERMERRORS.map((of) => {
    const row = figures('spf.permerror', 'spf_any', of);
    return { label: wordFor(words, of) ?? of, row };
  }).sort((a, b) => b.row.numerator - a.row.numerator);
  const caption = say('spfFigure');
  const errorTitle = say('spfErrors', { count: count(published) });
  const valid = rows[0]?.denominator ?? 0;
  const columns = [
    { title: say('class') },
    { title: say('domains'), isNumber: true },
    { title: '%', isNumber: true },
    { title: say('bounds'), isNumber: true },
  ];
  const cells = (name: string, row: MetricRow, shown: string) => [
    name,
    count(row.numerator),
    shown,
    rangeText(boundsOf(row)),
  ];
  return figure({
    language: view.language,
    id: 'fig-spf',
    title: caption,
    notes: [denominatorNote(view, count(valid), 'spf_valid'), say('spfNote')],
    description: names.map((name, i) => `${name} ${labels[i]}%`).join(', '),
    draw: (frame) =>
      qualifierBars(frame, {
        classes: SPF_TERMINALS.map((of, i) => ({ class: of, label: names[i] ?? of })),
        counts: rows.map(({ numerator }) => numerator),
        errorTitle,
        errors: errors.map(({ label, row }) => shareRow(view, label, row)),
      }),
    tableHtml:
      table({
        caption,
        columns,
        rows: [
          ...rows.map((row, i) => cells(names[i] ?? '', row, labels[i] ?? '')),
          [say('total'), count(valid), valid > 0 ? '100.0' : '–', ''],
        ],
        hasTotal: true,
      }) +
      table({
        caption: errorTitle,
        columns,
        rows: errors.map(({ label, row }) => cells(label, row, percent(row.share))),
      }),
    tableTitle: say('table'),
  });
}

function shareRow(view: PageView, label: string, row: MetricRow): ShareRow {
  const open = spreadOf(view, row);
  return {
    label,
    numerator: row.numerator,
    share: row.share,
    low: open?.low,
    high: open?.high,
  };
}

/** Single shares of one denominator with what they count. */
function shareTable(
  view: PageView,
  caption: string,
  metrics: readonly string[],
  id: DenominatorId,
): string {
  const { say, figures, language } = view;
  const columns: readonly Column[] = [
    { title: say('measure') },
    { title: say('domains'), isNumber: true },
    { title: say('share'), isNumber: true },
    { title: view.isSample ? say('interval') : say('bounds'), isNumber: true },
  ];
  return table({
    caption,
    columns,
    rows: metrics.map((metric) => {
      const row = figures(metric, id);
      return [
        { text: measureMeaning(metric, language), below: metric },
        fraction(row),
        percent(row.share),
        rangeText(spreadOf(view, row)),
      ];
    }),
  });
}

/** Facts of a record and what a chart calls them. */
function recordFacts({ say, language }: PageView): readonly (readonly [string, string])[] {
  const words = TEXTS[language].records;
  return [
    ['dmarc.enforce_published', words.enforcePublished],
    ['dmarc.enforce_strict', words.enforceStrict],
    ['dmarc.rua', 'rua'],
    ['dmarc.ruf', 'ruf'],
    ['dmarc.silent', say('recordsSilent')],
    ['dmarc.p_missing', words.pMissing],
    ['dmarc.sp_weaker', words.spWeaker],
    ['dmarc.np_set', 'np'],
    ['dmarc.t_y', 't=y'],
    ['dmarc.pct_partial', words.pctPartial],
    ['dmarc.strict_alignment', words.strictAlignment],
  ];
}

export function recordsPart(view: PageView): readonly PagePart[] {
  const { say, figures } = view;
  if (!hasAsked(view, 'dmarc')) return [];
  const { denominator } = figures('dmarc.rua', 'dmarc_valid');
  if (denominator === 0) return [];
  const facts = recordFacts(view);
  const rows = facts.map(([metric, name]) => shareRow(view, name, figures(metric, 'dmarc_valid')));
  const differs = figures('dmarc.psl_differs', 'existing').numerator;
  const caption = say('recordsFigure');
  const html =
    figure({
      language: view.language,
      id: 'fig-records',
      title: caption,
      notes: [denominatorNote(view, count(denominator), 'dmarc_valid'), say('recordsNote')],
      description: rows.map(({ label, share }) => `${label} ${percent(share)}`).join(', '),
      draw: (frame) => shareBars(frame, rows),
      tableHtml: shareTable(
        view,
        caption,
        facts.map(([metric]) => metric),
        'dmarc_valid',
      ),
      tableTitle: say('table'),
    }) + (differs > 0 ? paragraph(say('pslDiffers', { count: count(differs) })) : '');
  return [{ id: 'records', title: say('records'), html }];
}

const MX_CLASSES = ['present', 'none', 'null', 'null_mixed', 'nxdomain'];

export function mxPart(view: PageView): readonly PagePart[] {
  const { say, figures, language } = view;
  if (!hasAsked(view, 'mx')) return [];
  const { denominator } = figures('mx.class', 'existing', 'present');
  if (denominator === 0) return [];
  const shown = MX_CLASSES.map((of) => ({
    label: classLabel(of === 'none' ? 'no_mx' : of, language),
    row: figures('mx.class', 'existing', of),
  })).filter(({ row }) => row.numerator > 0);
  const labels = percentLabels(shown.map(({ row }) => row.numerator));
  const caption = say('mxFigure');
  const html = figure({
    language: view.language,
    id: 'fig-mx',
    title: caption,
    notes: [denominatorNote(view, count(denominator), 'existing')],
    description: shown.map(({ label }, i) => `${label} ${labels[i]}%`).join(', '),
    draw: (frame) =>
      shareBars(
        frame,
        shown.map(({ label, row }, i) => ({ ...shareRow(view, label, row), percent: labels[i] })),
      ),
    tableHtml: table({
      caption,
      columns: [
        { title: say('class') },
        { title: say('domains'), isNumber: true },
        { title: '%', isNumber: true },
        { title: say('bounds'), isNumber: true },
      ],
      rows: [
        ...shown.map(({ label, row }, i) => [
          label,
          count(row.numerator),
          labels[i] ?? '',
          rangeText(boundsOf(row)),
        ]),
        [say('total'), count(denominator), '100.0', ''],
      ],
      hasTotal: true,
    }),
    tableTitle: say('table'),
  });
  return [{ id: 'mx', title: say('mx'), html }];
}
