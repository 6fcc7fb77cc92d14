/** A survey by the built command line against a resolver, and its classes by domain. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { expect } from 'vitest';
import { runCli } from './cli.ts';
import { exportedClasses, impliedClasses, type KnownPopulation } from './record-zone.ts';

const WINDOW = '300';
const SURVEY_LIMIT_MS = 240_000;

/** Surveys the population through `127.0.0.1:port` and expects for every domain what its records imply. */
export async function expectSurveyToSee(
  population: KnownPopulation,
  port: number,
  folder: string,
): Promise<void> {
  const list = join(folder, 'list.txt');
  const store = join(folder, 'survey.sqlite');
  writeFileSync(list, population.domains.map((domain) => `${domain}\n`).join(''));
  const survey = await runCli(
    [
      ...['survey', list, '--store', store, '--hosts', 'keep'],
      ...['--resolver', `127.0.0.1:${port}`, '--window', WINDOW],
    ],
    { timeoutMs: SURVEY_LIMIT_MS },
  );
  expect(survey.code, survey.stderr).toBe(0);
  const exported = await runCli(['export', 'domains', '--store', store]);
  expect(exported.code, exported.stderr).toBe(0);
  const rows = parse<Record<string, string>>(exported.stdout, { columns: true, bom: true });
  expect(rows).toHaveLength(population.domains.length);
  const seen = new Map(rows.map((row) => [row['domain'], exportedClasses(row)]));
  const differing = population.domains
    .map((domain) => {
      const implied = impliedClasses(population.zone, domain);
      return { domain, implied, seen: seen.get(domain) };
    })
    .filter((pair) => pair.implied !== pair.seen);
  expect(differing.slice(0, 20), `${differing.length} domains differ`).toEqual([]);
}
