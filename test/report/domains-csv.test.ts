import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { CHECKS } from '../../src/checks/table.ts';
import type { DomainRow } from '../../src/report/domain-row.ts';
import { type DomainsExport, domainsCsv } from '../../src/report/domains-csv.ts';
import { failed, ROW, seen } from './domain-rows.ts';

const OPTIONS: DomainsExport = { wave: '2026-11-24', checks: CHECKS, labels: ['sector'] };

function read(rows: readonly DomainRow[], options = OPTIONS): Record<string, string>[] {
  const text = [...domainsCsv(rows, options)].join('');
  return parse(text, { columns: true, record_delimiter: '\r\n', relax_column_count: false });
}

describe('domains.csv', () => {
  it('has the columns in the published order: front, checks, end, records, labels', () => {
    const header = [...domainsCsv([], OPTIONS)].join('').trimEnd().split(',');
    expect(header.slice(0, 10)).toEqual(
      'wave,domain,domain_unicode,org_domain,tld,registry,rank,mx_provider,status,mx_class'.split(
        ',',
      ),
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
      org_domain: 'example.co.jp',
      registry: 'jp:co',
      rank: '12',
      mx_provider: 'self',
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

  it.each([
    [['5 mx.hoster.example', '10 mx.example.co.jp'], 'hoster.example'],
    [['0 .'], ''],
    [['0 .', '10 aspmx.l.google.com'], 'google.com'],
    [['10 192.0.2.1'], ''],
    [['10 192.0.2.1', '20 mx.hoster.example'], 'hoster.example'],
    [['10 \x1b[31m'], ''],
    [[], ''],
  ])('names who runs the first exchange that is a host: %j', (records, provider) => {
    const mx = seen('present', { records });
    expect(read([{ ...ROW, checks: { mx } }])[0]).toMatchObject({ mx_provider: provider });
  });

  it('takes the organizational domain by the whole Public Suffix List (RFC 7489 §3.2)', () => {
    expect(read([{ ...ROW, name: 'shop.a.blogspot.com' }])[0]).toMatchObject({
      org_domain: 'a.blogspot.com',
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
