/**
 * One line for each way a list can fail before its first name: missing, unreadable, empty, binary,
 * damaged. Faults of the list are `usage`, faults of the machine `machine`. Nothing is read here.
 */
import { SurveyError } from './errors.ts';

/** How a list is called in messages. */
export function listLabel(path: string): string {
  return path === '-' ? 'standard input' : printable(path);
}

/** Control, format and unassigned characters as `\u{…}`: nothing from a list may steer a terminal. */
export function printable(text: string): string {
  return text.replace(
    /[\p{C}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
}

const FILE_FAULTS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file; check the path, or give - for standard input',
  ENOTDIR: 'no such file; check the path',
  ENAMETOOLONG: 'no such file; check the path',
  ELOOP: 'its symbolic links lead in a circle; give the file itself',
  EACCES: 'may not be read by this user; change its permissions or the user',
  EPERM: 'may not be read by this user; change its permissions or the user',
  EISDIR: 'is a directory; give a list file in it',
  ENXIO: 'is a socket or a device without a reader; give a file',
  ERR_INVALID_ARG_VALUE: 'is not a file name; check the path',
};

const GZIP_FAULTS: Readonly<Record<string, string>> = {
  Z_BUF_ERROR: 'the gzip file ends too early; fetch or pack it again',
  Z_DATA_ERROR: 'the gzip file is damaged; fetch or pack it again',
  Z_NEED_DICT: 'the gzip file needs a dictionary; pack it again without one',
};

/** What reading a list threw, as the error to show; a SurveyError passes through. */
export function readFault(path: string, error: unknown): SurveyError {
  if (error instanceof SurveyError) return error;
  const code = errorCode(error);
  const fault = FILE_FAULTS[code] ?? GZIP_FAULTS[code];
  if (fault !== undefined) {
    return new SurveyError('usage', `${listLabel(path)}: ${fault}`, { cause: error });
  }
  const detail = error instanceof Error ? error.message : String(error);
  return new SurveyError('machine', `${listLabel(path)}: reading failed: ${printable(detail)}`, {
    cause: error,
  });
}

function errorCode(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : '';
}

const BINARY_HEAD_BYTES = 8192;

interface KnownBinary {
  readonly magic: string;
  readonly fault: string;
  /** The magic is printable: a list of names could begin so. */
  readonly isMaybeText?: true;
}

const KNOWN_BINARIES: readonly KnownBinary[] = [
  { magic: '504b0304', fault: 'is a zip archive; unpack it and give the list inside' },
  { magic: '1f8b', fault: 'is gzip within gzip; unpack it once' },
  { magic: 'fd377a585a00', fault: 'is an xz file; unpack it: xz -dc FILE | mailcensus survey -' },
  {
    magic: '425a68',
    fault: 'is a bzip2 file; unpack it: bzip2 -dc FILE | mailcensus survey -',
    isMaybeText: true,
  },
  { magic: '28b52ffd', fault: 'is a zstd file; unpack it: zstd -dc FILE | mailcensus survey -' },
  { magic: '377abcaf271c', fault: 'is a 7z archive; unpack it and give the list inside' },
  { magic: '53514c69746520666f726d6174203300', fault: 'is an SQLite file; give it as --store' },
  { magic: 'fffe', fault: 'is UTF-16 text; convert it: iconv -f UTF-16 -t UTF-8' },
  { magic: 'feff', fault: 'is UTF-16 text; convert it: iconv -f UTF-16 -t UTF-8' },
];

/** What keeps the (unpacked) beginning of a list from being text; undefined for text. */
export function binaryFault(path: string, head: Buffer): SurveyError | undefined {
  const hex = head.subarray(0, 16).toString('hex');
  const isBinary = head.subarray(0, BINARY_HEAD_BYTES).includes(0);
  const known = KNOWN_BINARIES.find(
    ({ magic, isMaybeText }) => hex.startsWith(magic) && (isBinary || isMaybeText !== true),
  );
  if (known !== undefined) {
    return new SurveyError('usage', `${listLabel(path)}: ${known.fault}`);
  }
  if (!isBinary) return undefined;
  return new SurveyError(
    'usage',
    `${listLabel(path)}: is binary (a NUL byte in its first 8 KB); give names as text, packed with gzip or not`,
  );
}
