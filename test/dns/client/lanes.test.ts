import { describe, expect, it } from 'vitest';
import { Lanes, NO_ROOM, WAITS } from '../../../src/dns/client/lanes.ts';
import { OpenQuestion } from '../../../src/dns/client/open-question.ts';
import { at, question } from '../../support/dns-engine.ts';

/** Two attempts each. */
const lanesOf = (count: number): Lanes =>
  new Lanes(
    {
      resolvers: Array.from({ length: count }, (_, i) => at({ port: 5300 + i })),
      ...{ timeoutMs: 1000, attempts: 3, window: 2 * count },
    },
    0,
  );

const made = (tries = 0, resolver = -1): OpenQuestion =>
  Object.assign(new OpenQuestion(question('a.jp'), 1e9, () => {}), { tries, resolver });

function send(lanes: Lanes, resolver: number, atMs: number): OpenQuestion {
  const sent = made(1, resolver);
  lanes.sent(sent, atMs);
  return sent;
}

/** The attempt ended, answered or not. */
function end(lanes: Lanes, sent: OpenQuestion, how: 'answered' | 'missed'): void {
  lanes.end(sent);
  if (how === 'answered') lanes.of(sent).responded(sent, undefined);
  else lanes.of(sent).missed(sent);
}

describe('Lanes', () => {
  it('gives each in turn what is new, and the next one what is asked again', () => {
    const lanes = lanesOf(3);
    expect(lanes.pick(made())).toBe(0);
    lanes.pass(0);
    expect(lanes.pick(made())).toBe(1);
    expect(lanes.pick(made(1, 2))).toBe(0);
  });

  it('keeps a retry from a silent resolver while another answers, until that has room', () => {
    const lanes = lanesOf(2);
    end(lanes, send(lanes, 0, 0), 'missed');
    const [first] = [send(lanes, 1, 10), send(lanes, 1, 10)];
    expect(lanes.pick(made(1, 0))).toBe(WAITS);
    expect(lanes.pick(made())).toBe(0);
    end(lanes, first, 'answered');
    expect(lanes.pick(made(1, 0))).toBe(1);
  });

  it('gives a retry to a silent one where all are, or where it has the only answers', () => {
    const lanes = lanesOf(2);
    end(lanes, send(lanes, 0, 0), 'missed');
    const [first] = [send(lanes, 1, 10), send(lanes, 1, 10)];
    end(lanes, first, 'missed');
    send(lanes, 1, 20);
    expect(lanes.pick(made(1, 0))).toBe(0);
    end(lanes, send(lanes, 0, 30), 'answered');
    expect(lanes.pick(made(1, 0))).toBe(0);
  });

  it('takes no resolver for silent that answered what was sent after the attempt it let go', () => {
    const lanes = lanesOf(2);
    const lost = send(lanes, 0, 0);
    end(lanes, send(lanes, 0, 10), 'answered');
    end(lanes, lost, 'missed');
    for (const atMs of [20, 20]) send(lanes, 1, atMs);
    expect(lanes.pick(made(1, 0))).toBe(0);
  });

  it('has no room for anybody when the window is full, and asks a single resolver again', () => {
    const lanes = lanesOf(1);
    end(lanes, send(lanes, 0, 0), 'missed');
    expect(lanes.pick(made(1, 0))).toBe(0);
    for (const atMs of [20, 20]) send(lanes, 0, atMs);
    expect(lanes.pick(made(1, 0))).toBe(NO_ROOM);
  });
});
