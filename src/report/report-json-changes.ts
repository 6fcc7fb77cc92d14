/** The parts of `report.json` about more than one night: a comparison, and trends. */
import type { ComparedNight, Comparison } from '../statistics/comparison.ts';
import type { Trend, TrendPoint } from '../statistics/trend.ts';
import { CHANGE_COLUMNS, changeRows } from './changes-csv.ts';
import { jsonCell, rowObject } from './csv-table.ts';
import { FLOW_COLUMNS, flowRows } from './flows-csv.ts';
import { OPERATOR_COLUMNS, operatorRows } from './operators-csv.ts';
import { isNamedAfterDomains } from './output-files.ts';

type JsonObject = Readonly<Record<string, unknown>>;

/** With the keys of `changes.csv`, `flows.csv` and `operators.csv`. */
export function comparisonJson(whole: Comparison, isAggregateOnly: boolean): JsonObject {
  const comparison = isAggregateOnly ? withoutNames(whole) : whole;
  const analysis: JsonObject = {
    from: nightJson(comparison.from),
    to: nightJson(comparison.to),
    design: comparison.design,
    common: comparison.common,
    left: comparison.left,
    entered: comparison.entered,
    changes: [...changeRows(comparison)].map((row) => rowObject(CHANGE_COLUMNS, row)),
    flows: [...flowRows(comparison)].map((row) => rowObject(FLOW_COLUMNS, row)),
    notes: comparison.notes,
  };
  if (isAggregateOnly) return analysis;
  return {
    ...analysis,
    contributions: operatorRows(comparison).map((row) => rowObject(OPERATOR_COLUMNS, row)),
    drivers: driversJson(comparison),
  };
}

function withoutNames(comparison: Comparison): Comparison {
  const isKept = ({ segmentType }: { readonly segmentType: string }): boolean =>
    !isNamedAfterDomains(segmentType);
  return {
    ...comparison,
    changes: comparison.changes.filter(isKept),
    flows: comparison.flows.filter(isKept),
  };
}

function nightJson({ runId, night, targets, attempted }: ComparedNight): JsonObject {
  return { run: runId, wave: night, targets, attempted };
}

/** Operators that make a quarter or more of a panel's net gain, in the order of the changes. */
function driversJson({ changes }: Comparison): readonly JsonObject[] {
  return changes.flatMap((change) =>
    change.driver === undefined
      ? []
      : [
          {
            segment_type: change.segmentType,
            segment: change.segment,
            metric: change.metric,
            class: jsonCell(change.class, 'text'),
            denominator_id: change.denominatorId,
            role: change.driver.role,
            operator: change.driver.operator,
            share: jsonCell(change.driver.share, 'share'),
          },
        ],
  );
}

export function trendJson(trend: Trend): JsonObject {
  return {
    segment_type: trend.segmentType,
    metric: trend.metric,
    class: jsonCell(trend.class, 'text'),
    denominator_id: trend.denominatorId,
    design: trend.design,
    waves: trend.nights,
    omitted: trend.omitted,
    series: trend.series.map(({ segment, points }) => ({
      segment,
      points: points.map(pointJson),
    })),
  };
}

function pointJson({ runId, night, share, interval, isComplete }: TrendPoint): JsonObject {
  return {
    run: runId,
    wave: night,
    numerator: share.numerator,
    denominator: share.denominator,
    share: jsonCell(share.share, 'share'),
    ci_low: jsonCell(interval?.low, 'share'),
    ci_high: jsonCell(interval?.high, 'share'),
    bound_low: jsonCell(share.boundLow, 'share'),
    bound_high: jsonCell(share.boundHigh, 'share'),
    complete: isComplete,
  };
}
