import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeName, matchName, readName, skipName } from '../../../src/dns/wire/name.ts';

const encode = (name: string): Buffer | undefined => {
  const target = Buffer.alloc(300, 0xee);
  const end = encodeName(target, 0, name);
  return end < 0 ? undefined : target.subarray(0, end);
};

/** A name stands behind a header, as in a message. */
const inMessage = (hex: string): Buffer => Buffer.concat([Buffer.alloc(12), bytes(hex)]);
const bytes = (hex: string): Buffer => Buffer.from(hex.replaceAll(' ', ''), 'hex');

/** ASCII letters in lower case, every other octet as it is. */
const folded = (octets: Buffer | undefined): number[] =>
  [...(octets ?? [])].map((octet) => (octet >= 0x41 && octet <= 0x5a ? octet + 32 : octet));

const label = fc.stringMatching(/^[a-z0-9_-]{1,20}$/u);
const plainName = fc.array(label, { minLength: 1, maxLength: 8 }).map((labels) => labels.join('.'));

describe('encodeName', () => {
  it('writes labels with their lengths and a closing zero (RFC 1035 §3.1)', () => {
    expect(encode('_dmarc.example.jp')).toEqual(
      bytes('06 5f646d617263 07 6578616d706c65 02 6a70 00'),
    );
  });

  it('writes the empty text as the root', () => {
    expect(encode('')).toEqual(bytes('00'));
  });

  it('takes a decimal escape as its octet and any other backslash as itself (RFC 1035 §5.1)', () => {
    expect(encode('a\\046b')).toEqual(bytes('03 612e62 00'));
    expect(encode('a\\b')).toEqual(bytes('03 615c62 00'));
    expect(encode('a\\999')).toEqual(bytes('05 615c393939 00'));
  });

  it.each([
    ['an empty label', 'a..b'],
    ['a final dot', 'a.b.'],
    ['a label of 64 octets (RFC 1035 §2.3.4)', 'a'.repeat(64)],
    ['a name of 256 octets', `${'a.'.repeat(126)}abc`],
    ['a char that is no octet', 'exämple.日本'],
  ])('refuses %s', (_, name) => {
    expect(encode(name)).toBeUndefined();
  });

  it('takes a label of 63 and a name of 255 octets', () => {
    expect(encode('a'.repeat(63))).toHaveLength(65);
    expect(encode(`${'a.'.repeat(126)}a`)).toHaveLength(255);
  });

  it('refuses a name for which there is no room and writes nothing behind the target', () => {
    const whole = Buffer.alloc(12, 0xee);
    expect(encodeName(whole.subarray(0, 8), 0, 'example.jp')).toBe(-1);
    expect(whole.subarray(8)).toEqual(Buffer.alloc(4, 0xee));
  });
});

