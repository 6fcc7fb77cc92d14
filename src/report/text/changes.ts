/**
 * What the tables of a comparison share: which measure they show, how it is called, what unmeasured
 * names leave open of a change, and who is behind it.
 */
import type { Change, Comparison } from '../../statistics/comparison.ts';
import type { DenominatorId } from '../../statistics/denominators.ts';
import type { Share } from '../../statistics/shares.ts';
import type { Interval } from '../../statistics/wilson.ts';
import { wordFor } from '../language/text-catalogue.ts';
import { escapeText } from '../text-escape.ts';
import { truncate, wrap } from './layout.ts';
import { percent, pointRange } from './numbers.ts';
import { segmentName } from './segments.ts';
import { type Canvas, INDENT } from './view.ts';

/** Which measure a comparison shows by segment. */
export interface ChangeChoice {
  /** As `dmarc.adoption`, the default. */
  readonly metric?: string;
  /** One class of a breakdown, as `reject`. */
  readonly class?: string;
  /** The first of the measure that the comparison has, unless given. */
  readonly denominatorId?: DenominatorId;
}

export interface MeasureId {
  readonly metric: string;
  readonly class: string;
  readonly denominatorId: DenominatorId | undefined;
}

/** The choice with its defaults. */
export function chosenChange({ changes }: Comparison, choice: ChangeChoice): MeasureId {
  const metric = choice.metric ?? 'dmarc.adoption';
  const className = choice.class ?? '';
  const first = changes.find((change) => change.metric === metric && change.class === className);
  const denominatorId = choice.denominatorId ?? first?.denominatorId;
  return { metric, class: className, denominatorId };
}

export function isSameMeasure(
  change: MeasureId,
  { metric, class: className, denominatorId }: MeasureId,
): boolean {
  return (
    change.metric === metric && change.class === className && change.denominatorId === denominatorId
  );
}

/** As `DMARC adoption of existing names`; an id without a word stands for itself. */
export function measureTitle(measure: MeasureId, { texts }: Canvas): string {
  const { metric, class: className, denominatorId } = measure;
  const title = wordFor(texts.metrics, metric) ?? escapeText(metric);
  const whole = className === '' ? title : `${title} ${escapeText(className)}`;
  if (denominatorId === undefined) return whole;
  return texts.measureOf(whole, texts.denominators[denominatorId]);
}

/**
 * What a difference of two shares can be, from their bounds; undefined where nothing is open or one of
 * them has no bounds.
 */
export function differenceBounds(from: Share, to: Share): Interval | undefined {
  if (from.unknown + to.unknown === 0) return undefined;
  const { boundLow: fromLow, boundHigh: fromHigh } = from;
  const { boundLow: toLow, boundHigh: toHigh } = to;
  if (fromLow === undefined || fromHigh === undefined) return undefined;
  if (toLow === undefined || toHigh === undefined) return undefined;
  return { low: toLow - fromHigh, high: toHigh - fromLow };
}

/** The change is smaller than what the unmeasured names leave open: its sign is not certain. */
export function isWithin(from: Share, to: Share): boolean {
  const bounds = differenceBounds(from, to);
  const hasChange = from.share !== undefined && to.share !== undefined && from.share !== to.share;
  return hasChange && bounds !== undefined && bounds.low < 0 && bounds.high > 0;
}

/** The sampling interval of a sample, else the bounds; empty where nothing is open. */
export function openness(
  from: Share,
  to: Share,
  interval: Interval | undefined,
  decimals: number,
): string {
  const range = interval ?? differenceBounds(from, to);
  return range === undefined ? '' : pointRange(range, decimals);
}

/** The nights as tables head their columns: `10-24` and `11-24` of one year, else `2025-11`. */
export function nightLabels({ from, to }: Comparison): readonly [string, string] {
  const a = escapeText(from.night);
  const b = escapeText(to.night);
  if (a.slice(0, 4) === b.slice(0, 4)) return [a.slice(5), b.slice(5)];
  return [a.slice(0, 7), b.slice(0, 7)];
}

const OPERATOR_WIDTH = 40;

/** Names the operator that makes a quarter or more of a net gain. */
export function driverLines(changes: readonly Change[], canvas: Canvas): readonly string[] {
  const words = canvas.texts.compare;
  return changes.flatMap(({ segmentType, segment, driver }) => {
    if (driver === undefined) return [];
    const name = segmentType === 'total' ? '' : segmentName(segmentType, segment, canvas.texts);
    const operator = truncate(escapeText(driver.operator), OPERATOR_WIDTH);
    const role = escapeText(driver.role);
    const text =
      driver.share > 1
        ? words.driverMany(name, operator, role)
        : words.driver(name, operator, role, percent(driver.share));
    return wrap(text, canvas.width, INDENT, `${INDENT}  `).map(canvas.paint.warning);
  });
}
