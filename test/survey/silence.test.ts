import { describe, expect, it } from 'vitest';
import { watchSilence } from '../../src/survey/silence.ts';

function world() {
  const state = { atMs: 0, queries: 0, responses: 0, canaries: 0, isAlive: true };
  const watch = watchSilence({
    counters: () => ({ queries: state.queries, responses: state.responses }),
    askCanary: () => {
      state.canaries += 1;
      state.queries += 1;
      if (state.isAlive) state.responses += 1;
    },
    questionTimeoutMs: 1000,
    resolvers: ['192.0.2.53:53'],
    now: () => state.atMs,
  });
  const pass = (seconds: number, perTick: () => void): string | undefined => {
    for (let i = 0; i < seconds * 2; i++) {
      state.atMs += 500;
      perTick();
      const line = watch();
      if (line !== undefined) return line;
    }
    return undefined;
  };
  return { state, pass };
}

describe('watchSilence', () => {
  it('names the resolver within seconds when nothing comes back, canaries neither', () => {
    const { state, pass } = world();
    state.isAlive = false;
    const line = pass(30, () => {
      state.queries += 100;
    });
    expect(line).toContain('192.0.2.53:53');
    expect(state.atMs).toBeLessThan(12_000);
  });

  it('does not take a long tail of dead domains for a dead resolver', () => {
    const { state, pass } = world();
    const line = pass(120, () => {
      state.queries += 5;
    });
    expect(line).toBeUndefined();
    expect(state.canaries).toBeGreaterThan(0);
  });

  it('is quiet while nothing is asked', () => {
    const { state, pass } = world();
    expect(pass(60, () => undefined)).toBeUndefined();
    expect(state.canaries).toBe(0);
  });

  it('forgets a silence that ended', () => {
    const { state, pass } = world();
    state.isAlive = false;
    expect(
      pass(4, () => {
        state.queries += 10;
      }),
    ).toBeUndefined();
    state.responses += 1;
    expect(
      pass(4, () => {
        state.queries += 10;
      }),
    ).toBeUndefined();
  });
});
