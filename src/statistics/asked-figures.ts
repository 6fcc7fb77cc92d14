/**
 * Which figures a run has, and where each stands in the table of measures. Pure. It forms no share.
 */
import type { CounterReader } from './counts.ts';
import {
  DENOMINATOR_IDS,
  type DenominatorId,
  type DenominatorParts,
  denominatorParts,
} from './denominators.ts';
import { MEASURES, type Measure, type MeasureClass } from './measures.ts';

export interface AskedFigure {
  readonly measure: Measure;
  readonly of: MeasureClass;
  readonly id: DenominatorId;
}

const METRICS: ReadonlyMap<string, Measure> = new Map(MEASURES.map((m) => [m.metric, m]));

/** Ids are ASCII, so that this is their order by code point. */
const BY_METRIC: readonly Measure[] = [...MEASURES].sort((a, b) => (a.metric < b.metric ? -1 : 1));

/** In the order of rows: metric by code point, declared class, declared denominator. */
export function askedFigures(checks: readonly string[]): readonly AskedFigure[] {
  return BY_METRIC.filter((measure) => isAsked(measure, checks)).flatMap((measure) => {
    const populations = [...measure.denominators]
      .filter((id) => id !== 'mail' || checks.includes('mx'))
      .sort((a, b) => DENOMINATOR_IDS.indexOf(a) - DENOMINATOR_IDS.indexOf(b));
    return measure.classes.flatMap((of) => populations.map((id) => ({ measure, of, id })));
  });
}

function isAsked(measure: Measure, checks: readonly string[]): boolean {
  return measure.needs.every((check) => checks.includes(check));
}

/** Throws RangeError for a metric or class that does not exist. */
export function findFigure(
  metric: string,
  className: string,
): { readonly measure: Measure; readonly of: MeasureClass } {
  const measure = METRICS.get(metric);
  const of = measure?.classes.find(({ name }) => name === className);
  if (measure === undefined || of === undefined)
    throw new RangeError(`no metric ${metric} ${className}`);
  return { measure, of };
}

/** Ids of the counters that a figure is made of: whatever it reads of a reader that has none. */
export function countersIn({ measure, of, id }: AskedFigure): ReadonlySet<string> {
  const ids = new Set<string>();
  const noting: CounterReader = {
    sum(rows, bases) {
      for (const row of rows) for (const base of bases) ids.add(`${row}@${base}`);
      return 0;
    },
  };
  const parts = denominatorParts(id, measure.subject, noting, 0);
  if (parts !== undefined) numeratorOf(noting, of, parts);
  return ids;
}

export function numeratorOf(
  counts: CounterReader,
  of: MeasureClass,
  parts: DenominatorParts,
): number {
  const bases = of.bases ?? parts.bases;
  return counts.sum(of.rows, bases) - counts.sum(of.minus ?? [], bases);
}
