/** The legend of a chart: swatches with their labels, in as many lines as they take. */
import { type ChartFrame, LINE, label, SMALL, shape } from './image.ts';
import { element } from './markup.ts';
import { type InkName, stroked } from './palette.ts';
import { elide, textWidth } from './text-width.ts';

export interface LegendEntry {
  readonly label: string;
  readonly ink: InkName;
}

const SWATCH = 12;
const SPACE = 18;

/** Markup from the top of the chart and the height that it takes. */
export function legend(
  frame: ChartFrame,
  entries: readonly LegendEntry[],
): { readonly body: readonly string[]; readonly height: number } {
  const body: string[] = [];
  let x = 0;
  let line = 0;
  for (const entry of entries) {
    const text = elide(entry.label, SMALL, frame.width - SWATCH - 6);
    const width = SWATCH + 6 + textWidth(text, SMALL);
    if (x > 0 && x + width > frame.width) {
      x = 0;
      line++;
    }
    const y = line * (LINE + 2);
    body.push(
      shape(frame, 'rect', { x, y: y + 2, width: SWATCH, height: SWATCH, rx: 2 }, entry.ink),
      element('rect', {
        x,
        y: y + 2,
        width: SWATCH,
        height: SWATCH,
        rx: 2,
        fill: 'none',
        ...stroked('line'),
      }),
      label(x + SWATCH + 6, y + 12, text, { size: SMALL }),
    );
    x += width + SPACE;
  }
  return { body, height: entries.length === 0 ? 0 : (line + 1) * (LINE + 2) };
}
