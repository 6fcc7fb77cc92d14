import { describe, expect, it } from 'vitest';
import type { Observation } from '../../src/checks/check.ts';
import { spf } from '../../src/checks/spf.ts';
import type { SpfPolicy } from '../../src/checks/spf-observation.ts';
import type { DomainName } from '../../src/names/domain-name.ts';
import { holdAgainst, type ZoneNames, type ZoneNode, zoneOf } from '../support/zone.ts';

const DOMAIN = 'example.com' as DomainName;
const V4: ZoneNode = { A: ['192.0.2.1'] };
const V6: ZoneNode = { AAAA: ['2001:db8::1'] };
const DUAL: ZoneNode = { ...V4, ...V6 };

/** The domain's record in depth, as `inspect` asks it. */
function inspect(record: string, others: ZoneNames = {}, own: ZoneNode = {}) {
  const zone = zoneOf({ [DOMAIN]: { TXT: [record], ...own }, ...others });
  const { result, asked } = holdAgainst(zone, spf.observeInDepth(DOMAIN));
  return {
    ...(result as Observation<SpfPolicy>),
    codes: result.findings.map((finding) => finding.code),
    asked: asked.map((question) => `${question.qtype} ${question.qname}`).slice(1),
  };
}

describe('void look-ups (RFC 7208 §4.6.4)', () => {
  it('are allowed twice; the third changes class_full and nothing else', () => {
    const two = inspect('v=spf1 a:g1.example exists:g2.example -all');
    expect(two).toMatchObject({
      class: 'minus_all',
      policy: { classFull: 'minus_all', voidLookups: { ipv4: 2, ipv6: 2 } },
    });
    const three = inspect('v=spf1 a:g1.example exists:g2.example mx -all');
    expect(three).toMatchObject({
      state: 'present',
      class: 'minus_all',
      policy: {
        classFull: 'permerror_void',
        error: 'void-limit',
        voidLookups: { ipv4: 3, ipv6: 3 },
      },
    });
    expect(three.codes).toContain('void-limit');
  });

  it('count each family apart: a host of one family is void for the other alone', () => {
    const terms = 'a:h1.example a:h2.example a:h3.example';
    const hosts = (node: ZoneNode) => ({
      'h1.example': node,
      'h2.example': node,
      'h3.example': node,
    });
    expect(inspect(`v=spf1 ${terms} -all`, hosts(DUAL)).policy?.voidLookups).toEqual({
      ipv4: 0,
      ipv6: 0,
    });
    const v4 = inspect(`v=spf1 ${terms} -all`, hosts(V4));
    expect(v4.policy).toMatchObject({ classFull: 'minus_all', voidLookups: { ipv4: 0, ipv6: 3 } });
    expect(v4.codes).toContain('void-limit-ipv6');
    const v6 = inspect(`v=spf1 ${terms} -all`, hosts(V6));
    expect(v6.policy).toMatchObject({
      classFull: 'permerror_void',
      voidLookups: { ipv4: 3, ipv6: 0 },
    });
  });

  it('ask A alone for exists, whatever the family (§5.7)', () => {
    const found = inspect('v=spf1 exists:h.example -all', { 'h.example': V6 });
    expect(found.asked).toEqual(['A h.example']);
    expect(found.policy?.voidLookups).toEqual({ ipv4: 1, ipv6: 1 });
  });

  it('count a target again that stands twice, though it is asked once', () => {
    const found = inspect('v=spf1 a:g.example a:g.example -all');
    expect(found.asked).toEqual(['A g.example', 'AAAA g.example']);
    expect(found.policy?.voidLookups).toEqual({ ipv4: 2, ipv6: 2 });
  });

  it('are those of the children too', () => {
    const found = inspect('v=spf1 include:c.example a -all', {
      'c.example': { TXT: ['v=spf1 a:g1.example a:g2.example ?all'] },
    });
    expect(found.policy).toMatchObject({ classFull: 'permerror_void', voidLookups: { ipv4: 3 } });
  });
});

