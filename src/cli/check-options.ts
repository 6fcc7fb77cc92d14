/** `--checks`: names to checks, in table order. */
import type { Check } from '../checks/check.ts';
import { CHECKS } from '../checks/table.ts';
import { SurveyError } from '../survey/errors.ts';

/** The named checks, in the order of the table whatever the order given; each once. */
export function checksOf(names: readonly string[]): readonly Check[] {
  const known = CHECKS.map((check) => check.name);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new SurveyError(
      'usage',
      `--checks: there is no check ${JSON.stringify(unknown)}; there are ${known.join(', ')}`,
    );
  }
  const checks = CHECKS.filter((check) => names.includes(check.name));
  if (checks.length === 0) {
    throw new SurveyError('usage', `--checks: name at least one of ${known.join(', ')}`);
  }
  return checks;
}
