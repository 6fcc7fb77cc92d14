import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseMx, readRecordBytes, readRecords, recordSource } from '../../src/loopback/records.ts';
import { TYPE_CODES } from '../../src/loopback/source.ts';
import { PLACEHOLDER_SPF } from '../../src/loopback/spf-targets.ts';

const { A, MX, TXT } = TYPE_CODES;

const FILE = [
  '{"domain":"a.co.example","source":"s","mx":["mx.a.example","5 MX2.a.example."],"txt":["v=spf1 include:spf.b.example include:listed.example include:unmeasured.example -all"],"dmarc_txt":["v=DMARC1; p=none"]}',
  '{"domain":"listed.example","source":"s","mx":[],"txt":[],"dmarc_txt":[]}',
  '{"domain":"unmeasured.example","source":"s","dmarc_txt":["x"]}',
];

describe('parseMx', () => {
  it.each(['', '0 ', '0 .', '.'])('takes %j as null MX (RFC 7505 §3)', (entry) => {
    expect(parseMx(entry)).toEqual({ preference: 0, exchange: '.' });
  });

  it('gives preference 10 where none was measured, lower case, no final dot', () => {
    expect(parseMx('MX.Example.')).toEqual({ preference: 10, exchange: 'mx.example' });
    expect(parseMx('20 mx.example')).toEqual({ preference: 20, exchange: 'mx.example' });
    expect(parseMx('10 .')).toEqual({ preference: 10, exchange: '.' });
    expect(parseMx('mx.example\\032')).toEqual({ preference: 10, exchange: 'mx.example\\032' });
  });

  it.each(['a b c', '10 a b', 'a..b', '70000 mx.example', '123456 a'])('refuses %j', (entry) => {
    expect(parseMx(entry)).toBeUndefined();
  });
});

describe('readRecords', () => {
  const zone = readRecords(FILE);
  const { look } = recordSource(zone);
  const status = (name: string, type: number) => look(name, type).status;

  it('answers what was measured, byte for byte', () => {
    const txt = look('_dmarc.a.co.example', TXT);
    expect(
      txt.status === 'noerror' && txt.rdata.map((data) => Buffer.from(data).toString()),
    ).toEqual(['\u0010v=DMARC1; p=none']);
    const mx = look('a.co.example', MX);
    expect(mx.status === 'noerror' && mx.rdata.map((data) => data[1])).toEqual([10, 5]);
  });

  it('tells NODATA from NXDOMAIN (RFC 2308 §2, RFC 8020 §2)', () => {
    expect(status('a.co.example', A)).toBe('nodata');
    expect(status('co.example', TXT), 'an empty non-terminal').toBe('nodata');
    expect(status('', TXT), 'the root').toBe('nodata');
    expect(status('other.example', TXT)).toBe('nxdomain');
    expect(status('x.a.co.example', TXT)).toBe('nxdomain');
  });

  it('takes a missing key as NODATA, and an empty _dmarc as a name that is not there', () => {
    expect(status('unmeasured.example', MX)).toBe('nodata');
    expect(status('listed.example', TXT)).toBe('nodata');
    expect(status('_dmarc.listed.example', TXT)).toBe('nxdomain');
    const unmeasured = recordSource(readRecords(['{"domain":"x.example","mx":[]}']));
    expect(unmeasured.look('_dmarc.x.example', TXT).status).toBe('nodata');
  });

  it('answers the placeholder at include targets without a measured TXT, and there only', () => {
    expect(zone.placeholders).toEqual(['spf.b.example', 'unmeasured.example']);
    expect(zone.nodes.get('spf.b.example')?.txt).toEqual([PLACEHOLDER_SPF]);
    expect(zone.nodes.get('listed.example')?.txt).toEqual([]);
    expect(zone.domains).toEqual(['a.co.example', 'listed.example', 'unmeasured.example']);
  });

  it('names lines that it could not use and goes on', () => {
    const odd = readRecords(['{', '[]', '{"domain":"a b"}', ...FILE, FILE[0] ?? '', 'null']);
    expect(odd.skipped.map(({ line }) => line)).toEqual([1, 2, 3, 7, 8]);
    expect(odd.domains).toEqual(zone.domains);
    expect(readRecords(['{"domain":"a.example","mx":["a..b",7]}']).skipped).toEqual([
      { line: 1, reason: 'MX of no name: a..b' },
    ]);
  });

  it('never throws, whatever the lines', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string(), fc.json())), (lines) => void readRecords(lines)),
    );
  });

  it('reads gzip and plain bytes alike', () => {
    const plain = Buffer.from(FILE.join('\n'));
    expect(readRecordBytes(gzipSync(plain))).toEqual(readRecordBytes(plain));
  });
});
