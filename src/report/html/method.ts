/** How the figures are to be read: denominators, measures, what is not measured. */
import { DENOMINATOR_IDS } from '../../statistics/denominators.ts';
import { MEASURES } from '../../statistics/measures.ts';
import { denominatorMeaning, measureMeaning } from '../language/measure-texts.ts';
import { count } from '../text/numbers.ts';
import { listOf, subheading, table } from './markup.ts';
import { type Figures, hasAsked, type PagePart, type PageView } from './view.ts';

export function methodPart(view: PageView): readonly PagePart[] {
  const { say, language, data } = view;
  const measures = MEASURES.filter(({ needs }) => hasAsked(view, ...needs));
  const ids = DENOMINATOR_IDS.filter((id) =>
    measures.some(({ denominators }) => denominators.includes(id)),
  );
  const html =
    listOf([
      say('methodShare'),
      say('methodBounds'),
      say('methodInterval'),
      say('methodPercent'),
      say('methodSignal'),
    ]) +
    subheading(say('denominators')) +
    table({
      caption: say('denominators'),
      columns: [
        { title: say('id') },
        { title: say('definition') },
        { title: say('domains'), isNumber: true },
      ],
      rows: ids.map((id) => [id, denominatorMeaning(id, language), sizeOf(id, view.figures)]),
    }) +
    subheading(say('metrics')) +
    table({
      caption: say('metrics'),
      columns: [{ title: say('id') }, { title: say('definition') }],
      rows: measures.map(({ metric }) => [metric, measureMeaning(metric, language)]),
    }) +
    subheading(say('notMeasured')) +
    listOf([
      say('notDkim'),
      say('notVantage'),
      ...(hasAsked(view, 'spf') && !data.run.config.isSpfVoids ? [say('notVoids')] : []),
      ...(hasAsked(view, 'spf') ? [say('notMacros')] : []),
      ...(data.run.config.isNxdomainCut ? [say('notCut')] : []),
    ]);
  return [{ id: 'method', title: say('method'), html }];
}

/** Sizes that do not depend on the measure; those that do stand beside each share. */
const SIZED: Readonly<Record<string, readonly [metric: string, className: string]>> = {
  measured_dmarc: ['dmarc.adoption', ''],
  measured_spf: ['spf.adoption', ''],
  attempted: ['population', 'mail'],
  targets: ['dmarc.adoption', ''],
  spf_any: ['spf.permerror', ''],
  spf_valid: ['spf.all', 'minus_all'],
  dmarc_any: ['dmarc.breakdown', 'none'],
  dmarc_valid: ['dmarc.policy', 'none'],
  no_mail: ['nonsending.open', ''],
};

function sizeOf(id: (typeof DENOMINATOR_IDS)[number], figures: Figures): string {
  const sized = SIZED[id];
  if (sized === undefined) return '–';
  try {
    return count(figures(sized[0], id, sized[1]).denominator);
  } catch {
    return '–';
  }
}
