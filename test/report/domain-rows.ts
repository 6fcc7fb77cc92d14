/** One measured domain and what its checks can come to, to vary. */
import type { CheckOutcome, DomainRow } from '../../src/report/domain-row.ts';
import { dmarcFlags, spfFlags } from '../statistics/profiles.ts';

export const seen = (of: string, more: Partial<CheckOutcome> = {}): CheckOutcome => ({
  class: of,
  isKnown: true,
  reason: undefined,
  flags: 0,
  records: [],
  cells: [],
  ...more,
});

export const failed = (of: string, reason: CheckOutcome['reason']): CheckOutcome =>
  seen(of, { isKnown: false, reason });

export const ROW: DomainRow = {
  name: 'example.co.jp',
  tld: 'jp',
  registry: 'jp:co',
  rank: 12,
  labels: { sector: 'bank' },
  isAttempted: true,
  existence: 'exists',
  existenceReason: undefined,
  attempts: 2,
  measuredAtMs: Date.UTC(2026, 10, 24, 1, 2, 3, 999),
  checks: {
    mx: seen('present', { cells: [1, 'mx.example.co.jp'], records: ['10 mx.example.co.jp'] }),
    spf: seen('minus_all', {
      flags: spfFlags('any', 'exact_deny'),
      cells: ['-all', 0],
      records: ['v=spf1 -all'],
    }),
    dmarc: seen('reject', {
      flags: dmarcFlags('any', 'own', 'valid_own', 'enforce_strict', 'effective_reject'),
      cells: ['own', 'reject'],
      records: ['v=DMARC1; p=reject'],
    }),
  },
};

/** One latin1 character a byte, as records are kept. */
export const bytesOf = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');

/** A target of a block that is still open. */
export const NOT_ASKED: DomainRow = {
  ...ROW,
  name: 'a.com',
  tld: 'com',
  registry: 'com',
  rank: undefined,
  labels: {},
  isAttempted: false,
  existence: 'unknown',
  attempts: 0,
  measuredAtMs: undefined,
  checks: {},
};

export const HOSTILE_TEXT = '=HYPERLINK("http://x","y"),\r\n\x1b[31m<b>\u202e\ufeff😀\0';

/** Records of two kinds of bytes and a label that would run as a formula. */
export const HOSTILE: DomainRow = {
  ...ROW,
  name: 'xn--wgv71a119e.jp',
  labels: { sector: HOSTILE_TEXT },
  existenceReason: undefined,
  checks: {
    mx: seen('present', { records: ['0 .', '20 mx.evil.example'] }),
    spf: seen('temperror', {
      isKnown: false,
      reason: 'timeout',
      flags: spfFlags('any'),
      cells: ['-all', 3],
      records: [bytesOf(HOSTILE_TEXT), 'v=spf1 \xff\xfe -all'],
    }),
    dmarc: seen('none', { records: [bytesOf('v=DMARC1; p=none; größer')] }),
  },
};
