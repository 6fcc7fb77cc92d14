import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CHECKS } from '../../src/checks/table.ts';
import { domainColumns } from '../../src/report/columns.ts';
import type { DomainRow } from '../../src/report/domain-row.ts';
import { domainsJsonl, exactText } from '../../src/report/domains-jsonl.ts';
import { HOSTILE, HOSTILE_TEXT, NOT_ASKED, ROW, seen } from './domain-rows.ts';

const OPTIONS = { wave: '2026-11-24', checks: CHECKS, labels: ['sector'] };

const textOf = (rows: Iterable<DomainRow>): string => [...domainsJsonl(rows, OPTIONS)].join('');
const read = (rows: Iterable<DomainRow>): Record<string, unknown>[] =>
  textOf(rows)
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

describe('domains.jsonl', () => {
  it('has the columns of domains.csv with their types, and records and reasons apart', () => {
    const [line] = read([ROW]);
    expect(line).toMatchObject({
      wave: '2026-11-24',
      domain: 'example.co.jp',
      rank: 12,
      spf_all: '-all',
      dmarc_sp: null,
      protected: true,
      attempts: 2,
      measured_at: '2026-11-24T01:02:03Z',
      label_sector: 'bank',
      reasons: {},
      records: {
        mx: [{ text: '10 mx.example.co.jp' }],
        spf: [{ text: 'v=spf1 -all' }],
        dmarc: [{ text: 'v=DMARC1; p=reject' }],
      },
    });
    const columns = domainColumns(CHECKS, ['sector']).map(({ column }) => column);
    const joined = ['dns_error', 'spf_record', 'dmarc_record'];
    expect(Object.keys(line ?? {})).toEqual([
      ...columns.filter((column) => !joined.includes(column)),
      'reasons',
      'records',
    ]);
  });

  it('gives the exact bytes of hostile records, one line each, nothing guarded', () => {
    const text = textOf([HOSTILE, ROW]);
    expect(text.match(/\n/gu)).toHaveLength(2);
    // Safe to look at, too: hidden characters are escapes of JSON.
    expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    const [line] = read([HOSTILE]);
    expect(line).toMatchObject({
      domain_unicode: '日本語.jp',
      label_sector: HOSTILE_TEXT,
      reasons: { spf: 'timeout' },
      records: {
        spf: [
          { text: HOSTILE_TEXT },
          { base64: Buffer.from('v=spf1 \xff\xfe -all', 'latin1').toString('base64') },
        ],
        dmarc: [{ text: 'v=DMARC1; p=none; größer' }],
      },
    });
  });

  it('has a line for a target that was not asked: null, never false or 0', () => {
    expect(read([NOT_ASKED])[0]).toMatchObject({
      status: 'not_attempted',
      rank: null,
      attempts: null,
      protected: null,
      measured_at: null,
      label_sector: null,
      records: {},
      reasons: {},
    });
    expect(
      read([{ ...NOT_ASKED, isAttempted: true, existenceReason: 'servfail' }])[0],
    ).toMatchObject({ status: 'unknown', reasons: { existence: 'servfail' } });
  });

  it('writes a number that is none as null', () => {
    const mx = seen('present', { cells: [Number.NaN] });
    expect(read([{ ...ROW, checks: { mx } }])[0]).toMatchObject({ mx_n: null });
  });

  it('takes rows as they are needed', () => {
    let taken = 0;
    function* rows() {
      for (; taken < 100_000; taken++) yield ROW;
    }
    domainsJsonl(rows(), OPTIONS).next();
    expect(taken).toBeLessThan(1000);
    expect(textOf([])).toBe('');
  });
});

describe('exactText', () => {
  it('gives back the bytes of any record', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        const exact = exactText(Buffer.from(bytes).toString('latin1'));
        const back =
          'text' in exact ? Buffer.from(exact.text, 'utf8') : Buffer.from(exact.base64, 'base64');
        expect(back).toEqual(Buffer.from(bytes));
      }),
    );
  });
});
