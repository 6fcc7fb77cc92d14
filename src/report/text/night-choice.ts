/** Which nights of a long series a table shows: the ends, the last nights of months, evenly between. */

/** More nights than this are sampled. */
const MAX_NIGHTS = 14;

/** In their order, each once; all of them while they are few. Nights are `YYYY-MM-DD`, ascending. */
export function chosenNights(nights: readonly string[]): readonly string[] {
  if (nights.length <= MAX_NIGHTS) return nights;
  const last = nights.length - 1;
  const inside = monthEnds(nights).filter((i) => i > 0 && i < last);
  const room = MAX_NIGHTS - 2;
  const kept = new Set([0, last, ...evenly(inside, room)]);
  const rest = nights.map((_, i) => i).filter((i) => !kept.has(i));
  for (const i of evenly(rest, MAX_NIGHTS - kept.size)) kept.add(i);
  return [...kept].sort((a, b) => a - b).flatMap((i) => nights[i] ?? []);
}

/** Index of the last night of each month. */
function monthEnds(nights: readonly string[]): readonly number[] {
  return nights.flatMap((night, i) => (nights[i + 1]?.startsWith(night.slice(0, 7)) ? [] : [i]));
}

/** At most `wanted` of the values, spread over all of them. */
function evenly(values: readonly number[], wanted: number): readonly number[] {
  if (values.length <= wanted) return values;
  return Array.from({ length: Math.max(0, wanted) }, (_, i) => {
    const at = Math.floor(((i + 0.5) * values.length) / wanted);
    return values[at] ?? 0;
  });
}
