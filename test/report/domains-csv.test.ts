import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { CHECKS } from '../../src/checks/table.ts';
import type { CheckOutcome, DomainRow } from '../../src/report/domain-row.ts';
import { type DomainsExport, domainsCsv } from '../../src/report/domains-csv.ts';
import { dmarcFlags, spfFlags } from '../statistics/profiles.ts';

const OPTIONS: DomainsExport = { wave: '2026-11-24', checks: CHECKS, labels: ['sector'] };

const seen = (of: string, more: Partial<CheckOutcome> = {}): CheckOutcome => ({
  class: of,
  isKnown: true,
  reason: undefined,
  flags: 0,
  records: [],
  cells: [],
  ...more,
});

const failed = (of: string, reason: CheckOutcome['reason']): CheckOutcome =>
  seen(of, { isKnown: false, reason });

const ROW: DomainRow = {
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

function read(rows: readonly DomainRow[], options = OPTIONS): Record<string, string>[] {
  const text = [...domainsCsv(rows, options)].join('');
  return parse(text, { columns: true, record_delimiter: '\r\n', relax_column_count: false });
}

describe('domains.csv', () => {
  it('has the columns in the published order: front, checks, end, records, labels', () => {
    const header = [...domainsCsv([], OPTIONS)].join('').trimEnd().split(',');
    expect(header.slice(0, 8)).toEqual(
      'wave,domain,domain_unicode,tld,registry,rank,status,mx_class'.split(','),
    );
    expect(header.slice(-11)).toEqual(
      (
        'protected,nonsending,lock_nullmx,lock_spf,lock_dmarc,dns_error,attempts,measured_at,' +
        'spf_record,dmarc_record,label_sector'
      ).split(','),
    );
    const order = 'mx_class,spf_class,spf_all,dmarc_class,dmarc_source,dmarc_p,protected'.split(
      ',',
    );
    const places = order.map((column) => header.indexOf(column));
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(new Set(header).size).toBe(header.length);
  });

  it('writes one row for a measured domain', () => {
    expect(read([ROW])[0]).toMatchObject({
      wave: '2026-11-24',
      domain: 'example.co.jp',
      registry: 'jp:co',
      rank: '12',
      status: 'exists',
      mx_class: 'present',
      spf_class: 'minus_all',
      spf_all: "'-all",
      dmarc_class: 'reject',
      dmarc_p: 'reject',
      protected: 'true',
      nonsending: 'false',
      lock_nullmx: 'false',
      lock_spf: 'true',
      lock_dmarc: 'true',
      dns_error: '',
      attempts: '2',
      measured_at: '2026-11-24T01:02:03Z',
      spf_record: 'v=spf1 -all',
      dmarc_record: 'v=DMARC1; p=reject',
      label_sector: 'bank',
    });
  });

  it('gives a failed look-up its reason, and leaves empty what is not known because of it', () => {
    const [line] = read([
      {
        ...ROW,
        checks: {
          ...ROW.checks,
          spf: failed('temperror', 'timeout'),
          dmarc: failed('error_lame', 'servfail'),
        },
      },
    ]);
    expect(line).toMatchObject({
      status: 'exists',
      spf_class: 'temperror',
      dmarc_class: 'error_lame',
      dns_error: 'spf=timeout dmarc=servfail',
      protected: '',
      lock_spf: '',
      lock_dmarc: '',
      nonsending: 'false',
    });
  });

  it('has a row for every target, asked or not', () => {
    const lines = read([
      {
        ...ROW,
        name: 'a.com',
        isAttempted: false,
        existence: 'unknown',
        attempts: 0,
        measuredAtMs: undefined,
        checks: {},
      },
      {
        ...ROW,
        name: 'b.com',
        existence: 'unknown',
        existenceReason: 'timeout',
        checks: { mx: failed('error_timeout', 'timeout') },
      },
      {
        ...ROW,
        name: 'c.com',
        existence: 'nxdomain',
        checks: { mx: seen('nxdomain'), spf: seen('nxdomain'), dmarc: seen('nxdomain') },
      },
    ]);
    expect(lines.map(({ status }) => status)).toEqual(['not_attempted', 'unknown', 'nxdomain']);
    expect(lines[0]).toMatchObject({ attempts: '', measured_at: '', mx_class: '', dns_error: '' });
    expect(lines[1]).toMatchObject({ dns_error: 'existence=timeout mx=timeout', nonsending: '' });
    expect(lines[2]).toMatchObject({ nonsending: '', protected: '' });
  });

  it('keeps hostile records to one cell: formulas, controls, newlines, quotes, HTML', () => {
    const hostile = '=HYPERLINK("http://x","y"),\r\n\x1b[31m<b>\xff';
    const lines = read([
      {
        ...ROW,
        labels: { sector: '@evil' },
        checks: { ...ROW.checks, spf: seen('minus_all', { records: [hostile, 'v=spf1 ?all'] }) },
      },
      ROW,
    ]);
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatchObject({
      spf_record: '\'=HYPERLINK("http://x","y"),\\x0D\\x0A\\x1B[31m<b>\\xFF | v=spf1 ?all',
      label_sector: "'@evil",
    });
  });

  it('shows an internationalized name beside its A-labels (UTS #46)', () => {
    expect(read([{ ...ROW, name: 'xn--wgv71a119e.jp' }])[0]).toMatchObject({
      domain: 'xn--wgv71a119e.jp',
      domain_unicode: '日本語.jp',
    });
    expect(read([ROW])[0]).toMatchObject({ domain_unicode: 'example.co.jp' });
  });

  it('takes a label named after an object property as any other', () => {
    const labels: Record<string, string> = Object.create(null);
    labels['constructor'] = 'x';
    expect(read([{ ...ROW, labels }], { ...OPTIONS, labels: ['constructor'] })[0]).toMatchObject({
      label_constructor: 'x',
    });
  });
});
