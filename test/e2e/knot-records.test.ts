import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningKnot } from '../../scripts/knot-process.ts';
import { zoneLines } from '../../scripts/zone-file.ts';
import { readRecordBytes } from '../../src/loopback/records.ts';
import { PLACEHOLDER_SPF } from '../../src/loopback/spf-targets.ts';
import { KNOTD, startKnot } from '../support/knot.ts';
import { measuredPopulation } from '../support/record-zone.ts';
import { expectSurveyToSee } from '../support/survey-classes.ts';

const RECORDS = join(import.meta.dirname, '..', '..', 'data', 'records-open.ndjson.gz');
const TEST_LIMIT_MS = 300_000;

describe('a survey of the real records through Knot', () => {
  const records = readRecordBytes(readFileSync(RECORDS));
  let folder: string;
  let knot: RunningKnot | undefined;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'mailcensus-knot-'));
    const zoneFile = join(folder, 'records.zone');
    writeFileSync(zoneFile, `${[...zoneLines(records)].join('\n')}\n`);
    knot = await startKnot({ zoneFile, origin: '.', dir: join(folder, 'knot') });
  });

  afterAll(async () => {
    await knot?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it.skipIf(KNOTD === undefined)(
    'gives every domain exactly the classes that its records imply',
    async () => {
      if (knot === undefined) throw new Error('Knot did not start');
      const population = measuredPopulation(RECORDS, records.placeholders, PLACEHOLDER_SPF);
      expect(population.domains).toHaveLength(9326);
      await expectSurveyToSee(population, knot.port, folder);
    },
    TEST_LIMIT_MS,
  );
});
