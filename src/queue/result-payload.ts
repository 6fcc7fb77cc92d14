/**
 * What a block came to as it travels back from a worker: packed numbers and texts, deflated, base64.
 * Level 1 is the cheapest of what was tried, at a fifth of the size of JSON. The coordinator takes
 * what comes for hostile: inflation and lengths are bounded here, values and ids by the store.
 */
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { BlockOutput } from '../probe/block-prober.ts';
import { bytesPerDomain, packBlock, unpackBlock } from '../probe/packed-block.ts';
import type { BlockJob, BlockResult, SharedAnswer, WorkerOrigin } from '../survey/ports.ts';
import { isRecord } from './job-payload.ts';

/** Of the layout below; the coordinator drops what has another. */
export const RESULT_FORMAT = 1;

/** The job's value in Redis. */
export interface ResultPayload {
  readonly format: number;
  readonly worker: WorkerOrigin;
  readonly queries: number;
  readonly measuredAtMs: number;
  readonly durationMs: number;
  /** Octets of the parts that make up `body`: numbers, the bodies of each check, shared answers. */
  readonly parts: readonly number[];
  /** Bodies stand on a line each (`packed-block.ts`), shared answers as JSON, both in UTF-8. */
  readonly body: string;
}

/** One part after the other, deflated as a whole. */
export function encodeResult(result: BlockResult, worker: WorkerOrigin): ResultPayload {
  const { numbers, bodies } = packBlock(result);
  const parts = [
    Buffer.from(numbers),
    ...bodies.map((texts) => Buffer.from(texts.join('\n'), 'utf8')),
    Buffer.from(JSON.stringify(result.sharedAnswers), 'utf8'),
  ];
  return {
    format: RESULT_FORMAT,
    worker,
    queries: result.queries,
    measuredAtMs: result.measuredAtMs,
    durationMs: result.durationMs,
    parts: parts.map((part) => part.length),
    body: deflateRawSync(Buffer.concat(parts), { level: 1 }).toString('base64'),
  };
}

export type DecodedResult = { readonly result: BlockResult } | { readonly problem: string };

/** A block whose every domain has the longest records a message can hold would be 64 MB a check. */
const MAX_BODY_BYTES = 256 * 1024 * 1024;
const MAX_TEXT = 300;
const MAX_RESOLVERS = 1_000;

/** Never throws. `job` and `checks` (names in the order of the run) are what was asked for. */
export function decodeResult(
  value: unknown,
  job: Pick<BlockJob, 'runId' | 'block' | 'pass' | 'ids'>,
  checks: readonly string[],
): DecodedResult {
  if (!isRecord(value) || value['format'] !== RESULT_FORMAT) {
    return { problem: 'a result in a format of another version' };
  }
  const worker = readOrigin(value['worker']);
  if (worker === undefined) return { problem: 'a result that does not say who asked' };
  try {
    const output = readBody(value, job.ids.length, checks);
    return {
      result: {
        runId: job.runId,
        block: job.block,
        pass: job.pass,
        ids: job.ids,
        existence: output.existence,
        existenceReasons: output.existenceReasons,
        attempts: output.attempts,
        checks: output.checks,
        sharedAnswers: output.sharedAnswers,
        queries: value['queries'] as number,
        measuredAtMs: value['measuredAtMs'] as number,
        durationMs: value['durationMs'] as number,
        worker,
      },
    };
  } catch (error) {
    return { problem: `a result that cannot be read (${String(error).slice(0, MAX_TEXT)})` };
  }
}

