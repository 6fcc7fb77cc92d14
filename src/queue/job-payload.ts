/**
 * A block as it travels to a worker: what to ask, of which names, by which checks. Pure but for zlib.
 * A worker takes what comes for hostile: sizes are bounded, and what does not fit is a `problem`.
 */
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { DomainName } from '../names/domain-name.ts';
import { BLOCK_SIZE, type BlockJob } from '../survey/ports.ts';

/** Of the layout below; a worker that knows another refuses the block. */
export const JOB_FORMAT = 1;

/** What decides the figures of a run, and so must be the same at each worker. */
export interface RunTerms {
  /** One run of one store, unlike any other: `[a-z0-9-]`. */
  readonly key: string;
  /** Version of each check by name, in the order of the results. */
  readonly checkVersions: Readonly<Record<string, number>>;
  readonly pslVersion: string;
  readonly isSpfVoids: boolean;
  readonly isNxdomainCut: boolean;
}

/** The job's data in Redis. */
export interface JobPayload {
  readonly format: number;
  readonly run: RunTerms;
  readonly runId: number;
  readonly block: number;
  readonly pass: number;
  /** One bit an id of the block, lowest first, base64; empty for all 1,024. */
  readonly members: string;
  /** Names joined by line ends, deflated, base64. */
  readonly names: string;
}

/** Deterministic, so that adding a block twice adds it once. BullMQ takes no `:` in it. */
export function jobIdOf(runKey: string, block: number, pass: number): string {
  return `p-${runKey}-${block}-${pass}`;
}

export function encodeJob(job: BlockJob, run: RunTerms): JobPayload {
  const { runId, block, pass, ids, names } = job;
  return {
    format: JOB_FORMAT,
    run,
    runId,
    block,
    pass,
    members: ids.length === BLOCK_SIZE ? '' : membersOf(ids, block),
    names: deflateRawSync(names.join('\n'), { level: 1 }).toString('base64'),
  };
}

function membersOf(ids: readonly number[], block: number): string {
  const bits = Buffer.alloc(BLOCK_SIZE / 8);
  for (const id of ids) {
    const slot = id - block * BLOCK_SIZE;
    bits[slot >> 3] = (bits[slot >> 3] ?? 0) | (1 << (slot & 7));
  }
  return bits.toString('base64');
}

export type DecodedJob =
  | { readonly job: BlockJob; readonly run: RunTerms }
  | { readonly problem: string };

/** 1,024 names of 253 octets and a line end each. */
const MAX_NAMES_BYTES = BLOCK_SIZE * 254;
const MAX_ENCODED_CHARS = 2 * MAX_NAMES_BYTES;
/** A-labels in lower case between dots, as the lists' reader gives them. */
const NAME = /^[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63}){0,126}$/u;
const MAX_NAME = 253;

/** Never throws. `problem` is one line for a person. */
export function decodeJob(data: unknown): DecodedJob {
  if (!isRecord(data)) return { problem: 'a block that is no object' };
  if (data['format'] !== JOB_FORMAT) {
    return {
      problem: `blocks come in format ${String(data['format']).slice(0, 20)}, and this worker reads ${JOB_FORMAT}: both sides must be the same mailcensus`,
    };
  }
  const run = readTerms(data['run']);
  const { runId, block, pass } = data;
  if (run === undefined || !isId(runId) || !isId(block) || !isId(pass)) {
    return { problem: 'a block without its run' };
  }
  const ids = readMembers(data['members'], block);
  const names = readNames(data['names']);
  if (ids === undefined || names === undefined || ids.length !== names.length) {
    return { problem: `block ${block}: names that cannot be read` };
  }
  return { job: { runId, block, pass, ids, names }, run };
}

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isId = (value: unknown): value is number =>
  Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) < 2 ** 42;

function readTerms(value: unknown): RunTerms | undefined {
  if (!isRecord(value)) return undefined;
  const { key, checkVersions, pslVersion, isSpfVoids, isNxdomainCut } = value;
  const isWhole =
    typeof key === 'string' &&
    /^[a-z0-9-]{1,80}$/u.test(key) &&
    isRecord(checkVersions) &&
    Object.values(checkVersions).every(isId) &&
    typeof pslVersion === 'string' &&
    typeof isSpfVoids === 'boolean' &&
    typeof isNxdomainCut === 'boolean';
  return isWhole ? (value as unknown as RunTerms) : undefined;
}

function readMembers(value: unknown, block: number): number[] | undefined {
  if (typeof value !== 'string' || value.length > BLOCK_SIZE) return undefined;
  const first = block * BLOCK_SIZE;
  if (value === '') return Array.from({ length: BLOCK_SIZE }, (_, slot) => first + slot);
  const bits = Buffer.from(value, 'base64');
  if (bits.length !== BLOCK_SIZE / 8) return undefined;
  const ids: number[] = [];
  for (let slot = 0; slot < BLOCK_SIZE; slot++) {
    if (((bits[slot >> 3] ?? 0) >> (slot & 7)) & 1) ids.push(first + slot);
  }
  return ids;
}

function readNames(value: unknown): DomainName[] | undefined {
  if (typeof value !== 'string' || value.length > MAX_ENCODED_CHARS) return undefined;
  const text = inflatedText(value);
  if (text === undefined) return undefined;
  if (text === '') return [];
  const names = text.split('\n');
  const areNames = names.every((name) => name.length <= MAX_NAME && NAME.test(name));
  return areNames ? (names as DomainName[]) : undefined;
}

function inflatedText(value: string): string | undefined {
  try {
    const bytes = inflateRawSync(Buffer.from(value, 'base64'), {
      maxOutputLength: MAX_NAMES_BYTES,
    });
    return bytes.toString('latin1');
  } catch {
    return undefined;
  }
}

/** Why this program cannot ask a run's blocks as its terms want it; undefined when it can. */
export function refusalOf(
  run: RunTerms,
  own: { readonly checkVersions: Readonly<Record<string, number>>; readonly pslVersion: string },
): string | undefined {
  for (const [name, version] of Object.entries(run.checkVersions)) {
    const known = own.checkVersions[name];
    if (known === undefined) return `the run asks the check ${name}, which this worker has not`;
    if (known !== version) {
      return `the run asks ${name} version ${version}, this worker has version ${known}`;
    }
  }
  return run.pslVersion === own.pslVersion
    ? undefined
    : `the run reads the Public Suffix List of tldts ${run.pslVersion}, this worker that of ${own.pslVersion}`;
}
