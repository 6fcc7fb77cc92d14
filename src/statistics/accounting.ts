/**
 * The identities that every run's numbers must satisfy, from the lines of the lists to the classes of
 * a check. Pure: numbers in, problems out. A problem is a fault of ours; the figures are not to be
 * trusted then, and the report says so.
 */
import type { CounterReader } from './counts.ts';
import { BASES, CHECK_LAYOUTS, DMARC_POLICIES, SPF_TERMINALS, UNKNOWN_CLASSES } from './layout.ts';

/**
 * What became of the lines of a run's lists, which are surveyed as their union. Invariants: lines =
 * blank + refused + duplicates + targets; targets = notSampled + attempted + open.
 */
export interface RunAccounting {
  /** Entries read over all lists. */
  readonly lines: number;
  readonly blank: number;
  /** By reason. */
  readonly refused: Readonly<Record<string, number>>;
  /** Entries that repeat a name, in the same list or in another one of the run. */
  readonly duplicates: number;
  /** Unique valid names on the lists. */
  readonly targets: number;
  /** Left out by `--sample`; 0 for a census. */
  readonly notSampled: number;
  /** Asked, with whatever outcome. */
  readonly attempted: number;
  /** Not asked, because the run is not finished or was stopped. */
  readonly open: number;
}

/** Names that the run is to ask: the sample, or all targets. */
export function namesToAsk(accounting: RunAccounting): number {
  return accounting.targets - accounting.notSampled;
}

export function refusedNames(accounting: RunAccounting): number {
  return Object.values(accounting.refused).reduce((sum, count) => sum + count, 0);
}

/** One sentence for each identity that does not hold; empty when the accounting reconciles. */
export function accountingProblems(accounting: RunAccounting): readonly string[] {
  const { lines, blank, duplicates, targets, notSampled, attempted, open } = accounting;
  return [
    ...unequal('lines', lines, 'blank + refused + duplicates + targets', [
      blank,
      refusedNames(accounting),
      duplicates,
      targets,
    ]),
    ...unequal('targets', targets, 'not sampled + attempted + open', [notSampled, attempted, open]),
  ];
}

/** The identities inside one segment's counters. */
export function counterProblems(
  counts: CounterReader,
  checks: readonly string[],
): readonly string[] {
  return BASES.flatMap((base) => {
    const of = (row: string): number => counts.sum([row], [base]);
    const parts = (prefix: string, names: readonly string[]): number[] =>
      names.map((name) => of(`${prefix}${name}`));
    return [
      ...CHECK_LAYOUTS.filter(({ name }) => checks.includes(name)).flatMap(({ name, classes }) => [
        ...unequal(`domains@${base}`, of('domains'), `classes of ${name}`, [
          ...parts(`${name}.class.`, classes),
        ]),
        ...unequal(`${name}.unknown@${base}`, of(`${name}.unknown`), 'its unknown classes', [
          ...parts(
            `${name}.class.`,
            classes.filter((of) => UNKNOWN_CLASSES.includes(of)),
          ),
        ]),
      ]),
      ...unequal(`spf.valid@${base}`, of('spf.valid'), 'terminals', [
        ...parts('spf.class.', SPF_TERMINALS),
      ]),
      ...unequal(`dmarc.valid@${base}`, of('dmarc.valid'), 'policies', [
        ...parts('dmarc.valid.', DMARC_POLICIES),
      ]),
      ...unequal(`dmarc.flag.any@${base}`, of('dmarc.flag.any'), 'valid + unusable', [
        of('dmarc.valid'),
        ...parts('dmarc.unusable.', ['invalid', 'multiple', 'other']),
      ]),
    ];
  });
}

function unequal(
  left: string,
  value: number,
  right: string,
  parts: readonly number[],
): readonly string[] {
  const sum = parts.reduce((total, part) => total + part, 0);
  return sum === value ? [] : [`${left} is ${value}, but ${right} come to ${sum}`];
}
