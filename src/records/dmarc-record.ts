/**
 * One DMARC Policy Record: which texts are one, and what such a text says. Pure: never throws,
 * linear time; it knows no domain and no parent.
 *
 * Specification: RFC 9989 §4.7 (tags), §4.8 (grammar), §4.10.1 (what a record without a usable `p`
 * comes to). `pct` is kept for the reading by RFC 7489 (§6.3). The text is latin1: one char is one
 * byte.
 */
import { DMARC_DEFECT } from './dmarc-defect.ts';
import { parseUriList } from './dmarc-uri.ts';
import { parseTagList, type Tag } from './tag-list.ts';

/** The policy values of `p`, `sp` and `np`, weakest first. */
export const DMARC_POLICIES = ['none', 'quarantine', 'reject'] as const;

export type PolicyValue = (typeof DMARC_POLICIES)[number];

/** A tag's value as published; `invalid` where it is none of its values, undefined without the tag. */
export type Published<Value extends string> = Value | 'invalid' | undefined;

/**
 * What a retrieved record comes to (RFC 9989 §4.10.1):
 * - `valid`: `p` is valid, `sp` and `np` are each absent or valid;
 * - `assumed-none`: not so, but a valid `rua` URI: acts as `p=none` for every name;
 * - `not-applied`: not so, and no `rua`: no DMARC processing;
 * - `malformed`: a tag name is repeated, so that there is no list (RFC 6376 §3.2) and no record.
 *
 * §4.7 ("a record without p is treated as p=none") and §4.8 ("errors fall to the default") disagree
 * with §4.10.1; the latter is followed, being the procedure. Enforcement is the same either way.
 */
export type Verdict = 'valid' | 'assumed-none' | 'not-applied' | 'malformed';

export interface DmarcRecord {
  readonly text: string;
  readonly verdict: Verdict;
  readonly p: Published<PolicyValue>;
  readonly sp: Published<PolicyValue>;
  readonly np: Published<PolicyValue>;
  readonly t: Published<'y' | 'n'>;
  readonly psd: Published<'y' | 'n' | 'u'>;
  readonly adkim: Published<'r' | 's'>;
  readonly aspf: Published<'r' | 's'>;
  /** In per cent, as a receiver of RFC 7489 takes it (an invalid value is 100); undefined without. */
  readonly pct: number | undefined;
  /** As published where valid, lower case; else undefined. */
  readonly fo: string | undefined;
  /** Valid URIs, without an obsolete size suffix. */
  readonly rua: readonly string[];
  readonly ruf: readonly string[];
  /** Bits of DMARC_DEFECT. */
  readonly defects: number;
}

/** Not /i: the tag name is case-insensitive, "DMARC1" is not (RFC 9989 §4.7 `v`). */
const VERSION = /^[Vv][ \t]*=[ \t]*DMARC1[ \t]*(?:;|$)/u;

/** Whether the text survives the version test (RFC 9989 §4.10 steps 2 and 6). */
export function isDmarcRecord(text: string): boolean {
  return text.startsWith('v=DMARC1;') || VERSION.test(text);
}

/** A near miss shows within this many bytes; a later `dmarc1` is somebody's token. */
const NEAR_MISS_BYTES = 32;
const NEAR_MISS = /dmarc1|^[^a-z]{0,4}v[ \t]{0,4}=[ \t]{0,4}"?dmarc/u;

/**
 * Whether a text that is no DMARC record was plainly meant as one: wrong case of the version,
 * something before `v`, a literal quote or `\;`, no separator after the version.
 */
export function isNearMiss(text: string): boolean {
  return !isDmarcRecord(text) && NEAR_MISS.test(text.slice(0, NEAR_MISS_BYTES).toLowerCase());
}

/** Every field of a record, before the verdict. */
type Draft = { -readonly [Key in keyof DmarcRecord]: DmarcRecord[Key] };

const NO_URIS: readonly string[] = [];

/** Reads a text that `isDmarcRecord`; of any other it makes what its tags say. */
export function parseDmarcRecord(text: string): DmarcRecord {
  const list = parseTagList(text);
  const draft: Draft = {
    text,
    verdict: 'malformed',
    p: undefined,
    sp: undefined,
    np: undefined,
    t: undefined,
    psd: undefined,
    adkim: undefined,
    aspf: undefined,
    pct: undefined,
    fo: undefined,
    rua: NO_URIS,
    ruf: NO_URIS,
    defects: 0,
  };
  if (list.hasJunk) draft.defects |= DMARC_DEFECT.syntaxJunk;
  if (list.hasUpperCase) draft.defects |= DMARC_DEFECT.tagCase;
  draft.defects |= foreignBytes(text);
  if (text.includes('\\;')) draft.defects |= DMARC_DEFECT.escapedSemicolon;
  if (list.duplicate !== undefined) {
    draft.defects |= DMARC_DEFECT.duplicateTag;
    return draft;
  }
  for (const tag of list.tags) readTag(draft, tag);
  if (draft.p === undefined) draft.defects |= DMARC_DEFECT.pMissing;
  draft.verdict = verdictOf(draft);
  return draft;
}

