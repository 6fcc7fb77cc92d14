/** Which measure a verb is about: `--metric dmarc.policy:reject --denominator dmarc_valid`, checked. */
import { MEASURES } from '../statistics/measures.ts';
import type { MeasureKey } from '../statistics/metrics.ts';
import { SurveyError } from '../survey/errors.ts';
import { suggestion } from '../survey/nearest-word.ts';

export interface MeasureChoice {
  readonly of: MeasureKey;
  /** Checks without which it means nothing. */
  readonly needs: readonly string[];
}

const METRICS: readonly string[] = MEASURES.map(({ metric }) => metric);

/**
 * `text` is a metric's id, with `:class` for one class of several. Without a denominator it is the
 * first that the measure has, which is its usual one. `checks` are those that the runs asked.
 */
export function measureChoice(
  text: string,
  denominator: string | undefined,
  checks: readonly string[],
): MeasureChoice {
  const [metric = '', className = ''] = text.split(':', 2);
  const measure = MEASURES.find((one) => one.metric === metric);
  if (measure === undefined) {
    throw new SurveyError(
      'usage',
      `no metric ${JSON.stringify(metric)}${suggestion(metric, METRICS)}; docs/methodology.md and metrics.csv have their ids`,
    );
  }
  const classes = measure.classes.map(({ name }) => name);
  if (!classes.includes(className)) {
    const those = classes.filter((name) => name !== '').map((name) => `${metric}:${name}`);
    const problem =
      className === '' ? 'is a breakdown' : `has no class ${JSON.stringify(className)}`;
    throw new SurveyError('usage', `${metric} ${problem}; take one of ${those.join(', ')}`);
  }
  const missing = measure.needs.filter((check) => !checks.includes(check));
  if (missing.length > 0) {
    throw new SurveyError(
      'usage',
      `${metric} needs the check ${missing.join(', ')}, which was not asked`,
    );
  }
  const denominatorId =
    denominator === undefined
      ? measure.denominators[0]
      : measure.denominators.find((id) => id === denominator);
  if (denominatorId === undefined) {
    throw new SurveyError(
      'usage',
      `${metric} is no share of ${JSON.stringify(denominator)}${suggestion(denominator ?? '', measure.denominators)}; it is of ${measure.denominators.join(', ')}`,
    );
  }
  return { of: { metric, class: className, denominatorId }, needs: measure.needs };
}
