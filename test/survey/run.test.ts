import { describe, expect, it } from 'vitest';
import { FAILURES } from '../../src/dns/talk.ts';
import type { BlockOutput } from '../../src/probe/block-prober.ts';
import { openEmbeddedQueue } from '../../src/queue/embedded.ts';
import { SurveyError } from '../../src/survey/errors.ts';
import type { BlockResult, SharedAnswer } from '../../src/survey/ports.ts';
import { type RunParts, runSurvey } from '../../src/survey/run.ts';

const TIMEOUT = 1 + FAILURES.indexOf('timeout');

const output = (reason = 0): BlockOutput => ({
  existence: [reason === 0 ? 0 : 2],
  existenceReasons: [reason],
  attempts: [1],
  checks: [{ check: 'mx', classes: [0], reasons: [reason], flags: [0], bodies: [null] }],
  queries: 1,
});

/** A store of `count` blocks that remembers what was written, and a prober that says `outputOf`. */
function world(count: number, outputOf: (block: number) => Promise<BlockOutput>) {
  const written: BlockResult[] = [];
  const controller = new AbortController();
  const shared: SharedAnswer[] = [];
  const state = { stopped: false, isAlive: true };
  const store = {
    openBlocks: () =>
      Array.from({ length: count }, (_, block) => ({ block, pass: 1 })).filter(
        ({ block }) => !written.some((result) => result.block === block),
      ),
    loadBlock: (runId: number, block: number, pass: number) => ({
      runId,
      block,
      pass,
      ids: [block],
      names: [],
    }),
    writeBlock: (result: BlockResult) => {
      written.push(result);
      return { written: true, domains: 1, changed: 0, failed: 0 };
    },
  };
  const parts: RunParts = {
    queue: openEmbeddedQueue(store, 1),
    prober: {
      probe: ({ ids }) => outputOf(ids[0] as number),
      hasRoom: async () => undefined,
      stop: () => {
        state.stopped = true;
      },
    },
    clock: { now: () => 1000 },
    takeSharedAnswers: () => shared.splice(0),
    silence: () => undefined,
    isAnyoneThere: async () => state.isAlive,
    silenceLine: () => 'nobody is there',
    onBlock: () => undefined,
    signal: controller.signal,
  };
  return { parts, written, controller, state, store, shared };
}

describe('runSurvey', () => {
  it('has every block probed and committed once', async () => {
    const { parts, written, state } = world(20, async () => output());
    expect(await runSurvey(parts)).toBe('complete');
    expect(written.map(({ block }) => block).toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 20 }, (_, i) => i),
    );
    expect(state.stopped).toBe(true);
  });

  it('stops on the signal without waiting for what is under way, and goes on later', async () => {
    const { parts, written, controller, store } = world(5, async (block) => {
      if (block !== 2) return output();
      controller.abort('SIGINT');
      return new Promise(() => undefined);
    });
    expect(await runSurvey(parts)).toBe('stopped');
    expect(written.length).toBeLessThan(5);
    const again = world(0, async () => output());
    const rest = openEmbeddedQueue(store, 1);
    expect(await runSurvey({ ...again.parts, queue: rest })).toBe('complete');
    expect(written).toHaveLength(5);
  });

  it('throws the first fault and commits nothing after it', async () => {
    const { parts, written } = world(5, async (block) => {
      if (block === 0) throw new Error('a fault of ours');
      return output();
    });
    await expect(runSurvey(parts)).rejects.toThrow('a fault of ours');
    expect(written.some(({ block }) => block === 0)).toBe(false);
  });

  it('commits a block with dead domains while the resolver answers', async () => {
    const { parts, written } = world(3, async () => output(TIMEOUT));
    expect(await runSurvey(parts)).toBe('complete');
    expect(written).toHaveLength(3);
  });

  it('does not commit a block whose domains were silent because the resolver is', async () => {
    const { parts, written, state } = world(3, async () => output(TIMEOUT));
    state.isAlive = false;
    await expect(runSurvey(parts)).rejects.toMatchObject({ code: 'stopped' });
    expect(written).toEqual([]);
  });

  it('stops when silence is told while nothing completes', async () => {
    const { parts } = world(3, () => new Promise(() => undefined));
    const end = runSurvey({ ...parts, silence: () => 'resolver gone' });
    await expect(end).rejects.toThrow(SurveyError);
  });

  it('sends shared answers along with the block that is committed next', async () => {
    const { parts, written, shared } = world(1, async () => {
      shared.push({
        qname: '_spf.example',
        qtype: 'TXT',
        answer: { status: 'nodata', aliases: [] },
      });
      return output();
    });
    await runSurvey(parts);
    expect(written[0]?.sharedAnswers.map(({ qname }) => qname)).toEqual(['_spf.example']);
  });

  it('takes no further block once enough is known, and waits for those under way', async () => {
    const { parts, written } = world(10, async () => output());
    const end = await runSurvey({ ...parts, isEnough: () => written.length >= 4 });
    expect(end).toBe('complete');
    expect(written.length).toBeGreaterThanOrEqual(4);
    expect(written.length).toBeLessThan(10);
  });

  it('does nothing when the signal was there before it began', async () => {
    const { parts, written, controller } = world(3, async () => output());
    controller.abort('SIGTERM');
    expect(await runSurvey(parts)).toBe('stopped');
    expect(written).toEqual([]);
  });
});
