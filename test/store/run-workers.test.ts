import { describe, expect, it } from 'vitest';
import type { RunProvenance, WorkerOrigin } from '../../src/survey/ports.ts';
import {
  addList,
  config,
  NOTHING_FOUND,
  PROVENANCE,
  plan,
  resultOf,
  temporaryWriter,
} from './fixture.ts';

const NAMES = Array.from({ length: 3_000 }, (_, i) => `n${i}.com`);

const TOKYO: WorkerOrigin = {
  name: 'tokyo',
  toolVersion: '0.1.0',
  resolvers: ['192.0.2.1:53'],
  transport: 'batch',
  threads: 2,
  timeoutMs: 2500,
  attempts: 3,
  window: 500,
  rate: 100,
};
const OSAKA = { ...TOKYO, name: 'osaka', resolvers: ['192.0.2.2:53', '192.0.2.1:53'], threads: 3 };
const TIMEOUT = 4;
const NOBODY: RunProvenance = {
  ...PROVENANCE,
  ...{ resolvers: [], transport: '', threads: 0, timeoutMs: 0, attempts: 0, window: 0, rate: 0 },
};

/** A run of three blocks, each asked by the worker at its place; undefined is the survey itself. */
function runBy(workers: readonly (WorkerOrigin | undefined)[], provenance = NOBODY) {
  const store = temporaryWriter();
  const list = addList(store, NAMES);
  const run = store.planRun({ ...plan(1, config([list.id])), provenance });
  for (const [i, { block, pass }] of store.openBlocks(run.id).entries()) {
    const job = store.loadBlock(run.id, block, pass);
    // The first name of each block has a failed SPF look-up and an unknown existence.
    const failedName = job.names[0];
    const result = resultOf(job, run.config.checks, (name) =>
      name === failedName
        ? {
            ...NOTHING_FOUND,
            existence: 2,
            existenceReason: TIMEOUT,
            checks: { spf: { class: 0, reason: 1, flags: 0, body: null } },
          }
        : NOTHING_FOUND,
    );
    const worker = workers[i];
    store.writeBlock(worker === undefined ? result : { ...result, worker });
    store.writeBlock(worker === undefined ? result : { ...result, worker });
  }
  return { store, run };
}

describe('workersOfRun', () => {
  it('gives what each worker has done, once, with its failures by reason', () => {
    const { store, run } = runBy([TOKYO, OSAKA, TOKYO]);
    const rows = store.workersOfRun(run.id);
    expect(rows.map(({ origin }) => origin)).toEqual([OSAKA, TOKYO]);
    expect(rows.map(({ blocks }) => blocks)).toEqual([1, 2]);
    expect(rows.map(({ failed }) => failed)).toEqual([2, 4]);
    expect(rows[1]?.failedByReason).toEqual({ servfail: 2, timeout: 2 });
    expect(rows.reduce((sum, { domains }) => sum + domains, 0)).toBe(NAMES.length);
    expect(rows.reduce((sum, { queries }) => sum + queries, 0)).toBe(store.run(run.id).queries);
  });

  it('gives the survey’s own blocks first, without reasons', () => {
    const { store, run } = runBy([TOKYO, undefined, undefined]);
    expect(store.workersOfRun(run.id)).toMatchObject([
      { origin: undefined, blocks: 2, failed: 4, failedByReason: undefined },
      { origin: TOKYO, blocks: 1 },
    ]);
  });

  it('is empty before the first block', () => {
    const { store } = runBy([]);
    expect(store.workersOfRun(99)).toEqual([]);
  });

  it('tells two settings of one worker apart', () => {
    const { store, run } = runBy([TOKYO, { ...TOKYO, timeoutMs: 5000 }, TOKYO]);
    expect(store.workersOfRun(run.id).map(({ blocks }) => blocks)).toEqual([2, 1]);
  });
});

describe('the provenance of a run by workers', () => {
  it('names all that its workers asked', () => {
    const { store, run } = runBy([TOKYO, OSAKA, { ...TOKYO, timeoutMs: 5000, rate: 0 }]);
    expect(store.run(run.id).provenance).toMatchObject({
      resolvers: ['192.0.2.1:53', '192.0.2.2:53'],
      transport: 'batch',
      threads: 5,
      window: 1000,
      timeoutMs: 5000,
      attempts: 3,
      rate: 0,
    });
  });

  it('keeps what the survey itself asked', () => {
    const { store, run } = runBy([TOKYO, undefined, undefined], PROVENANCE);
    expect(store.run(run.id).provenance).toMatchObject({
      resolvers: ['127.0.0.1:53', '192.0.2.1:53'],
      transport: 'dgram, batch',
      threads: 3,
    });
  });

  it('is that of the survey which takes up a run that no worker has touched', () => {
    const store = temporaryWriter();
    const list = addList(store, NAMES);
    const run = store.planRun({ ...plan(1, config([list.id])), provenance: NOBODY });
    expect(store.resumeRun(run.id, PROVENANCE).provenance).toEqual(PROVENANCE);
  });
});
