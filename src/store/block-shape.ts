/**
 * Holds a block's result against its plan before anything is written: the same domains, the run's
 * checks, arrays of one length, indexes in range. Pure. A fault here is a worker's (another version,
 * a bug), so it is a RangeError that fails the job, never a row.
 */
import { type Answer, FAILURES } from '../dns/talk.ts';
import { type BlockResult, type CheckResult, EXISTENCE } from '../survey/ports.ts';
import type { StoredCheck } from './check-catalog.ts';

const MAX_FLAGS = 2 ** 30;
const MAX_ATTEMPTS = 65_535;
const EXISTENCE_UNKNOWN = EXISTENCE.indexOf('unknown');

/** Throws RangeError when the result does not fit `ids` and `checks` (of the run, in any order). */
export function checkShape(
  result: BlockResult,
  ids: readonly number[],
  checks: ReadonlyMap<string, StoredCheck>,
): void {
  const what = `block ${result.block} of run ${result.runId}`;
  if (!areEqual(result.ids, ids)) {
    throw new RangeError(`${what}: the result is for other domains than planned`);
  }
  const { length } = ids;
  checkIndexes(`${what}: existence`, result.existence, length, EXISTENCE.length);
  checkIndexes(`${what}: reasons`, result.existenceReasons, length, FAILURES.length + 1);
  checkTotals(what, result);
  checkIndexes(`${what}: attempts`, result.attempts, length, MAX_ATTEMPTS + 1);
  const { existence, existenceReasons } = result;
  for (let i = 0; i < length; i++) {
    const isUnknown = existence[i] === EXISTENCE_UNKNOWN;
    if (isUnknown === (existenceReasons[i] === 0)) {
      throw new RangeError(`${what}: existence and its reason contradict each other`);
    }
  }
  const names = new Set(result.checks.map(({ check }) => check));
  if (names.size !== result.checks.length || names.size !== checks.size) {
    throw new RangeError(`${what}: the result has other checks than the run`);
  }
  for (const column of result.checks) checkColumn(what, column, checks.get(column.check), length);
}

function areEqual(a: readonly number[], b: readonly number[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

function checkTotals(what: string, result: BlockResult): void {
  const { queries, measuredAtMs, durationMs } = result;
  const areCounts = [queries, measuredAtMs, durationMs].every((n) => n >= 0 && n < 2 ** 53);
  if (!areCounts || !Number.isInteger(queries)) {
    throw new RangeError(`${what}: queries, time and duration are not numbers of that kind`);
  }
  for (const { qname, qtype, answer } of result.sharedAnswers) {
    if (typeof qname !== 'string' || typeof qtype !== 'string' || !isAnswer(answer)) {
      throw new RangeError(`${what}: a shared answer is none`);
    }
  }
}

function isAnswer(answer: Answer): boolean {
  const lists = [
    'aliases' in answer ? answer.aliases : [],
    'records' in answer ? answer.records : [],
  ];
  return lists.every(
    (list) => Array.isArray(list) && list.every((text) => typeof text === 'string'),
  );
}

function checkColumn(
  what: string,
  column: CheckResult,
  check: StoredCheck | undefined,
  length: number,
): void {
  if (check === undefined) throw new RangeError(`${what}: ${column.check} is no check of the run`);
  const where = `${what}: ${column.check}`;
  checkIndexes(`${where} classes`, column.classes, length, check.classes.length);
  checkIndexes(`${where} reasons`, column.reasons, length, FAILURES.length + 1);
  checkIndexes(`${where} flags`, column.flags, length, MAX_FLAGS);
  if (column.bodies.length !== length) throw new RangeError(`${where} bodies: wrong length`);
  for (const body of column.bodies) {
    if (body !== null && typeof body !== 'string') throw new RangeError(`${where} bodies: no text`);
  }
}

/** `limit` is at most 2^30: then `| 0` tells a whole number, at a fraction of `isInteger`'s cost. */
function checkIndexes(
  where: string,
  values: readonly number[],
  length: number,
  limit: number,
): void {
  if (values.length !== length) throw new RangeError(`${where}: wrong length`);
  for (let i = 0; i < length; i++) {
    const value = values[i] as number;
    if (!((value | 0) === value && value >= 0 && value < limit)) {
      throw new RangeError(`${where}: ${value} is out of range`);
    }
  }
}
