/**
 * A series as one line of block characters on a true time scale: a gap in the nights is a gap in the
 * line. Heights run from the lowest to the highest share of the series, so the line shows its shape
 * and never its size; the figures stand beside it.
 */
import type { TrendPoint } from '../../statistics/trend.ts';

const BLOCKS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
const FLAT = '▄';
const DAY_MS = 86_400_000;

/** At most `width` cells, one for each night while there are few; several nights of a cell are averaged. */
export function sparkline(
  points: readonly TrendPoint[],
  nights: readonly string[],
  width: number,
): string {
  const cells = Math.min(width, nights.length);
  const from = dayOf(nights[0]);
  const span = dayOf(nights.at(-1)) - from;
  if (!(cells > 0) || !Number.isFinite(span)) return '';
  const sums: { sum: number; n: number }[] = Array.from({ length: cells }, () => ({
    sum: 0,
    n: 0,
  }));
  for (const { night, share } of points) {
    const fraction = span > 0 ? (dayOf(night) - from) / span : 0;
    const cell = sums[Math.round(fraction * (cells - 1))];
    if (cell === undefined || share.share === undefined) continue;
    cell.sum += share.share;
    cell.n++;
  }
  const means = sums.map(({ sum, n }) => (n > 0 ? sum / n : undefined));
  const known = means.filter((mean) => mean !== undefined);
  const low = known.reduce((a, b) => Math.min(a, b), 1);
  const high = known.reduce((a, b) => Math.max(a, b), 0);
  return means.map((mean) => blockOf(mean, low, high)).join('');
}

/** Days since the epoch; NaN for what is no date. */
function dayOf(night: string | undefined): number {
  return night === undefined ? Number.NaN : Date.parse(`${night}T00:00:00Z`) / DAY_MS;
}

function blockOf(mean: number | undefined, low: number, high: number): string {
  if (mean === undefined) return ' ';
  if (!(high > low)) return FLAT;
  const step = Math.round(((mean - low) / (high - low)) * (BLOCKS.length - 1));
  return BLOCKS[step] ?? FLAT;
}
