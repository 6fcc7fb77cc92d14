import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type DomainName,
  labelCount,
  NAME_REFUSALS,
  parentOf,
  parseDomainName,
  toUnicode,
} from '../../src/names/domain-name.ts';
import { saySkipped } from '../support/skipped.ts';

const label63 = 'a'.repeat(63);
const name253 = `${label63}.${label63}.${label63}.${'b'.repeat(61)}`;

describe('parseDomainName', () => {
  it.each([
    ['example.com', 'example.com'],
    ['EXAMPLE.Com', 'example.com'],
    ['example.com.', 'example.com'],
    ['_dmarc.example.com', '_dmarc.example.com'],
    ['com', 'com'],
    ['-a-.example', '-a-.example'],
    ['3com.com', '3com.com'],
    [`${label63}.com`, `${label63}.com`],
    [name253, name253],
    [`${name253}.`, name253],
  ])('takes %s (RFC 1035 §2.3.4)', (text, name) => {
    expect(parseDomainName(text)).toEqual({ ok: true, name });
  });

  it.each([
    ['bücher.example', 'xn--bcher-kva.example'],
    ['BÜCHER.Example', 'xn--bcher-kva.example'],
    // Decomposed: u and U+0308.
    ['bu\u0308cher.example', 'xn--bcher-kva.example'],
    ['straße.de', 'xn--strae-oqa.de'],
    ['日本語.jp', 'xn--wgv71a119e.jp'],
    ['日本語。ｊｐ', 'xn--wgv71a119e.jp'],
    ['правительство.янао.рф', 'xn--80aealotwbjpid2k.xn--80aze9d.xn--p1ai'],
    ['saolourenço.mg.gov.br', 'xn--saoloureno-w6a.mg.gov.br'],
    ['maçanetdelaselva.cat', 'xn--maanetdelaselva-fmb.cat'],
    ['börsborn.de', 'xn--brsborn-90a.de'],
    ['אב.com', 'xn--4dbc.com'],
    ['_dmarc.bücher.example', '_dmarc.xn--bcher-kva.example'],
  ])('turns %s into A-labels (UTS-46, non-transitional)', (text, name) => {
    expect(parseDomainName(text)).toEqual({ ok: true, name });
  });

  it('takes an A-label as it is, even when its punycode is bad, for the zone has it so', () => {
    expect(parseDomainName('XN--ZZ.xn--a.com')).toEqual({ ok: true, name: 'xn--zz.xn--a.com' });
    expect(parseDomainName('xn--zz.bücher.de')).toEqual({
      ok: true,
      name: 'xn--zz.xn--bcher-kva.de',
    });
  });

  it.each([
    ['', 'empty'],
    ['.', 'empty'],
    ['a..b', 'empty_label'],
    ['.example.com', 'empty_label'],
    ['example.com..', 'empty_label'],
    ['\u00ad.com', 'empty_label'],
    [`a${label63}.com`, 'label_too_long'],
    [`${name253}b`, 'too_long'],
    ['https://example.com/', 'url'],
    ['HTTP://user@example.com', 'url'],
    ['example.com/path', 'url'],
    ['example.com:443', 'url'],
    ['//example.com', 'url'],
    ['user@example.com', 'email'],
    ['mailto:user@example.com', 'email'],
    ['192.0.2.1', 'ip_address'],
    ['192.0.2.1.', 'ip_address'],
    ['192.0.2.0/24', 'ip_address'],
    ['192.0.2.1:53', 'ip_address'],
    ['2001:db8::1', 'ip_address'],
    ['[2001:db8::1]:53', 'ip_address'],
    ['fe80::1%eth0', 'ip_address'],
    ['2001:db8::/32', 'ip_address'],
    ['0.93', 'numeric_tld'],
    ['example.123', 'numeric_tld'],
    ['exa mple.com', 'character'],
    ['example.com\u0000', 'character'],
    ['exa\u001bmple.com', 'character'],
    ['*.example.com', 'character'],
    ['exa\\046mple.com', 'character'],
    ['caf\ufffd.example', 'character'],
    ['_ü.example', 'idna'],
    ['\ud800.com', 'idna'],
    ['a\u200db.com', 'idna'],
    ['1א.com', 'idna'],
    [`${'ü'.repeat(63)}.de`, 'label_too_long'],
    ['ü'.repeat(300), 'label_too_long'],
    ['ü.'.repeat(700), 'too_long'],
  ])('refuses %j with a reason: %s', (text, reason) => {
    expect(parseDomainName(text)).toEqual({ ok: false, reason });
  });

  const hostile = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.string({
      unit: fc.constantFrom(...'aZ0-_.:/@[]%ü。ｊß\u00ad\u200d\ud800א '),
      maxLength: 300,
    }),
    fc.domain(),
    fc.webUrl(),
    fc.ipV6(),
  );

  it('never throws, and what it accepts is a name within the limits', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const parsed = parseDomainName(text);
        if (!parsed.ok) {
          expect(NAME_REFUSALS).toContain(parsed.reason);
          return;
        }
        expect(parsed.name.length).toBeLessThanOrEqual(253);
        for (const label of parsed.name.split('.')) expect(label).toMatch(/^[a-z0-9_-]{1,63}$/u);
      }),
      { numRuns: 2000 },
    );
  });

  it('gives the same name for its own result, also by way of the U-labels shown', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const parsed = parseDomainName(text);
        if (!parsed.ok) return;
        expect(parseDomainName(parsed.name)).toEqual(parsed);
        expect(parseDomainName(toUnicode(parsed.name))).toEqual(parsed);
      }),
      { numRuns: 2000 },
    );
  });

  it('reads a megabyte of junk in well under a second', () => {
    const start = process.cpuUsage().user;
    for (const junk of ['a.', 'ü', '1.', ':', 'a', '[', '1:']) {
      expect(parseDomainName(junk.repeat(500_000)).ok).toBe(false);
    }
    expect((process.cpuUsage().user - start) / 1000).toBeLessThan(1000);
  });

  const real = fileURLToPath(
    new URL('../../../shared/data/lists/idn-u-labels.tsv', import.meta.url),
  );
  const isThere = existsSync(real);
  if (!isThere) saySkipped('A-labels of real IDN names', '../shared is not there');
  it.skipIf(!isThere)('gives the A-labels that real IDN names were found with', () => {
    const rows = readFileSync(real, 'utf8').trimEnd().split('\n').slice(1);
    expect(rows.length).toBeGreaterThan(70);
    for (const row of rows) {
      const [unicode = '', ascii = ''] = row.split('\t');
      expect(parseDomainName(unicode)).toEqual({ ok: true, name: ascii });
      expect(toUnicode(ascii as DomainName)).toBe(unicode);
    }
  });
});

const name = (text: string): DomainName => {
  const parsed = parseDomainName(text);
  if (!parsed.ok) throw new Error(`${text}: ${parsed.reason}`);
  return parsed.name;
};

describe('parentOf and labelCount', () => {
  it('climb one label at a time to the top', () => {
    expect(parentOf(name('a.b.example'))).toBe('b.example');
    expect(parentOf(name('example'))).toBeUndefined();
    expect(labelCount(name('a.b.example'))).toBe(3);
    expect(labelCount(name('example'))).toBe(1);
  });
});

describe('toUnicode', () => {
  it('shows U-labels and leaves labels that IDNA refuses as they are', () => {
    expect(toUnicode(name('xn--bcher-kva.xn--zz.example'))).toBe('bücher.xn--zz.example');
    expect(toUnicode(name('example.com'))).toBe('example.com');
  });

  it('never shows a control, a bidi override or a dot that the name does not have', () => {
    // Punycode of U+202E, U+3002 and `a/b`: none of them may come out.
    for (const label of ['xn--3ug', 'xn--tj7c', 'xn--a/b-']) {
      expect(toUnicode(label as DomainName)).toBe(label);
    }
  });
});