function verdictOf({ p, sp, np, rua }: Draft): Verdict {
  if (p !== undefined && p !== 'invalid' && sp !== 'invalid' && np !== 'invalid') return 'valid';
  return rua.length > 0 ? 'assumed-none' : 'not-applied';
}

function readTag(draft: Draft, { name, value }: Tag): void {
  switch (name) {
    case 'v':
      break;
    case 'p':
      draft.p = policyValue(draft, value, DMARC_DEFECT.pInvalid);
      break;
    case 'sp':
      draft.sp = policyValue(draft, value, DMARC_DEFECT.spInvalid);
      break;
    case 'np':
      draft.np = policyValue(draft, value, DMARC_DEFECT.npInvalid);
      break;
    case 'rua':
      draft.rua = uris(draft, value, DMARC_DEFECT.ruaInvalid, DMARC_DEFECT.ruaSize);
      break;
    case 'ruf':
      draft.ruf = uris(draft, value, DMARC_DEFECT.rufInvalid, DMARC_DEFECT.rufSize);
      break;
    default:
      readRareTag(draft, name, value);
  }
}

function readRareTag(draft: Draft, name: string, value: string): void {
  switch (name) {
    case 'adkim':
      draft.adkim = keyword(draft, value, ALIGNMENT, DMARC_DEFECT.adkimInvalid);
      break;
    case 'aspf':
      draft.aspf = keyword(draft, value, ALIGNMENT, DMARC_DEFECT.aspfInvalid);
      break;
    case 't':
      draft.t = keyword(draft, value, TEST_MODE, DMARC_DEFECT.tInvalid);
      if (draft.t === 'y') draft.defects |= DMARC_DEFECT.testMode;
      break;
    case 'psd':
      draft.psd = keyword(draft, value, PSD, DMARC_DEFECT.psdInvalid);
      break;
    case 'fo':
      draft.fo = failureOptions(draft, value);
      break;
    case 'pct':
      draft.pct = percentage(draft, value);
      break;
    case 'rf':
    case 'ri':
      draft.defects |= DMARC_DEFECT.obsoleteTag;
      break;
    default:
      draft.defects |= DMARC_DEFECT.unknownTag;
  }
}

const ALIGNMENT = ['r', 's'] as const;
const TEST_MODE = ['y', 'n'] as const;
const PSD = ['y', 'n', 'u'] as const;

/** Keywords are whole words in any case (RFC 5234 §2.3): no abbreviation, unlike libopendmarc. */
function keyword<Value extends string>(
  draft: Draft,
  value: string,
  values: readonly Value[],
  defect: number,
): Value | 'invalid' {
  for (const candidate of values) if (value === candidate) return candidate;
  const lower = value.length > LONGEST_KEYWORD ? value : value.toLowerCase();
  for (const candidate of values) if (lower === candidate) return candidate;
  draft.defects |= defect;
  return 'invalid';
}

const LONGEST_KEYWORD = 'quarantine'.length;

function policyValue(draft: Draft, value: string, defect: number): PolicyValue | 'invalid' {
  return keyword(draft, value, DMARC_POLICIES, defect);
}

function uris(draft: Draft, value: string, invalid: number, size: number): readonly string[] {
  const list = parseUriList(value);
  if (list.hasInvalid) draft.defects |= invalid;
  if (list.hasSize) draft.defects |= size;
  return list.uris;
}

/** 0 or 1 but not both, d, s, each at most once, in any order (RFC 9989 §4.7 `fo`). */
function failureOptions(draft: Draft, value: string): string | undefined {
  if (value === '1' || value === '0') return value;
  const lower = value.length > '0:d:s'.length ? '' : value.toLowerCase();
  const options = lower.split(':');
  const isKnown = options.every((option) => /^[01ds]$/u.test(option));
  const isOnce = new Set(options).size === options.length;
  if (isKnown && isOnce && !(options.includes('0') && options.includes('1'))) return lower;
  draft.defects |= DMARC_DEFECT.foInvalid;
  return undefined;
}

const FULL_PCT = 100;

/** RFC 7489 §6.3 `pct`; RFC 9989 §A.6 removed it, so that it is a fact and never a policy here. */
function percentage(draft: Draft, value: string): number {
  draft.defects |= DMARC_DEFECT.pct;
  const per = /^[0-9]{1,3}$/u.test(value) ? Number(value) : Number.NaN;
  if (per <= FULL_PCT) return per;
  draft.defects |= DMARC_DEFECT.pctInvalid;
  return FULL_PCT;
}

/** Bytes outside 0x20-0x7E other than HTAB, which is a blank between tags (RFC 9989 §4.8). */
function foreignBytes(text: string): number {
  if (!/[^\t -~]/u.test(text)) return 0;
  let defects = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code > 0x7f) defects |= DMARC_DEFECT.nonAscii;
    else if ((code < 0x20 && code !== 0x09) || code === 0x7f) defects |= DMARC_DEFECT.controlByte;
  }
  return defects;
}