describe('mx (RFC 7208 §4.6.4, §5.4)', () => {
  const hosts = (count: number): [number, string][] =>
    Array.from({ length: count }, (_, i) => [i, `m${i}.example`]);

  it('takes ten exchanges and makes the eleventh a permerror of class_full', () => {
    expect(inspect('v=spf1 mx -all', {}, { MX: hosts(10) }).policy).toMatchObject({
      classFull: 'minus_all',
      lookups: 1,
    });
    const found = inspect('v=spf1 mx -all', {}, { MX: hosts(11) });
    expect(found).toMatchObject({
      class: 'minus_all',
      policy: { classFull: 'permerror_mx', error: 'mx-limit', lookups: 1 },
    });
    expect(found.asked).toEqual(['MX example.com']);
  });

  it('keeps an exchange without address out of the voids, but says so', () => {
    const found = inspect('v=spf1 mx -all', { 'm0.example': V4 }, { MX: hosts(3) });
    expect(found.policy?.voidLookups).toEqual({ ipv4: 0, ipv6: 0 });
    expect(found.findings.filter((finding) => finding.code === 'mx-host-void')).toHaveLength(5);
  });

  it('has no fallback to the address of the domain', () => {
    const found = inspect('v=spf1 mx -all', {}, V4);
    expect(found.asked).toEqual(['MX example.com']);
    expect(found.policy?.voidLookups).toEqual({ ipv4: 1, ipv6: 1 });
  });

  it('asks nothing for the root of a null MX (RFC 7505 §3)', () => {
    const found = inspect('v=spf1 mx -all', {}, { MX: [[0, '.']] });
    expect(found.asked).toEqual(['MX example.com']);
    expect(found.codes).toContain('null-mx');
  });

  it('asks an exchange whose name has escaped octets as the answer wrote it', () => {
    const found = inspect('v=spf1 mx -all', {}, { MX: [[0, 'a\\032b.example']] });
    expect(found.asked).toEqual(['MX example.com', 'A a\\032b.example', 'AAAA a\\032b.example']);
  });
});

describe('failed look-ups of targets (RFC 7208 §4.4, §5)', () => {
  it('are a temperror of class_full alone: the survey class stands', () => {
    const found = inspect('v=spf1 a:h.example -all', { 'h.example': { rcode: 'SERVFAIL' } });
    expect(found).toMatchObject({
      state: 'present',
      reason: undefined,
      class: 'minus_all',
      policy: { classFull: 'temperror', error: undefined, voidLookups: { ipv4: 0, ipv6: 0 } },
    });
    expect(found.codes).toEqual(['temperror', 'temperror-ipv6']);
  });
});

describe('what is not asked', () => {
  it('is anything behind a fault, since a real check has ended there', () => {
    const found = inspect('v=spf1 include:gone.example a:h.example -all');
    expect(found.policy).toMatchObject({
      classFull: 'permerror_include_missing',
      lookups: 2,
      voidLookups: { ipv4: 0, ipv6: 0 },
    });
    const over = `v=spf1 ${Array.from({ length: 40 }, (_, i) => `exists:h${i}.example`).join(' ')} -all`;
    expect(inspect(over).asked.length).toBeLessThanOrEqual(10);
  });

  it('is a target that depends on the message, the target of ptr, or no name at all', () => {
    const found = inspect('v=spf1 exists:%{i}.example ptr a:a..example -all');
    expect(found.asked).toEqual([]);
    expect(found.policy).toMatchObject({
      classFull: 'minus_all',
      lookups: 3,
      voidLookups: { ipv4: 0, ipv6: 0 },
    });
  });

  it('is everything behind all', () => {
    expect(inspect('v=spf1 -all a mx exists:h.example').asked).toEqual([]);
  });

  it('is a name asked already: one batch has what the record wants', () => {
    const found = inspect(
      'v=spf1 a a:h.example include:c.example a:h.example -all',
      {
        'c.example': { TXT: ['v=spf1 a:h.example -all'] },
        'h.example': DUAL,
      },
      DUAL,
    );
    expect(new Set(found.asked).size).toBe(found.asked.length);
  });
});