function readBody(
  { parts, body }: Readonly<Record<string, unknown>>,
  domains: number,
  checks: readonly string[],
): BlockOutput & { readonly sharedAnswers: readonly SharedAnswer[] } {
  if (typeof body !== 'string') throw new RangeError('no body');
  const bytes = inflateRawSync(Buffer.from(body, 'base64'), { maxOutputLength: MAX_BODY_BYTES });
  const [numbers, ...texts] = cut(bytes, parts, checks.length + 2);
  if (numbers?.length !== domains * bytesPerDomain(checks.length)) {
    throw new RangeError('numbers of another length');
  }
  const packed = new Uint8Array(numbers.length);
  packed.set(numbers);
  const answers = readAnswers(texts.pop()?.toString('utf8') ?? '');
  const bodies = texts.map((text) => [text.toString('utf8')]);
  const output = unpackBlock({ numbers: packed.buffer, bodies, queries: 0 }, checks);
  for (const column of output.checks) {
    if (!column.bodies.every(isBody)) throw new RangeError(`${column.check}: a body that is none`);
  }
  return { ...output, sharedAnswers: answers };
}

function cut(bytes: Buffer, lengths: unknown, count: number): Buffer[] {
  if (!Array.isArray(lengths) || lengths.length !== count) throw new RangeError('other parts');
  const parts: Buffer[] = [];
  let at = 0;
  for (const length of lengths as unknown[]) {
    if (!Number.isSafeInteger(length) || (length as number) < 0) throw new RangeError('no length');
    parts.push(bytes.subarray(at, at + (length as number)));
    at += length as number;
  }
  if (at !== bytes.length) throw new RangeError('cut off');
  return parts;
}

function readAnswers(text: string): readonly SharedAnswer[] {
  const answers: unknown = JSON.parse(text);
  if (!Array.isArray(answers) || !answers.every(isSharedAnswer)) {
    throw new RangeError('a shared answer that is none');
  }
  return answers as SharedAnswer[];
}

const STRING = String.raw`"[^"\\\u0000-\u001f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\u0000-\u001f]*)*"`;
const CELL = String.raw`(?:${STRING}|-?(?:0|[1-9]\d{0,21})(?:\.\d{1,21})?(?:[eE][+-]?\d{1,3})?|true|false|null)`;
const LIST = (item: string): string => String.raw`\[(?:${item}(?:,${item})*)?\]`;
/** `[records, cells]` as JSON, which readers of the store parse without looking: at a third of parsing. */
const BODY = new RegExp(`^\\[${LIST(STRING)},${LIST(CELL)}\\]$`, 'u');

const isBody = (body: string | null): boolean => body === null || BODY.test(body);

const isTextList = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((one) => typeof one === 'string');

const QTYPES = new Set(['A', 'NS', 'CNAME', 'SOA', 'PTR', 'MX', 'TXT', 'AAAA']);

/** Only definitive answers are shared. */
function isSharedAnswer(value: unknown): boolean {
  if (!isRecord(value) || !isRecord(value['answer'])) return false;
  const { qname, qtype, answer } = value;
  if (typeof qname !== 'string' || qname.length > MAX_TEXT || !QTYPES.has(String(qtype))) {
    return false;
  }
  const { status, aliases, records } = answer as Readonly<Record<string, unknown>>;
  if (!isTextList(aliases)) return false;
  if (status === 'noerror') return isTextList(records);
  return status === 'nodata' || status === 'nxdomain';
}

function readOrigin(value: unknown): WorkerOrigin | undefined {
  if (!isRecord(value)) return undefined;
  const { name, toolVersion, transport, resolvers } = value;
  const { threads, timeoutMs, attempts, window, rate } = value;
  const areTexts = [name, toolVersion, transport].every(isShortText);
  const areCounts = [threads, timeoutMs, attempts, window, rate].every(
    (one) => Number.isSafeInteger(one) && (one as number) >= 0,
  );
  const areResolvers =
    isTextList(resolvers) && resolvers.length <= MAX_RESOLVERS && resolvers.every(isShortText);
  if (!areTexts || !areCounts || !areResolvers) return undefined;
  return {
    name: name as string,
    toolVersion: toolVersion as string,
    resolvers,
    transport: transport as string,
    threads: threads as number,
    timeoutMs: timeoutMs as number,
    attempts: attempts as number,
    window: window as number,
    rate: rate as number,
  };
}

const isShortText = (value: unknown): boolean =>
  typeof value === 'string' && value !== '' && value.length <= MAX_TEXT;
