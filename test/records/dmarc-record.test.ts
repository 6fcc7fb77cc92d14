import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DMARC_DEFECT } from '../../src/records/dmarc-defect.ts';
import { isDmarcRecord, isNearMiss, parseDmarcRecord } from '../../src/records/dmarc-record.ts';

const RUA = 'rua=mailto:d@example.com';
const tags = (text: string) => parseDmarcRecord(`v=DMARC1; ${text}`);

describe('isDmarcRecord', () => {
  it.each(['v=DMARC1', 'v=DMARC1;', 'V=DMARC1; p=none', 'v \t=\tDMARC1 ; p=none', 'v=DMARC1 '])(
    'selects %j (RFC 9989 §4.8)',
    (text) => {
      expect(isDmarcRecord(text)).toBe(true);
      expect(isNearMiss(text)).toBe(false);
    },
  );

  it.each([
    'v=dmarc1; p=none',
    'v=DMARC1.0; p=none',
    'v=DMARC1 p=none',
    'v=DMARC1\\; p=none',
    '"v=DMARC1; p=none"',
    ' v=DMARC1; p=none',
    '\u00a0v=DMARC1; p=none',
    'p=none; v=DMARC1',
    'nv=DMARC1; p=reject',
    'value: v=DMARC1; p=none',
    'v=DMARC; p=none',
    'v=DMARC2; p=none',
    'v=DMARC1\n; p=none',
  ])('discards %j as a near miss (RFC 9989 §4.7 v)', (text) => {
    expect(isDmarcRecord(text)).toBe(false);
    expect(isNearMiss(text)).toBe(true);
  });

  it.each(['', 'v=spf1 -all', 'MS=ms12345678', 'v=DKIM1; p=', `${'x'.repeat(40)} v=DMARC1`])(
    'discards %j as something else',
    (text) => {
      expect(isDmarcRecord(text)).toBe(false);
      expect(isNearMiss(text)).toBe(false);
    },
  );
});

describe('parseDmarcRecord', () => {
  it('reads an ordinary record without a defect', () => {
    expect(tags(`p=reject; sp=none; adkim=s; ${RUA}`)).toMatchObject({
      verdict: 'valid',
      p: 'reject',
      sp: 'none',
      np: undefined,
      adkim: 's',
      aspf: undefined,
      rua: ['mailto:d@example.com'],
      ruf: [],
      defects: 0,
    });
  });

  it.each([
    ['p=reject', 'valid'],
    ['p=Reject; sp=NONE; np=Quarantine', 'valid'],
    [`${RUA}`, 'assumed-none'],
    ['sp=reject', 'not-applied'],
    [`p=monitor; ${RUA}`, 'assumed-none'],
    ['p=monitor; rua=d@example.com', 'not-applied'],
    ['p=rej', 'not-applied'],
    ['p=reject\u00a0', 'not-applied'],
    ['p=', 'not-applied'],
    [`p=reject; sp=rejct; ${RUA}`, 'assumed-none'],
    ['p=reject; np=rejct', 'not-applied'],
    ['p=none; p=reject', 'malformed'],
    ['v=DMARC1; p=none', 'malformed'],
    ['p=none; x=1; x=2', 'malformed'],
  ] as const)('gives %j the verdict %s (RFC 9989 §4.10.1)', (text, verdict) => {
    expect(tags(text).verdict).toBe(verdict);
  });

  it.each([
    ['adkim=strict', 'adkim', 'invalid'],
    ['aspf=S', 'aspf', 's'],
    ['t=Y', 't', 'y'],
    ['t=yes', 't', 'invalid'],
    ['psd=u', 'psd', 'u'],
    ['psd=x', 'psd', 'invalid'],
    ['fo=1:d:s', 'fo', '1:d:s'],
    ['fo=D', 'fo', 'd'],
    ['fo=0:1', 'fo', undefined],
    ['fo=1:1', 'fo', undefined],
    ['fo=', 'fo', undefined],
    ['fo=1,d', 'fo', undefined],
    ['pct=0', 'pct', 0],
    ['pct=100', 'pct', 100],
    ['pct=101', 'pct', 100],
    ['pct=50%', 'pct', 100],
    ['pct=-1', 'pct', 100],
    ['pct=', 'pct', 100],
  ] as const)('reads %s (RFC 9989 §4.7, RFC 7489 §6.3)', (text, key, value) => {
    const record = tags(`p=none; ${text}`);
    expect(record[key]).toBe(value);
    expect(record.verdict).toBe('valid');
  });

  it.each([
    ['p=none; junk', DMARC_DEFECT.syntaxJunk],
    ['P=none', DMARC_DEFECT.tagCase],
    ['p=none; n=caf\u00c3\u00a9', DMARC_DEFECT.nonAscii | DMARC_DEFECT.unknownTag],
    ['p=none; x=a\nb', DMARC_DEFECT.controlByte | DMARC_DEFECT.unknownTag],
    ['p=none;\tsp=none', 0],
    ['p=none; fo=0:1', DMARC_DEFECT.foInvalid],
    ['p=none; rua=', DMARC_DEFECT.ruaInvalid],
    ['p=none; ruf=mailto:a@example.com!5m', DMARC_DEFECT.rufSize],
    ['p=none; t=y', DMARC_DEFECT.testMode],
    ['p=none; rf=afrf', DMARC_DEFECT.obsoleteTag],
    ['p=none; pct=200', DMARC_DEFECT.pct | DMARC_DEFECT.pctInvalid],
    ['p=none\\; sp=none', DMARC_DEFECT.escapedSemicolon | DMARC_DEFECT.pInvalid],
    [RUA, DMARC_DEFECT.pMissing],
  ])('marks what is wrong with %j and nothing else', (text, defects) => {
    expect(tags(text).defects).toBe(defects);
  });

  it('has a bit of its own for each defect', () => {
    const bits = Object.values(DMARC_DEFECT);
    expect(new Set(bits).size).toBe(bits.length);
    expect(bits.reduce((sum, bit) => sum + bit, 0)).toBe(2 ** bits.length - 1);
  });

  it('never throws, and a valid record always has a valid p', () => {
    const piece = fc.constantFrom(
      'p=none',
      'sp=reject',
      'np=x',
      RUA,
      'ruf=,',
      't=y',
      '',
      'fo=0:',
      'v',
    );
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 200 }),
      fc.array(fc.oneof(piece, fc.string({ maxLength: 12 }))).map((all) => all.join(';')),
    );
    fc.assert(
      fc.property(text, (body) => {
        const record = tags(body);
        isNearMiss(body);
        if (record.verdict === 'valid')
          expect(['none', 'quarantine', 'reject']).toContain(record.p);
        if (record.verdict === 'assumed-none') expect(record.rua.length).toBeGreaterThan(0);
      }),
    );
  });
});
