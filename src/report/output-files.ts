/**
 * The files there are, and which of them hold names of domains: the surveyed ones, or those of
 * operators. `--aggregate-only` leaves those out, so that figures can be given to people who may not
 * have the list. Pure data; a file that is not here is not written into a folder.
 */

import { crossedTypes } from '../statistics/segment-name.ts';

export interface OutputFile {
  readonly name: string;
  /** Holds names of domains, or texts that their owners wrote. */
  readonly hasDomainNames: boolean;
}

/** `report.html` and `report.json` leave operators out when they are asked to. */
export const OUTPUT_FILES = [
  { name: 'report.html', hasDomainNames: false },
  { name: 'report.json', hasDomainNames: false },
  { name: 'report.txt', hasDomainNames: false },
  { name: 'metrics.csv', hasDomainNames: false },
  { name: 'errors.csv', hasDomainNames: false },
  { name: 'changes.csv', hasDomainNames: false },
  { name: 'flows.csv', hasDomainNames: false },
  { name: 'survival.csv', hasDomainNames: false },
  { name: 'trend.csv', hasDomainNames: false },
  { name: 'operators.csv', hasDomainNames: true },
  { name: 'domains.csv', hasDomainNames: true },
  { name: 'domains.jsonl', hasDomainNames: true },
  { name: 'domains.parquet', hasDomainNames: true },
] as const satisfies readonly OutputFile[];

export type OutputFileName = (typeof OUTPUT_FILES)[number]['name'];

const WITH_NAMES: ReadonlySet<string> = new Set(
  OUTPUT_FILES.filter(({ hasDomainNames }) => hasDomainNames).map(({ name }) => name),
);

/** A file that is not on the list is taken to hold names. */
export function hasDomainNames(file: string): boolean {
  return WITH_NAMES.has(file) || !OUTPUT_FILES.some(({ name }) => name === file);
}

/**
 * Whether segments of that type are named after domains: operators are, alone or crossed with
 * another type. Columns of a list (`label:<column>`) hold what the list's owner wrote and are his to
 * judge.
 */
export function isNamedAfterDomains(segmentType: string): boolean {
  return (crossedTypes(segmentType) ?? [segmentType]).some(
    (type) => type === 'mx' || type === 'rua',
  );
}
