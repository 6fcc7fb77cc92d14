/**
 * Percentages whose parts sum to exactly 100.0, by the largest remainder (Hamilton's method). For
 * labels only: files keep the fractions. Pure.
 */

/**
 * Whole units for each count, summing to `units` exactly (tenths of a percent by default); all zero
 * when there is nothing to share out. Equal remainders favor the earlier class.
 */
export function largestRemainder(counts: readonly number[], units = 1000): readonly number[] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (!(total > 0)) return counts.map(() => 0);
  const exact = counts.map((count) => (count * units) / total);
  const parts = exact.map(Math.floor);
  const missing = units - parts.reduce((sum, part) => sum + part, 0);
  const remainders = exact.map((value, i) => ({ i, remainder: value - (parts[i] ?? 0) }));
  remainders.sort((a, b) => b.remainder - a.remainder || a.i - b.i);
  for (const { i } of remainders.slice(0, missing)) parts[i] = (parts[i] ?? 0) + 1;
  return parts;
}

/** Percent to one decimal for each count, as `76.4`; together exactly 100.0. */
export function percentLabels(counts: readonly number[]): readonly string[] {
  return largestRemainder(counts).map((tenths) => (tenths / 10).toFixed(1));
}
