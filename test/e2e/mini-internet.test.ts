import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type MiniInternet,
  startMiniInternet,
  whyNoMiniInternet,
} from '../support/mini-internet.ts';
import { truthPopulation } from '../support/record-zone.ts';
import { saySkipped } from '../support/skipped.ts';
import { expectSurveyToSee } from '../support/survey-classes.ts';

const START_LIMIT_MS = 240_000;
const TEST_LIMIT_MS = 300_000;

const reason = whyNoMiniInternet();
if (reason !== undefined) saySkipped('the survey through the mini-internet', reason);

describe.skipIf(reason !== undefined)('a survey through real recursion without faults', () => {
  let folder: string;
  let internet: MiniInternet | undefined;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'mailcensus-internet-'));
    internet = await startMiniInternet(join(folder, 'rig'));
  }, START_LIMIT_MS);

  afterAll(async () => {
    await internet?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it(
    'gives every domain exactly the classes that the truth file implies',
    async () => {
      if (internet === undefined) throw new Error('the mini-internet did not start');
      const population = truthPopulation(internet.truthFile);
      expect(population.domains).toHaveLength(9326);
      await expectSurveyToSee(population, internet.port, folder);
    },
    TEST_LIMIT_MS,
  );
});
