import { describe, expect, it } from 'vitest';
import type { QType } from '../../src/dns/talk.ts';
import { buildZone, zoneOf } from './zone.ts';

const zone = zoneOf({
  'example.com': {
    TXT: [['a', 'b'], 'ab', 'ab'],
    MX: [
      [10, 'Mail.Example.com.'],
      [0, '.'],
    ],
  },
  'deep.below.example.com': { A: ['192.0.2.1'] },
  '*.example.com': { TXT: ['wild'] },
  'alias.example.com': { CNAME: 'example.com' },
  'gone.example.com': { CNAME: 'nowhere.example' },
  'broken.example.com': { CNAME: 'down.example' },
  'loop.example.com': { CNAME: 'loop.example.com' },
  'down.example': { rcode: 'TIMEOUT' },
});

const ask = (qtype: QType, qname: string) => zone.answer({ qname, qtype, shared: false });

describe('a written-down zone', () => {
  it('joins character-strings and drops RRs that are alike to the byte (RFC 2181 §5)', () => {
    const records = ['ab', 'ab'];
    expect(ask('TXT', 'example.com')).toEqual({ status: 'noerror', records, aliases: [] });
    expect(ask('MX', 'example.com')).toMatchObject({ records: ['10 mail.example.com', '0 .'] });
  });

  it('tells NODATA, an empty non-terminal and NXDOMAIN apart (RFC 8020)', () => {
    expect(ask('A', 'example.com')).toEqual({ status: 'nodata', aliases: [] });
    expect(ask('TXT', 'below.example.com')).toEqual({ status: 'nodata', aliases: [] });
    expect(ask('TXT', 'example.org')).toEqual({ status: 'nxdomain', aliases: [] });
  });

  it('answers from a wildcard below its closest encloser alone (RFC 4592 §3.3.1)', () => {
    expect(ask('TXT', 'x.y.example.com')).toMatchObject({ records: ['wild'] });
    expect(ask('TXT', 'x.below.example.com')).toEqual({ status: 'nxdomain', aliases: [] });
  });

  it('gives the outcome of the last name of a chain (RFC 6604 §3)', () => {
    expect(ask('TXT', 'alias.example.com')).toMatchObject({
      status: 'noerror',
      aliases: ['example.com'],
    });
    expect(ask('TXT', 'gone.example.com')).toEqual({
      status: 'nxdomain',
      aliases: ['nowhere.example'],
    });
    expect(ask('TXT', 'broken.example.com')).toMatchObject({ status: 'timeout' });
    expect(ask('TXT', 'loop.example.com')).toMatchObject({ status: 'malformed' });
  });

  it('puts the records of a case at the name that its kind asks', () => {
    const records = [['x']];
    const of = (kind: 'spf' | 'dmarc', qname: string) =>
      buildZone({ kind, domain: 'example.com', records }).answer({
        qname,
        qtype: 'TXT',
        shared: false,
      });
    expect(of('spf', 'example.com').status).toBe('noerror');
    expect(of('dmarc', '_dmarc.example.com').status).toBe('noerror');
    expect(of('dmarc', 'example.com').status).toBe('nodata');
  });
});
