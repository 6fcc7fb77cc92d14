/** Domains without mail: which of the three locks they have, alone and together. */
import { percentLabels } from '../../statistics/rounding.ts';
import type { PageTextId } from '../language/page-texts.ts';
import { LOCK_ORDER, nonSendingTable } from '../svg/non-sending-table.ts';
import { count } from '../text/numbers.ts';
import { fraction, percent, rangeText } from './format.ts';
import { figure, table } from './markup.ts';
import { denominatorNote, hasAsked, type PagePart, type PageView, spreadOf } from './view.ts';

const SHARES: readonly (readonly [metric: string, label: PageTextId])[] = [
  ['nonsending.null_mx', 'lockNullMx'],
  ['nonsending.spf_deny', 'lockSpf'],
  ['nonsending.dmarc_reject', 'lockDmarc'],
  ['nonsending.locked_send', 'lockedSend'],
  ['nonsending.locked_full', 'lockedFull'],
  ['nonsending.open', 'unlocked'],
];

export function nonSendingPart(view: PageView): readonly PagePart[] {
  const { say, figures, counts } = view;
  if (!hasAsked(view, 'mx', 'spf', 'dmarc')) return [];
  const { denominator } = figures('nonsending.open', 'no_mail');
  if (denominator === 0) return [];
  const joint = [0, 1, 2, 3, 4, 5, 6, 7].map((locks) =>
    counts.sum([`joint.locks_${locks}`], ['no_mail']),
  );
  const percents = percentLabels(LOCK_ORDER.map((locks) => joint[locks] ?? 0));
  const locks = [say('lockNullMx'), say('lockSpf'), say('lockDmarc')] as const;
  const has = (isThere: boolean) => say(isThere ? 'yes' : 'no');
  const caption = say('nonSendingFigure');
  const joined = table({
    caption,
    columns: [
      ...locks.map((title) => ({ title })),
      { title: say('domains'), isNumber: true },
      { title: '%', isNumber: true },
    ],
    rows: LOCK_ORDER.map((locked, i) => [
      ...[4, 2, 1].map((bit) => has((locked & bit) !== 0)),
      count(joint[locked] ?? 0),
      percents[i] ?? '',
    ]),
  });
  const html =
    figure({
      language: view.language,
      id: 'fig-non-sending',
      title: caption,
      notes: [denominatorNote(view, count(denominator), 'no_mail'), say('nonSendingNote')],
      description: LOCK_ORDER.map(
        (locked, i) =>
          `${locks.filter((_, at) => (locked & (4 >> at)) !== 0).join(' + ') || say('unlocked')} ${percents[i]}%`,
      ).join(', '),
      draw: (frame) => nonSendingTable(frame, { locks, counts: joint }),
      tableHtml: joined,
      tableTitle: say('table'),
    }) + sharesTable(view);
  return [{ id: 'non-sending', title: say('nonSending'), html }];
}

function sharesTable(view: PageView): string {
  const { say, figures } = view;
  return table({
    caption: say('nonSending'),
    columns: [
      { title: say('measure') },
      { title: say('domains'), isNumber: true },
      { title: say('share'), isNumber: true },
      { title: view.isSample ? say('interval') : say('bounds'), isNumber: true },
    ],
    rows: SHARES.map(([metric, label]) => {
      const row = figures(metric, 'no_mail');
      return [
        { text: say(label), below: metric },
        fraction(row),
        percent(row.share),
        rangeText(spreadOf(view, row)),
      ];
    }),
  });
}
