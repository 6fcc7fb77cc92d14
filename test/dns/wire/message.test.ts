import dns2 from 'dns2';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Answer } from '../../../src/dns/talk.ts';
import {
  type Decoded,
  decodeResponse,
  encodeQuery,
  MAX_QUERY_OCTETS,
  type WireAnswer,
} from '../../../src/dns/wire/message.ts';
import { QTYPES } from '../../../src/dns/wire/registry.ts';
import {
  AUTHORITATIVE,
  cname,
  type Message,
  message,
  mx,
  ns,
  opt,
  soa,
  txt,
} from '../../support/dns-message.ts';

const QNAME = 'example.jp';
const bytes = (hex: string): Buffer => Buffer.from(hex.replaceAll(/\s/gu, ''), 'hex');
const decode = (octets: Buffer, qname = QNAME, qtype: number = QTYPES.TXT): Decoded =>
  decodeResponse(octets, octets.length, qname, qtype);
const decodeParts = (parts: Message, qtype: number = QTYPES.TXT): Decoded =>
  decode(message({ qname: QNAME, qtype, ...parts }), QNAME, qtype);

/** Fails to compile when the codec's answers are no answers of the conversation. */
const asAnswer = (answer: WireAnswer): Answer => answer;

describe('encodeQuery', () => {
  it('writes RD, one question and an OPT record of 1232 octets (RFC 1035 §4.1, RFC 6891 §6.1)', () => {
    const target = Buffer.alloc(MAX_QUERY_OCTETS, 0xee);
    const end = encodeQuery(target, 0, 0xbeef, '_dmarc.example.jp', QTYPES.TXT, 1232);
    expect(target.subarray(0, end)).toEqual(
      bytes(`beef 0100 0001 0000 0000 0001
        06 5f646d617263 07 6578616d706c65 02 6a70 00 0010 0001
        00 0029 04d0 00000000 0000`),
    );
  });

  it('leaves EDNS out at size 0 and asks the root by the empty name', () => {
    const target = Buffer.alloc(MAX_QUERY_OCTETS, 0xee);
    const end = encodeQuery(target, 3, 1, '', QTYPES.NS, 0);
    expect(target.subarray(3, end)).toEqual(bytes('0001 0100 0001 0000 0000 0000 00 0002 0001'));
  });

  it('gives -1 for what is no name', () => {
    expect(encodeQuery(Buffer.alloc(MAX_QUERY_OCTETS), 0, 1, 'a..b', QTYPES.TXT, 0)).toBe(-1);
  });

  it('finds room for the longest name', () => {
    const longest = `${'a.'.repeat(126)}a`;
    const target = Buffer.alloc(MAX_QUERY_OCTETS);
    expect(encodeQuery(target, 0, 1, longest, QTYPES.TXT, 1232)).toBe(MAX_QUERY_OCTETS);
  });

  it('is read by dns2 as what was asked', () => {
    const target = Buffer.alloc(MAX_QUERY_OCTETS);
    const end = encodeQuery(target, 0, 77, QNAME, QTYPES.MX, 1232);
    const packet = dns2.Packet.parse(target.subarray(0, end));
    expect(packet.header).toMatchObject({ id: 77, qr: 0, rd: 1 });
    expect(packet.questions).toMatchObject([{ name: QNAME, type: 15, class: 1 }]);
    expect(packet.additionals).toHaveLength(1);
  });
});

