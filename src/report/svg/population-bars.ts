/**
 * Where the entries of the lists went, stage by stage: what goes on to the next stage in full ink, what
 * leaves in grey, all on the scale of the first.
 */
import { count } from '../text/numbers.ts';
import { bar, type ChartFrame, image, isNarrow, LINE, label, SIZE, SMALL } from './image.ts';
import { filled } from './palette.ts';
import { textWidth } from './text-width.ts';

export interface Stage {
  readonly label: string;
  readonly total: number;
  /** Of them, on to the next stage; the rest leaves. */
  readonly onward: number;
  /** What leaves, in words; empty where nothing does. */
  readonly leaving: string;
}

export function populationBars(frame: ChartFrame, stages: readonly Stage[]): string {
  const isPhone = isNarrow(frame);
  const most = Math.max(1, ...stages.map(({ total }) => total));
  const names = isPhone
    ? 0
    : Math.ceil(
        Math.min(
          frame.width * 0.26,
          Math.max(...stages.map((s) => textWidth(s.label, SIZE, true))),
        ),
      );
  const numbers = Math.ceil(
    Math.max(...stages.map(({ total }) => textWidth(count(total), SIZE, true))),
  );
  const left = isPhone ? 0 : names + numbers + 24;
  const width = frame.width - left;
  const step = isPhone ? 62 : 44;
  const body = stages.flatMap((stage, i) => {
    const y = i * step + (isPhone ? LINE + 4 : 4);
    const size = (value: number) => (width * value) / most;
    const onward = size(stage.onward);
    const head = isPhone
      ? [
          label(0, y - 4, stage.label, { isBold: true, width: width - numbers - 12 }),
          label(frame.width, y - 4, count(stage.total), { anchor: 'end', isBold: true }),
        ]
      : [
          label(names, y + 13, stage.label, { anchor: 'end', isBold: true, width: names }),
          label(left - 12, y + 13, count(stage.total), { anchor: 'end', isBold: true }),
        ];
    return [
      ...head,
      bar(frame, { x: left, y, width: onward, height: 18 }, 'plain'),
      bar(
        frame,
        { x: left + onward, y, width: size(stage.total - stage.onward), height: 18 },
        'leaving',
      ),
      ...(stage.leaving === ''
        ? []
        : [label(left, y + 32, stage.leaving, { size: SMALL, ink: filled('muted'), width })]),
    ];
  });
  return image(frame, stages.length * step, body);
}
