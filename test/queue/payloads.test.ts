import { deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DomainName } from '../../src/names/domain-name.ts';
import {
  decodeJob,
  encodeJob,
  type JobPayload,
  jobIdOf,
  type RunTerms,
  refusalOf,
} from '../../src/queue/job-payload.ts';
import { decodeResult, encodeResult } from '../../src/queue/result-payload.ts';
import type { BlockJob, BlockResult } from '../../src/survey/ports.ts';
import { NOTHING_FOUND, resultOf, SPF_RECORD } from '../store/fixture.ts';
import { ORIGIN } from './redis-harness.ts';

const RUN: RunTerms = {
  key: 'a1b2-1-kz',
  checkVersions: { mx: 2, spf: 3 },
  pslVersion: '7.5.5',
  isSpfVoids: false,
  isNxdomainCut: true,
};

function jobOf(slots: readonly number[], block = 7): BlockJob {
  return {
    runId: 1,
    block,
    pass: 1,
    ids: slots.map((slot) => 1024 * block + slot),
    names: slots.map((slot) => `n${slot}.xn--p1ai` as DomainName),
  };
}

/** Through JSON, as Redis has it. */
const carried = <Value>(value: Value): Value => JSON.parse(JSON.stringify(value)) as Value;

const packed = (text: string) => deflateRawSync(text).toString('base64');

describe('a block on its way to a worker', () => {
  it('arrives as it was sent, whole or in part', () => {
    const slots = fc.uniqueArray(fc.integer({ min: 0, max: 1023 }), { maxLength: 1024 });
    fc.assert(
      fc.property(slots, fc.integer({ min: 0, max: 2 ** 30 }), (some, block) => {
        const job = jobOf(
          [...some].sort((a, b) => a - b),
          block,
        );
        expect(decodeJob(carried(encodeJob(job, RUN)))).toEqual({ job, run: RUN });
      }),
      { numRuns: 50 },
    );
    const whole = jobOf(Array.from({ length: 1024 }, (_, slot) => slot));
    expect(decodeJob(carried(encodeJob(whole, RUN)))).toEqual({ job: whole, run: RUN });
  });

  const good: JobPayload = encodeJob(jobOf([1, 5]), RUN);
  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['a text', 'block'],
    ['another format', { ...good, format: 2 }],
    ['no run', { ...good, run: undefined }],
    ['a run key that leaves its place', { ...good, run: { ...RUN, key: 'a:b' } }],
    ['a version that is no number', { ...good, run: { ...RUN, checkVersions: { mx: '2' } } }],
    ['a block below 0', { ...good, block: -1 }],
    ['fewer names than ids', { ...good, names: packed('a.example') }],
    ['names that are not deflated', { ...good, names: 'AAAA' }],
    ['a name with a blank', { ...good, names: packed('a b.example\nc.example') }],
    ['a name with an empty label', { ...good, names: packed('a..example\nc.example') }],
    ['a label of 64 octets', { ...good, names: packed(`${'a'.repeat(64)}.b\nc.example`) }],
    ['a text that inflates without end', { ...good, names: packed('a'.repeat(5_000_000)) }],
    ['members of another length', { ...good, members: 'AAAA' }],
  ])('is no block when it is %s', (_, data) => {
    expect(decodeJob(data)).toHaveProperty('problem');
  });

  it('never throws, whatever Redis holds', () => {
    fc.assert(
      fc.property(fc.anything(), fc.string(), (value, text) => {
        decodeJob(value);
        decodeJob({ ...good, names: text, members: text });
      }),
    );
  });

  it('has an id without a colon, which BullMQ would refuse', () => {
    expect(jobIdOf(RUN.key, 7, 1)).toBe('p-a1b2-1-kz-7-1');
  });
});

describe('refusalOf', () => {
  const own = { checkVersions: { mx: 2, spf: 3, dmarc: 1 }, pslVersion: '7.5.5' };

  it('takes a run of the same versions, also one that asks less', () => {
    expect(refusalOf(RUN, own)).toBeUndefined();
  });

  it.each([
    [{ ...own, checkVersions: { mx: 1, spf: 3 } }, 'mx version 2, this worker has version 1'],
    [{ ...own, checkVersions: { mx: 2 } }, 'the check spf, which this worker has not'],
    [{ ...own, pslVersion: '7.0.0' }, 'Public Suffix List of tldts 7.5.5'],
  ])('refuses another version and says which', (other, said) => {
    expect(refusalOf(RUN, other)).toContain(said);
  });
});