describe('decodeResponse', () => {
  it('reads TXT records by the pointer that servers write', () => {
    // By hand: QR RD RA, 2 answers, owner c00c, "v=spf1 -all" and a TXT of two strings
    const octets = bytes(`0001 8180 0001 0002 0000 0001
      07 6578616d706c65 02 6a70 00 0010 0001
      c00c 0010 0001 00000e10 000c 0b 763d73706631202d616c6c
      c00c 0010 0001 00000e10 0006 02 6162 02 6364
      00 0029 04d0 00000000 0000`);
    expect(decode(octets)).toEqual({
      status: 'noerror',
      records: ['v=spf1 -all', 'abcd'],
      aliases: [],
    });
  });

  it('compares the question without regard to case (RFC 4343)', () => {
    const octets = message({ qname: 'eXaMple.JP', answers: [txt('@', 'x')] });
    expect(decode(octets)).toMatchObject({ status: 'noerror', records: ['x'] });
  });

  it('reads an owner that is written out', () => {
    expect(decodeParts({ answers: [txt('EXAMPLE.jp', 'x'), txt('@', 'y')] })).toMatchObject({
      records: ['x', 'y'],
    });
  });

  it('gives records of the root as a question for the root asked', () => {
    const octets = message({ qname: '', qtype: 2, answers: [ns('', 'a.root-servers.net')] });
    expect(decode(octets, '', QTYPES.NS)).toMatchObject({ records: ['a.root-servers.net'] });
  });

  it.each<[string, Message]>([
    ['a query (QR=0)', { flags: 0x0100 }],
    ['another opcode', { flags: 0x9180 }],
    ['another name', { qname: 'example.com' }],
    ['another type', { qtype: 15 }],
    ['no question', { counts: [0, 0, 0, 0] }],
    ['two questions', { counts: [2, 0, 0, 0] }],
  ])('drops %s as not ours (RFC 5452 §9.1)', (_, parts) => {
    const octets = message({ qname: QNAME, qtype: 16, ...parts });
    expect(decode(octets)).toBe('mismatch');
  });

  it('drops another class, a bare header and less than one', () => {
    const octets = message({ qname: QNAME });
    octets[octets.length - 1] = 3;
    expect(decode(octets)).toBe('mismatch');
    for (const length of [0, 1, 11, 12, 20]) {
      expect(decode(message({ qname: QNAME }).subarray(0, length))).toBe('mismatch');
    }
  });

  it('takes an error without a question as the error, but never an absence (as BIND does)', () => {
    expect(decode(message({ flags: 0x8182 }))).toMatchObject({ status: 'servfail' });
    expect(decode(message({ flags: 0x8185 }))).toMatchObject({ status: 'refused' });
    expect(decode(message({ flags: 0x8181 }))).toBe('not_understood');
    expect(decode(message({ flags: 0x8183 }))).toBe('mismatch');
    expect(decode(message({ flags: 0x8180 }))).toBe('mismatch');
  });

  it('does not look into a response with TC=1 (RFC 2181 §9)', () => {
    expect(decodeParts({ flags: 0x8380, answers: [txt('@', 'half')] })).toBe('truncated');
    expect(decodeParts({ flags: 0x8380, counts: [1, 9, 9, 9] })).toBe('truncated');
  });

  describe('absence', () => {
    it('is NODATA for NOERROR with a SOA or with nothing at all (RFC 2308 §2.2)', () => {
      expect(decodeParts({ authorities: [soa('jp')] })).toEqual({ status: 'nodata', aliases: [] });
      expect(decodeParts({})).toEqual({ status: 'nodata', aliases: [] });
      expect(decodeParts({ flags: AUTHORITATIVE })).toEqual({ status: 'nodata', aliases: [] });
    });

    it('is not taken from records that were not asked for, but with a SOA (RFC 2308 §2.2)', () => {
      const answers = [mx('@', 10, 'mail.example.jp')];
      expect(decodeParts({ answers })).toBe('malformed');
      expect(decodeParts({ answers, flags: AUTHORITATIVE })).toBe('malformed');
      expect(decodeParts({ answers, authorities: [ns('jp', 'a.dns.jp')] })).toBe('malformed');
      expect(decodeParts({ answers, authorities: [soa('jp')] })).toEqual({
        status: 'nodata',
        aliases: [],
      });
    });

    it('is NXDOMAIN by the rcode', () => {
      expect(decodeParts({ flags: 0x8183, authorities: [soa('jp')] })).toEqual({
        status: 'nxdomain',
        aliases: [],
      });
    });

    it('is not taken from NXDOMAIN with records of the asked type: it contradicts itself', () => {
      expect(decodeParts({ flags: 0x8183, answers: [txt('@', 'x')] })).toBe('malformed');
    });

    it('is not taken from a referral (RA=0, AA=0, NS and no SOA)', () => {
      const authorities = [ns('jp', 'a.dns.jp')];
      expect(decodeParts({ flags: 0x8000, authorities })).toMatchObject({ status: 'other_rcode' });
      // The same from a recursive resolver, from an authoritative server, or with a SOA is an answer.
      expect(decodeParts({ flags: 0x8080, authorities })).toMatchObject({ status: 'nodata' });
      expect(decodeParts({ flags: 0x8400, authorities })).toMatchObject({ status: 'nodata' });
      expect(
        decodeParts({ flags: 0x8000, authorities: [...authorities, soa('jp')] }),
      ).toMatchObject({ status: 'nodata' });
    });

    it('is not taken from a chain that leaves the zones of a server that does not recurse', () => {
      const answers = [cname('@', 'elsewhere.example')];
      expect(decodeParts({ flags: AUTHORITATIVE, answers })).toMatchObject({
        status: 'other_rcode',
      });
      expect(decodeParts({ flags: AUTHORITATIVE, answers, authorities: [soa('example')] })).toEqual(
        { status: 'nodata', aliases: ['elsewhere.example'] },
      );
      expect(decodeParts({ answers })).toEqual({
        status: 'nodata',
        aliases: ['elsewhere.example'],
      });
    });
  });

  describe('failures', () => {
    it.each([
      [2, 'servfail'],
      [5, 'refused'],
      [6, 'other_rcode'],
      [9, 'other_rcode'],
    ])('rcode %i is %s', (rcode, status) => {
      const parts = { flags: 0x8180 | rcode };
      expect(decodeParts(parts)).toEqual({ status, extendedError: undefined });
    });

    it('FORMERR, NOTIMP and BADVERS say that the query was not understood (RFC 6891 §6.1.3, §7)', () => {
      expect(decodeParts({ flags: 0x8181 })).toBe('not_understood');
      expect(decodeParts({ flags: 0x8184 })).toBe('not_understood');
      expect(decodeParts({ additionals: [opt(1)] })).toBe('not_understood');
    });

    it('reads the first Extended DNS Error of a failure (RFC 8914 §2)', () => {
      expect(decodeParts({ flags: 0x8182, additionals: [opt(0, 22, 23)] })).toEqual({
        status: 'servfail',
        extendedError: 22,
      });
    });

    it('takes options whose lengths lie as none', () => {
      const short = opt(0, 22);
      const option = Buffer.from(short.rdata);
      option[3] = 200;
      const additionals = [{ ...short, rdata: option }];
      expect(decodeParts({ flags: 0x8182, additionals })).toEqual({
        status: 'servfail',
        extendedError: undefined,
      });
    });

    it('adds the upper rcode of OPT: 32 is no NOERROR, 19 no NXDOMAIN (RFC 6891 §6.1.3)', () => {
      expect(decodeParts({ additionals: [opt(2, 22)] })).toEqual({
        status: 'other_rcode',
        extendedError: 22,
      });
      expect(
        decodeParts({ flags: 0x8183, additionals: [opt(1)], authorities: [soa('jp')] }),
      ).toMatchObject({ status: 'other_rcode' });
      expect(decodeParts({ flags: 0x8182, additionals: [opt(1)] })).toMatchObject({
        status: 'other_rcode',
      });
    });

    it('stays the failure it is when its sections are broken', () => {
      expect(decodeParts({ flags: 0x8182, counts: [1, 7, 7, 7] })).toEqual({
        status: 'servfail',
        extendedError: undefined,
      });
    });
  });

  describe('broken messages', () => {
    it.each([
      ['more answers counted than there are', [1, 2, 0, 0]],
      ['more authorities', [1, 1, 1, 0]],
      ['more additionals', [1, 1, 0, 1]],
      ['the most there can be', [1, 65_535, 65_535, 65_535]],
    ] as const)('are malformed with %s', (_, counts) => {
      expect(decodeParts({ counts, answers: [txt('@', 'x')] })).toBe('malformed');
    });

    it('are malformed with one octet of the last record missing', () => {
      const octets = message({ qname: QNAME, answers: [txt('@', 'abc')] });
      expect(decode(octets.subarray(0, -1))).toBe('malformed');
    });

    it('are malformed with two OPT records (RFC 6891 §6.1.1)', () => {
      expect(decodeParts({ additionals: [opt(0), opt(0)] })).toBe('malformed');
    });

    it('are malformed with RDATA that its type does not allow', () => {
      const empty = { owner: '@', type: 16, rdata: Buffer.alloc(0) };
      expect(decodeParts({ answers: [empty] })).toBe('malformed');
    });

    it('are malformed with octets behind the last record (RFC 1035 §4.1)', () => {
      const bodies: readonly Message[] = [
        { answers: [txt('@', 'x')] },
        { answers: [cname('@', 'a.example')], authorities: [soa('example')] },
        { authorities: [soa('jp')] },
        { flags: 0x8183, authorities: [soa('jp')] },
        {},
      ];
      for (const body of bodies) {
        for (const behind of [Buffer.alloc(1), Buffer.alloc(40, 0xff)]) {
          const octets = Buffer.concat([message({ qname: QNAME, ...body }), behind]);
          expect(decode(octets)).toBe('malformed');
        }
      }
    });

    it.each([
      ['none', [1, 0, 0, 0]],
      ['one', [1, 1, 0, 0]],
      ['two, and no additional', [1, 2, 0, 0]],
    ] as const)('are malformed where three records are announced as %s', (_, counts) => {
      const answers = [txt('@', 'v=spf1 -all'), txt('@', 'x')];
      expect(decodeParts({ counts, answers, additionals: [opt(0)] })).toBe('malformed');
    });

    it('stay the failure they are with octets behind the last record', () => {
      const refused = Buffer.concat([message({ qname: QNAME, flags: 0x8185 }), Buffer.alloc(9)]);
      expect(decode(refused)).toEqual({ status: 'refused', extendedError: undefined });
    });

    it('are read only up to the length that arrived, whatever the buffer holds behind it', () => {
      const octets = message({ qname: QNAME, answers: [txt('@', 'x')] });
      expect(decodeResponse(octets, octets.length - 2, QNAME, QTYPES.TXT)).toBe('malformed');
      expect(decodeResponse(octets, octets.length + 1, QNAME, QTYPES.TXT)).toBe('mismatch');
    });
  });

  it('takes no more time than the message is long, for the worst that 64 KiB can hold', () => {
    const answers = Array.from({ length: 2600 }, (_, i) =>
      i % 2 === 0 ? txt('@', 'same', 'text') : txt('@', `t${i}`),
    );
    const hostile = message({ qname: QNAME, answers });
    const startedAtMs = performance.now();
    expect(decode(hostile)).toMatchObject({ status: 'noerror' });
    expect(performance.now() - startedAtMs).toBeLessThan(500);
  });

  it('never throws, whatever the octets', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 300 }),
        fc.constantFrom(...Object.values(QTYPES)),
        (octets, type) => {
          decode(Buffer.from(octets), QNAME, type);
        },
      ),
    );
  });

  it('never throws and never makes an answer of another kind when octets of a response change', () => {
    const whole = message({
      qname: QNAME,
      qtype: 15,
      answers: [cname('@', 'a.example'), mx('a.example', 10, 'mx.a.example'), txt('@', 'x')],
      authorities: [ns('example', 'ns.example')],
      additionals: [opt(0)],
    });
    const statuses = ['noerror', 'nodata', 'nxdomain', 'servfail', 'refused', 'other_rcode'];
    const edits = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 6 });
    fc.assert(
      fc.property(edits, fc.nat(whole.length), (changes, length) => {
        const octets = Buffer.from(whole.subarray(0, length));
        for (const [at, octet] of changes) if (at < length) octets[at] = octet;
        const decoded = decode(octets, QNAME, QTYPES.MX);
        if (typeof decoded === 'object') expect(statuses).toContain(asAnswer(decoded).status);
      }),
      { numRuns: 2000 },
    );
  });

  it('says of a response what dns2 says of it', () => {
    const label = fc.stringMatching(/^[a-z0-9-]{1,12}$/u);
    const host = fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => labels.join('.'));
    const exchanges = fc.array(fc.tuple(fc.nat(65_535), host), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(host, exchanges, (qname, records) => {
        const answers = records.map(([preference, exchange]) => mx('@', preference, exchange));
        const octets = message({ qname, qtype: 15, answers, additionals: [opt(0)] });
        const parsed = dns2.Packet.parse(octets).answers as unknown as {
          readonly priority: number;
          readonly exchange: string;
        }[];
        const texts = parsed.map(({ priority, exchange }) => `${priority} ${exchange}`);
        expect(decode(octets, qname, QTYPES.MX)).toEqual({
          status: 'noerror',
          records: [...new Set(texts)],
          aliases: [],
        });
      }),
      { numRuns: 50 },
    );
  });
});
