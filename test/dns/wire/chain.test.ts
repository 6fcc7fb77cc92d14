import { describe, expect, it } from 'vitest';
import { type Decoded, decodeResponse } from '../../../src/dns/wire/message.ts';
import { QTYPES } from '../../../src/dns/wire/registry.ts';
import {
  cname,
  dname,
  message,
  name,
  pointer,
  type Record,
  soa,
  txt,
} from '../../support/dns-message.ts';

const QNAME = '_dmarc.example.jp';

function decode(
  answers: readonly Record[],
  flags = 0x8180,
  qtype: number = QTYPES.TXT,
  authorities: readonly Record[] = [],
): Decoded {
  const octets = message({ qname: QNAME, qtype, flags, answers, authorities });
  return decodeResponse(octets, octets.length, QNAME, qtype);
}

/** What the answers come to with the SOA that proves an absence (RFC 2308 §2.2). */
const decodeProven = (answers: readonly Record[]): Decoded =>
  decode(answers, 0x8180, QTYPES.TXT, [soa('example.jp')]);

/** `count` aliases behind the asked name: a0, a1, … */
const chainOf = (count: number): Record[] =>
  Array.from({ length: count }, (_, i) => cname(i === 0 ? '@' : `a${i - 1}`, `a${i}`));

describe('a chain of aliases in one answer', () => {
  it('is followed to the records at its end (RFC 1034 §3.6.2)', () => {
    const answers = [
      cname('@', 'B.example'),
      cname('b.example', 'c.example'),
      txt('c.EXAMPLE', 'x'),
    ];
    expect(decode(answers)).toEqual({
      status: 'noerror',
      records: ['x'],
      aliases: ['b.example', 'c.example'],
    });
  });

  it('is followed through compressed names', () => {
    // _dmarc.example.jp CNAME x.<"example.jp" of the question at 12 + 7>
    const target = Buffer.concat([Buffer.from([1, 0x78]), pointer(19)]);
    const answers = [{ owner: '@', type: 5, rdata: target }, txt('x.example.jp', 'y')];
    expect(decode(answers)).toMatchObject({ records: ['y'], aliases: ['x.example.jp'] });
  });

  it('is followed in whatever order the records come', () => {
    const answers = [
      txt('c.example', 'x'),
      cname('b.example', 'c.example'),
      cname('@', 'b.example'),
    ];
    expect(decode(answers)).toMatchObject({ records: ['x'], aliases: ['b.example', 'c.example'] });
  });

  it('leaves out records that are not on it', () => {
    const answers = [
      txt('other.example', 'v=DMARC1; p=none'),
      cname('@', 'b.example'),
      txt('b.example', 'x'),
    ];
    expect(decode(answers)).toMatchObject({ records: ['x'] });
    const planted = [txt('other.example', 'planted')];
    expect(decodeProven(planted)).toEqual({ status: 'nodata', aliases: [] });
  });

  it('is no absence without a SOA when all that was asked for stands elsewhere', () => {
    expect(decode([txt('other.example', 'planted')])).toBe('malformed');
    expect(decode([{ ...txt('@', 'chaos'), class: 3 }])).toBe('malformed');
    expect(decode([cname('other.example', 'c.example')])).toBe('malformed');
  });

  it('with a link missing is no absence without a SOA: its records are there', () => {
    const broken = [cname('@', 'b.example'), txt('c.example', 'x')];
    expect(decode(broken)).toBe('malformed');
    expect(decodeProven(broken)).toEqual({ status: 'nodata', aliases: ['b.example'] });
    expect(decode([cname('@', 'b.example')])).toEqual({ status: 'nodata', aliases: ['b.example'] });
  });

  it('leaves out records of another class', () => {
    expect(decode([{ ...txt('@', 'chaos'), class: 3 }, txt('@', 'x')])).toMatchObject({
      records: ['x'],
    });
  });

  it('that ends without a record of the type is NODATA of the last name', () => {
    expect(decode([cname('@', 'b.example')])).toEqual({ status: 'nodata', aliases: ['b.example'] });
  });

  it('with NXDOMAIN dangles: the last name does not exist, the first does (RFC 6604 §3)', () => {
    expect(decode([cname('@', 'b.example')], 0x8183)).toEqual({
      status: 'nxdomain',
      aliases: ['b.example'],
    });
  });

  it('does not begin where the asked type is there: TXT beside CNAME counts once', () => {
    const answers = [cname('@', 'b.example'), txt('@', 'own'), txt('b.example', 'other')];
    expect(decode(answers)).toEqual({ status: 'noerror', records: ['own'], aliases: [] });
  });

  it('is the answer itself when the CNAME was asked', () => {
    expect(decode([cname('@', 'b.example')], 0x8180, QTYPES.CNAME)).toEqual({
      status: 'noerror',
      records: ['b.example'],
      aliases: [],
    });
  });

  it('may have 16 aliases and no more', () => {
    const answers = [...chainOf(16), txt('a15', 'x')];
    expect(decode(answers)).toMatchObject({ records: ['x'] });
    expect(decode([...chainOf(17), txt('a16', 'x')])).toBe('malformed');
  });

  it.each([
    ['to itself', [cname('@', QNAME)]],
    ['back to the asked name', [cname('@', 'b.example'), cname('b.example', QNAME)]],
    ['among its targets', [cname('@', 'b.c'), cname('b.c', 'd.e'), cname('d.e', 'b.c')]],
  ])('that loops %s is malformed', (_, answers) => {
    expect(decode(answers)).toBe('malformed');
  });

  it('that forks is malformed, and the same target twice is no fork', () => {
    expect(decode([cname('@', 'b.example'), cname('@', 'c.example')])).toBe('malformed');
    expect(
      decode([cname('@', 'b.example'), cname('@', 'B.example'), txt('b.example', 'x')]),
    ).toMatchObject({ records: ['x'] });
  });

  it('with a target that is no name is malformed', () => {
    expect(decode([{ owner: '@', type: 5, rdata: Buffer.from([5, 0x61]) }])).toBe('malformed');
    const beyond = Buffer.concat([name('b.example'), Buffer.from([0])]);
    expect(decode([{ owner: '@', type: 5, rdata: beyond }])).toBe('malformed');
  });

  it('may end at the root', () => {
    expect(decode([cname('@', ''), txt('', 'x')])).toMatchObject({
      records: ['x'],
      aliases: ['.'],
    });
  });

  it('goes through a DNAME by the CNAME that the server made of it (RFC 6672 §3.1)', () => {
    const answers = [
      dname('example.jp', 'example.net'),
      cname('@', '_dmarc.example.net'),
      txt('_dmarc.example.net', 'x'),
    ];
    expect(decode(answers)).toMatchObject({ records: ['x'], aliases: ['_dmarc.example.net'] });
  });

  it('goes through a DNAME alone (RFC 6672 §2.2), but not one at the name itself', () => {
    const answers = [dname('example.jp', 'example.net'), txt('_dmarc.example.net', 'x')];
    expect(decode(answers)).toMatchObject({ records: ['x'], aliases: ['_dmarc.example.net'] });
    const atName = [dname(QNAME, 'example.net'), txt('example.net', 'x')];
    expect(decodeProven(atName)).toEqual({ status: 'nodata', aliases: [] });
    expect(decode(atName)).toBe('malformed');
  });

  it('through a DNAME that makes too long a name is malformed (RFC 6672 §2.2)', () => {
    const long = Array.from({ length: 4 }, () => 'a'.repeat(61)).join('.');
    expect(decode([dname('example.jp', long)])).toBe('malformed');
  });
});