describe('what a block came to on its way back', () => {
  const job = jobOf([0, 3, 900]);
  const checks = ['mx', 'spf', 'dmarc'];
  const result: BlockResult = {
    ...resultOf(job, checks, (name) =>
      name.startsWith('n3')
        ? { ...NOTHING_FOUND, existence: 2, existenceReason: 4, checks: { spf: SPF_RECORD } }
        : NOTHING_FOUND,
    ),
    sharedAnswers: [
      {
        qname: '_spf.example',
        qtype: 'TXT',
        answer: { status: 'noerror', records: ['v=spf1 \u00ff -all'], aliases: [] },
      },
    ],
  };
  const sent = encodeResult(result, ORIGIN);

  it('arrives as it was sent, with who asked', () => {
    expect(decodeResult(carried(sent), job, checks)).toEqual({
      result: { ...result, worker: ORIGIN },
    });
  });

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['another format', { ...sent, format: 0 }],
    ['no worker', { ...sent, worker: {} }],
    ['a worker with endless resolvers', { ...sent, worker: { ...ORIGIN, resolvers: [1] } }],
    ['no body', { ...sent, body: 1 }],
    ['another length', { ...sent, parts: [1, ...sent.parts.slice(1)] }],
    ['parts below 0', { ...sent, parts: [-1, ...sent.parts.slice(1)] }],
    ['no parts', { ...sent, parts: 5 }],
    ['a body that is cut off', { ...sent, body: sent.body.slice(0, 40) }],
    ['a body of zeros', { ...sent, body: deflateRawSync(Buffer.alloc(1000)).toString('base64') }],
  ])('is refused when it is %s', (_, value) => {
    expect(decodeResult(value, job, checks)).toHaveProperty('problem');
  });

  it('is refused for another number of domains or checks', () => {
    expect(decodeResult(sent, jobOf([0, 3]), checks)).toHaveProperty('problem');
    expect(decodeResult(sent, job, ['mx', 'spf'])).toHaveProperty('problem');
  });

  it('keeps every body that JSON can write', () => {
    const cell = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.boolean(),
      fc.constant(null),
    );
    const body = fc.tuple(fc.array(fc.string({ unit: 'binary' })), fc.array(cell));
    fc.assert(
      fc.property(body, (parts) => {
        const bodies = [JSON.stringify(parts), null, '[[],[]]'];
        const checked = { ...result, checks: result.checks.map((one) => ({ ...one, bodies })) };
        const decoded = decodeResult(carried(encodeResult(checked, ORIGIN)), job, checks);
        expect(decoded).toEqual({ result: { ...checked, worker: ORIGIN } });
      }),
    );
  });

  it.each([
    '{"a":1}',
    '[[1],[]]',
    '[["x"],[{}]]',
    '[["x"]]',
    'no JSON',
    '[["x"],[["y"]]]',
    '[["x"],[01]]',
    '[["x"],[TRUE]]',
    '[["x"],[1.]]',
    '[["\\x"],[]]',
    '[["\t"],[]]',
    '[["x"],[]],[["y"],[]]',
    '[["x",],[]]',
  ])('is refused with the body %s, which no reader of the store could read', (body) => {
    const [mx, spf, dmarc] = result.checks as [
      BlockResult['checks'][number],
      BlockResult['checks'][number],
      BlockResult['checks'][number],
    ];
    const forged = { ...spf, bodies: [body, null, null] };
    const value = encodeResult({ ...result, checks: [mx, forged, dmarc] }, ORIGIN);
    expect(decodeResult(value, job, checks)).toHaveProperty('problem');
  });

  it('is refused with a shared answer that is none', () => {
    const forged = { qname: 'a', qtype: 'TXT', answer: { status: 'noerror', aliases: [] } };
    const value = encodeResult(
      { ...result, sharedAnswers: [forged as unknown as BlockResult['sharedAnswers'][number]] },
      ORIGIN,
    );
    expect(decodeResult(value, job, checks)).toHaveProperty('problem');
  });

  it('never throws, whatever Redis holds', () => {
    fc.assert(
      fc.property(fc.anything(), fc.base64String(), (value, body) => {
        decodeResult(value, job, checks);
        decodeResult({ ...sent, body }, job, checks);
      }),
    );
  });
});
