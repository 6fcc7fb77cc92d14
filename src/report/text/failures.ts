/** Names without an answer, by check and kind: they are in no share, and every reader must see them. */
import type { CounterReader } from '../../statistics/counts.ts';
import { BASES, type Base, CHECK_LAYOUTS, UNKNOWN_CLASSES } from '../../statistics/layout.ts';
import { displayWidth, flow, padEnd, padStart, wrap } from './layout.ts';
import { count, percent } from './numbers.ts';
import { errorName, hasAsked, INDENT, type Section } from './view.ts';

const TITLES: Readonly<Record<string, string>> = { mx: 'MX', spf: 'SPF', dmarc: 'DMARC' };

export const failureSection: Section = (view) => {
  const words = view.texts.failures;
  const asked = view.counts.sum(['domains'], BASES);
  const existence = view.counts.sum(['domains'], ['existence_unknown']);
  const checks = CHECK_LAYOUTS.filter(({ name }) => hasAsked(view, name));
  const rows: readonly (readonly [string, number, readonly string[]])[] = [
    [words.existence, existence, []],
    ...checks.map(
      ({ name }) =>
        [
          TITLES[name] ?? name,
          view.counts.sum([`${name}.unknown`], BASES),
          failureKinds(view.counts, name, BASES),
        ] as const,
    ),
  ];
  if (rows.every(([, failed]) => failed === 0))
    return [view.paint.heading(words.title), INDENT + words.none];
  const digits = Math.max(...rows.map(([, failed]) => count(failed).length));
  return [
    view.paint.heading(words.titleOf(count(asked))),
    ...rows.flatMap(([title, failed, kinds]) => {
      const share = padStart(percent(asked > 0 ? failed / asked : undefined, view.texts), 7);
      const head = `${INDENT}${padEnd(title, 9)} ${padStart(count(failed), digits)} ${share}   `;
      const indentWidth = displayWidth(head);
      const lines = flow(kinds, view.width, ' '.repeat(indentWidth));
      if (lines.length === 0) return [head.trimEnd()];
      return lines.map((line, i) => (i === 0 ? head + line.slice(indentWidth) : line));
    }),
    ...wrap(words.explanation, view.width, INDENT, INDENT).map(view.paint.quiet),
  ];
};

/** As `timeout 96`, most first; kinds that did not happen are left out. */
export function failureKinds(
  counts: CounterReader,
  check: string,
  bases: readonly Base[],
): readonly string[] {
  const classes = CHECK_LAYOUTS.find(({ name }) => name === check)?.classes ?? [];
  return classes
    .filter((of) => UNKNOWN_CLASSES.includes(of))
    .map((of) => [counts.sum([`${check}.class.${of}`], bases), of] as const)
    .filter(([failed]) => failed > 0)
    .sort(([a], [b]) => b - a)
    .map(([failed, of]) => `${errorName(of)} ${count(failed)}`);
}
