import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DomainName, parseDomainName } from '../../src/names/domain-name.ts';
import {
  isListedSuffix,
  organizationalDomainPsl,
  PSL_VERSION,
  publicSuffix,
  registrableDomain,
  registrationOf,
  registryOf,
  topLevelDomain,
} from '../../src/names/organizational-domain.ts';

const name = (text: string) => text as DomainName;

describe('registrableDomain', () => {
  it.each([
    ['example.com', 'example.com'],
    ['www.example.com', 'example.com'],
    ['www.example.co.jp', 'example.co.jp'],
    ['www.city.hakodate.hokkaido.jp', 'city.hakodate.hokkaido.jp'],
    ['x.city.kobe.jp', 'city.kobe.jp'],
    ['a.b.example.unknown-tld', 'example.unknown-tld'],
    ['x.xn--80aze9d.xn--p1ai', 'xn--80aze9d.xn--p1ai'],
    ['www.ck', 'www.ck'],
  ])('of %s is %s', (host, registrable) => {
    expect(registrableDomain(name(host))).toBe(registrable);
  });

  it.each(['com', 'co.jp', 'tokyo.jp', 'gv.at', 'unknown-tld', 'xn--p1ai', 'x.kobe.jp'])(
    'is undefined for the public suffix %s',
    (suffix) => {
      expect(registrableDomain(name(suffix))).toBeUndefined();
      expect(publicSuffix(name(suffix))).toBe(suffix);
    },
  );

  it('knows no private suffix: a hoster is no registry', () => {
    expect(registrableDomain(name('someone.github.io'))).toBe('github.io');
    expect(publicSuffix(name('someone.github.io'))).toBe('io');
  });
});

describe('isListedSuffix', () => {
  it('tells a suffix of the list from a host name that is merely a single label', () => {
    expect(isListedSuffix(name('com'))).toBe(true);
    expect(isListedSuffix(name('co.jp'))).toBe(true);
    expect(isListedSuffix(name('x.kobe.jp'))).toBe(true);
    expect(isListedSuffix(name('localhost'))).toBe(false);
    expect(isListedSuffix(name('example.com'))).toBe(false);
    expect(isListedSuffix(name('github.io'))).toBe(false);
  });
});

describe('organizationalDomainPsl', () => {
  it('uses the whole list, the private part included (RFC 7489 §3.2)', () => {
    expect(organizationalDomainPsl(name('mail.someone.github.io'))).toBe('someone.github.io');
    expect(organizationalDomainPsl(name('mail.example.co.uk'))).toBe('example.co.uk');
  });

  it('is the name itself for a public suffix', () => {
    expect(organizationalDomainPsl(name('github.io'))).toBe('github.io');
    expect(organizationalDomainPsl(name('com'))).toBe('com');
  });
});

describe('registryOf', () => {
  it.each([
    ['example.jp', 'jp:general'],
    ['jp', 'jp:general'],
    ['iij.ad.jp', 'jp:ad'],
    ['example.co.jp', 'jp:co'],
    ['keio.ac.jp', 'jp:ac'],
    ['school.ed.jp', 'jp:ed'],
    ['soumu.go.jp', 'jp:go'],
    ['club.gr.jp', 'jp:gr'],
    ['city.otaru.lg.jp', 'jp:lg'],
    ['provider.ne.jp', 'jp:ne'],
    ['body.or.jp', 'jp:or'],
    ['co.jp', 'jp:co'],
    ['shop.tokyo.jp', 'jp:pref'],
    ['shop.yamanashi.jp', 'jp:pref'],
    ['tokyo.jp', 'jp:pref'],
    ['x.chiyoda.tokyo.jp', 'jp:geo'],
    ['www.city.hakodate.hokkaido.jp', 'jp:geo'],
    ['city.kobe.jp', 'jp:geo'],
    ['shop.east.kobe.jp', 'jp:geo'],
    ['pref.aichi.jp', 'jp:geo'],
    ['metro.tokyo.jp', 'jp:geo'],
    ['example.com', 'com'],
    ['example.co.uk', 'uk:co'],
    ['example.uk', 'uk'],
    ['bmf.gv.at', 'at:gv'],
    ['saolourenco.mg.gov.br', 'br:mg.gov'],
    ['someone.github.io', 'io'],
    ['xn--80aze9d.xn--p1ai', 'xn--p1ai'],
    ['host.unknown-tld', 'unknown-tld'],
  ])('of %s is %s', (domain, registry) => {
    expect(registryOf(name(domain))).toBe(registry);
  });

  it('knows all 47 prefectures', () => {
    const prefectures =
      'hokkaido aomori iwate miyagi akita yamagata fukushima ibaraki tochigi gunma saitama chiba ' +
      'tokyo kanagawa niigata toyama ishikawa fukui yamanashi nagano gifu shizuoka aichi mie shiga ' +
      'kyoto osaka hyogo nara wakayama tottori shimane okayama hiroshima yamaguchi tokushima kagawa ' +
      'ehime kochi fukuoka saga nagasaki kumamoto oita miyazaki kagoshima okinawa';
    expect(prefectures.split(' ')).toHaveLength(47);
    for (const prefecture of prefectures.split(' ')) {
      expect(registryOf(name(`shop.${prefecture}.jp`))).toBe('jp:pref');
    }
  });
});

describe('any accepted name', () => {
  it('stands below its suffix by one label, and the parts agree', () => {
    fc.assert(
      fc.property(fc.oneof(fc.domain(), fc.constantFrom('a.b.kobe.jp', 'x.gov.uk')), (text) => {
        const parsed = parseDomainName(text);
        if (!parsed.ok) return;
        const registration = registrationOf(parsed.name);
        const registrable = registrableDomain(parsed.name);
        expect(registration?.registrable).toBe(registrable);
        expect(registryOf(parsed.name).startsWith(topLevelDomain(parsed.name))).toBe(true);
        if (registration === undefined) return;
        const suffix = publicSuffix(parsed.name);
        expect(registration.registry).toBe(registryOf(parsed.name));
        expect(registration.tld).toBe(topLevelDomain(parsed.name));
        expect(registrable?.endsWith(`.${suffix}`)).toBe(true);
        expect(registrable?.slice(0, -suffix.length - 1)).not.toContain('.');
      }),
    );
  });
});

describe('PSL_VERSION', () => {
  it('names the package that is installed, or a run could not be repeated', () => {
    const require = createRequire(import.meta.url);
    const file = require.resolve('tldts').replace(/dist\/.*$/u, 'package.json');
    const { version } = JSON.parse(readFileSync(file, 'utf8')) as { version: string };
    expect(PSL_VERSION).toBe(`tldts/${version}`);
  });
});