describe('readName', () => {
  it('gives lower case without a final dot, odd octets escaped', () => {
    const message = inMessage('07 4558616d706c45 04 612eff5c 02 4a50 00');
    expect(readName(message, 12, message.length)).toBe('example.a\\046\\255\\092.jp');
  });

  it('follows a pointer backwards (RFC 1035 §4.1.4)', () => {
    // 12: "jp", 16: "example" + pointer to 12
    const message = inMessage('02 6a70 00 07 6578616d706c65 c00c');
    expect(readName(message, 16, message.length)).toBe('example.jp');
  });

  it.each([
    ['a pointer to itself', 'c00c'],
    ['a pointer forwards', 'c00e 00'],
    ['a pointer into the header', 'c000'],
    ['a loop of a label and a pointer before it', '01 61 c00c'],
    ['a pointer without its second octet', 'c0'],
    ['a label type 01 (RFC 6891 §5)', '41 61 00'],
    ['a label type 10', '81 61 00'],
    ['a label that goes beyond the message', '05 616263'],
    ['a name without an end', '01 61'],
  ])('refuses %s', (_, hex) => {
    const message = inMessage(hex);
    expect(readName(message, 12, message.length)).toBeUndefined();
  });

  it('refuses more than 64 pointers and a name that pointers make longer than 255 octets', () => {
    // 12: the root, then pointers, each to the one before
    const pointers = Array.from({ length: 65 }, (_, i) => {
      const target = i === 0 ? 12 : 13 + 2 * (i - 1);
      return Buffer.from([0xc0 | (target >> 8), target & 0xff]);
    });
    const chained = Buffer.concat([inMessage('00'), ...pointers]);
    expect(readName(chained, 13 + 2 * 63, chained.length)).toBe('');
    expect(readName(chained, 13 + 2 * 64, chained.length)).toBeUndefined();

    // Five labels of 61 octets, each piece pointing at the one before: 62 * 5 > 255
    const piece = `3d ${'61'.repeat(61)}`;
    const long = inMessage(`${piece} 00 ${piece} c00c ${piece} c04b ${piece} c08b ${piece} c0cb`);
    expect(readName(long, 0xcb, long.length)).toHaveLength(61 * 4 + 3);
    expect(readName(long, 0xcb + 64, long.length)).toBeUndefined();
  });

  it('gives back what encodeName wrote', () => {
    fc.assert(
      fc.property(plainName, (text) => {
        const message = Buffer.concat([Buffer.alloc(12), encode(text) ?? Buffer.alloc(0)]);
        expect(readName(message, 12, message.length)).toBe(text);
      }),
    );
  });

  it('reads a name that encodes to the same octets, whatever octets they are', () => {
    const anyLabel = fc.uint8Array({ minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(fc.array(anyLabel, { maxLength: 6 }), (labels) => {
        const wire = Buffer.concat([
          ...labels.flatMap((octets) => [Buffer.from([octets.length]), octets]),
          Buffer.from([0]),
        ]);
        const message = Buffer.concat([Buffer.alloc(12), wire]);
        const text = readName(message, 12, message.length);
        expect(matchName(message, 12, message.length, text ?? 'undefined')).toBe(message.length);
        expect(folded(encode(text ?? 'undefined'))).toEqual(folded(wire));
      }),
    );
  });

  it('never throws and never reads beyond the end', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), fc.nat(80), fc.nat(80), (octets, at, end) => {
        const message = Buffer.from(octets);
        const limit = Math.min(end, message.length);
        readName(message, at, limit);
        const next = skipName(message, at, limit);
        expect(next === -1 || (next > at && next <= limit)).toBe(true);
      }),
    );
  });
});

describe('matchName', () => {
  const message = inMessage('07 4558616d706c45 02 6a70 00');

  it('compares without regard to case (RFC 4343) and gives the offset behind', () => {
    expect(matchName(message, 12, message.length, 'example.jp')).toBe(message.length);
    expect(matchName(message, 12, message.length, 'EXAMPLE.jp')).toBe(message.length);
  });

  it.each(['example', 'example.jpx', 'xample.jp', 'example.j', '', 'example.jp.', 'example.jp.a'])(
    'tells %j apart',
    (name) => {
      expect(matchName(message, 12, message.length, name)).toBe(-1);
    },
  );

  it('does not take a dot inside a label for one between labels', () => {
    const dotted = inMessage('0a 6578616d706c652e6a70 00');
    expect(matchName(dotted, 12, dotted.length, 'example.jp')).toBe(-1);
    expect(matchName(dotted, 12, dotted.length, 'example\\046jp')).toBe(dotted.length);
  });

  it('does not follow pointers: a question has nothing before it to point at', () => {
    const pointing = inMessage('02 6a70 00 07 6578616d706c65 c00c');
    expect(matchName(pointing, 16, pointing.length, 'example.jp')).toBe(-1);
  });

  it('matches every name that encodeName wrote and none that differs', () => {
    fc.assert(
      fc.property(plainName, plainName, (text, other) => {
        const wire = encode(text) ?? Buffer.alloc(0);
        expect(matchName(wire, 0, wire.length, text)).toBe(wire.length);
        expect(matchName(wire, 0, wire.length, other)).toBe(text === other ? wire.length : -1);
      }),
    );
  });
});
