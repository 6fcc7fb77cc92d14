/**
 * How many names of each group have each value, where names are millions and values some thousand.
 * Pure. A counting sort brings the names of a group together, so that a group is counted in an array
 * that all groups share, without a Map look-up a name.
 */

/** Value of names that are not there: they are in no group. */
export const NO_VALUE = 0;

/** `counts` is by value and is emptied after each group: read it, do not keep it. */
export type GroupVisit = (
  group: number,
  values: readonly number[],
  counts: Readonly<Float64Array>,
) => void;

/**
 * Visits every group in turn with the distinct values of its names, in order of appearance. `groupBy`
 * and `valueBy` are by name; `groups` and `values` say how many there are of either.
 */
export function visitGroups(
  groupBy: Uint32Array,
  groups: number,
  valueBy: Uint32Array,
  values: number,
  visit: GroupVisit,
): void {
  const { starts, sorted } = sortByGroup(groupBy, groups, valueBy);
  const counts = new Float64Array(values);
  for (let group = 0; group < groups; group++) {
    const distinct: number[] = [];
    const end = starts[group + 1] as number;
    for (let at = starts[group] as number; at < end; at++) {
      const value = sorted[at] as number;
      const count = counts[value] as number;
      if (count === 0) distinct.push(value);
      counts[value] = count + 1;
    }
    if (distinct.length === 0) continue;
    visit(group, distinct, counts);
    for (const value of distinct) counts[value] = 0;
  }
}

/** Values by group: those of one group from `starts[group]` up to `starts[group + 1]`. */
function sortByGroup(groupBy: Uint32Array, groups: number, valueBy: Uint32Array) {
  const names = valueBy.length;
  const starts = new Uint32Array(groups + 2);
  for (let id = 0; id < names; id++) {
    if (valueBy[id] === NO_VALUE) continue;
    const at = (groupBy[id] as number) + 2;
    starts[at] = (starts[at] as number) + 1;
  }
  for (let at = 2; at < starts.length; at++)
    starts[at] = (starts[at] as number) + (starts[at - 1] as number);
  const sorted = new Uint32Array(starts[groups + 1] as number);
  for (let id = 0; id < names; id++) {
    const value = valueBy[id] as number;
    if (value === NO_VALUE) continue;
    const group = (groupBy[id] as number) + 1;
    const at = starts[group] as number;
    sorted[at] = value;
    starts[group] = at + 1;
  }
  return { starts, sorted };
}
