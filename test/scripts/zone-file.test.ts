import { Resolver } from 'node:dns/promises';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nameText, txtText, zoneLines } from '../../scripts/zone-file.ts';
import { readRecords } from '../../src/loopback/records.ts';
import { KNOTD, startKnot } from '../support/knot.ts';

describe('nameText', () => {
  it('writes every octet that is no letter, digit, hyphen or underscore as \\DDD (RFC 1035 §5.1)', () => {
    expect(nameText('_dmarc.Example')).toBe('_dmarc.Example.');
    expect(nameText('\\032nt.a;b$.ch')).toBe('\\032nt.a\\059b\\036.ch.');
    expect(nameText('a\\.b.ch')).toBe('a\\046b.ch.');
    expect(nameText('.')).toBe('.');
  });

  it('throws on what is no name rather than lose a record', () => {
    expect(() => nameText('a..b')).toThrow(RangeError);
  });
});

describe('txtText', () => {
  it('splits at 255 octets, not characters (RFC 1035 §3.3.14)', () => {
    expect(txtText('é'.repeat(128))).toBe(`"${'\\195\\169'.repeat(127)}\\195" "\\169"`);
    expect(txtText('')).toBe('""');
  });

  it('never lets a text end its string or its line', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(txtText(text)).toMatch(
          /^"(?:[ !#-[\]-~]|\\\d{3})*"(?: "(?:[ !#-[\]-~]|\\\d{3})*")*$/u,
        );
      }),
    );
  });
});

describe('zoneLines', () => {
  const hostile = 'v=spf1 "; ) \\ \t\n$INCLUDE /etc/passwd –all \u0000';
  const records = readRecords([
    JSON.stringify({
      domain: 'a.b.example',
      mx: ['\\032x.example', '0 .'],
      txt: [hostile, 'é'.repeat(400)],
    }),
    JSON.stringify({ domain: 'bare.example', mx: [], txt: [], dmarc_txt: [] }),
  ]);

  it.skipIf(KNOTD === undefined)('makes a zone that Knot serves octet by octet', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'mailcensus-zone-'));
    const zoneFile = join(folder, 'records.zone');
    writeFileSync(zoneFile, `${[...zoneLines(records)].join('\n')}\n`);
    const knot = await startKnot({ zoneFile, origin: '.', dir: join(folder, 'knot') });
    try {
      const resolver = new Resolver({ timeout: 2000, tries: 2 });
      resolver.setServers([`127.0.0.1:${knot?.port}`]);
      const texts = (await resolver.resolveTxt('a.b.example')).map((strings) => strings.join(''));
      const octets = texts.map((text) => Buffer.from(text, 'latin1').toString('utf8'));
      expect(octets.sort()).toEqual([hostile, 'é'.repeat(400)].sort());
      expect((await resolver.resolveMx('a.b.example')).map((mx) => mx.priority).sort()).toEqual([
        0, 10,
      ]);
      for (const name of ['b.example', 'bare.example', '_dmarc.a.b.example'])
        await expect(resolver.resolveTxt(name), name).rejects.toMatchObject({ code: 'ENODATA' });
      for (const name of ['_dmarc.bare.example', 'c.example'])
        await expect(resolver.resolveTxt(name), name).rejects.toMatchObject({ code: 'ENOTFOUND' });
    } finally {
      await knot?.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
