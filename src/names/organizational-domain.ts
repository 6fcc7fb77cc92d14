/**
 * Where a name stands in the Public Suffix List (https://publicsuffix.org/list/): registrable
 * domain, organizational domain by RFC 7489 §3.2, registry type. The only user of tldts. Pure: the
 * list is part of the package, and its version goes into every run.
 *
 * Registry and registrable domain use the ICANN part alone: a hoster's private suffix is not a
 * registry. The organizational domain of RFC 7489 uses the whole list. RFC 9989 finds its own by a
 * walk over the DNS, and not here.
 */
import { getDomain, getPublicSuffix, parse } from 'tldts';
import type { DomainName } from './domain-name.ts';

/** The list comes with this package; the package's version is the list's. */
export const PSL_VERSION = 'tldts/7.5.5';

// A DomainName is a valid host name already: tldts need not look again.
const PLAIN = {
  extractHostname: false,
  validateHostname: false,
  detectIp: false,
  mixedInputs: false,
  allowIcannDomains: true,
};
const ICANN = { ...PLAIN, allowPrivateDomains: false };
const WHOLE = { ...PLAIN, allowPrivateDomains: true };

/** The name that someone registered: public suffix and one label; undefined for a public suffix. */
export function registrableDomain(name: DomainName): DomainName | undefined {
  return (getDomain(name, ICANN) as DomainName | null) ?? undefined;
}

/** By the ICANN part; a top-level domain that the list does not know is a suffix itself (rule `*`). */
export function publicSuffix(name: DomainName): DomainName {
  return (getPublicSuffix(name, ICANN) as DomainName | null) ?? topLevelDomain(name);
}

/** Whether the ICANN part lists the name as a public suffix (`co.jp`; not a host name like `localhost`). */
export function isListedSuffix(name: DomainName): boolean {
  const { publicSuffix: suffix, isIcann } = parse(name, ICANN);
  return isIcann === true && suffix === name;
}

export function topLevelDomain(name: DomainName): DomainName {
  return name.slice(name.lastIndexOf('.') + 1) as DomainName;
}

/**
 * Organizational domain by the whole list, private part included (RFC 7489 §3.2); the name itself
 * where it has none, being a public suffix.
 */
export function organizationalDomainPsl(name: DomainName): DomainName {
  return (getDomain(name, WHOLE) as DomainName | null) ?? name;
}

/** What a registrable name says of its registration. */
export interface Registration {
  readonly registrable: DomainName;
  readonly registry: string;
  readonly tld: DomainName;
}

/** Registrable domain, registry and top-level domain by one look-up; undefined for a public suffix. */
export function registrationOf(name: DomainName): Registration | undefined {
  const registrable = registrableDomain(name);
  if (registrable === undefined) return undefined;
  const suffix = registrable.slice(registrable.indexOf('.') + 1) as DomainName;
  return {
    registrable,
    registry: registryOfSuffix(suffix, registrable),
    tld: topLevelDomain(suffix),
  };
}

/**
 * The registry type that a name belongs to: `com`, `uk:co`, `at:gv`, `br:mg.gov`, and for Japan
 * `jp:co` and its like, `jp:general` (directly below jp), `jp:pref` (directly below a prefecture),
 * `jp:geo` (the closed regional type: below a city, or a public body below a prefecture).
 */
export function registryOf(name: DomainName): string {
  return registrationOf(name)?.registry ?? registryOfSuffix(publicSuffix(name), name);
}

function registryOfSuffix(suffix: DomainName, registrable: DomainName): string {
  if (suffix === 'jp' || suffix.endsWith('.jp')) return japaneseRegistry(suffix, registrable);
  const dot = suffix.lastIndexOf('.');
  return dot === -1 ? suffix : `${suffix.slice(dot + 1)}:${suffix.slice(0, dot)}`;
}

const JP_ORGANIZATIONAL_TYPES: ReadonlySet<string> = new Set(
  'co ac ad ed go gr lg ne or'.split(' '),
);

const JP_PREFECTURES: ReadonlySet<string> = new Set(
  (
    'aichi akita aomori chiba ehime fukui fukuoka fukushima gifu gunma hiroshima hokkaido hyogo ' +
    'ibaraki ishikawa iwate kagawa kagoshima kanagawa kochi kumamoto kyoto mie miyagi miyazaki ' +
    'nagano nagasaki nara niigata oita okayama okinawa osaka saga saitama shiga shimane shizuoka ' +
    'tochigi tokushima tokyo tottori toyama wakayama yamagata yamaguchi yamanashi'
  ).split(' '),
);

/** Labels that public bodies hold below a prefecture by the regional type, never the prefecture type. */
const JP_PUBLIC_BODIES: ReadonlySet<string> = new Set(['pref', 'metro']);

function japaneseRegistry(suffix: DomainName, registrable: DomainName): string {
  if (suffix === 'jp') return 'jp:general';
  const type = suffix.slice(0, -'.jp'.length);
  if (JP_ORGANIZATIONAL_TYPES.has(type)) return `jp:${type}`;
  if (!JP_PREFECTURES.has(type)) return 'jp:geo';
  const label = registrable.slice(0, registrable.indexOf('.'));
  return JP_PUBLIC_BODIES.has(label) && registrable !== suffix ? 'jp:geo' : 'jp:pref';
}
