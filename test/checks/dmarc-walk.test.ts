import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Discovery, discover, type TreeWalk, walkTree } from '../../src/checks/dmarc-walk.ts';
import type { DomainName } from '../../src/names/domain-name.ts';
import { holdAgainst, type ZoneNames, zoneOf } from '../support/zone.ts';

const record = (...texts: string[]) => ({ TXT: texts });

function walk(
  domain: string,
  zone: ZoneNames,
): { walk: TreeWalk; found: Discovery; asked: string[] } {
  const { result, asked } = holdAgainst(zoneOf(zone), walkTree(domain as DomainName));
  return { walk: result, found: discover(result), asked: asked.map(({ qname }) => qname) };
}

describe('walkTree', () => {
  it('asks eight names of a long one, cutting to seven labels (RFC 9989 §4.10)', () => {
    expect(walk('a.b.c.d.e.f.g.h.i.j.mail.example.com', {}).asked).toEqual([
      '_dmarc.a.b.c.d.e.f.g.h.i.j.mail.example.com',
      '_dmarc.g.h.i.j.mail.example.com',
      '_dmarc.h.i.j.mail.example.com',
      '_dmarc.i.j.mail.example.com',
      '_dmarc.j.mail.example.com',
      '_dmarc.mail.example.com',
      '_dmarc.example.com',
      '_dmarc.com',
    ]);
  });

  it('drops one label of a name of eight', () => {
    const { asked } = walk('a.b.c.d.e.f.example.com', {});
    expect(asked).toHaveLength(8);
    expect(asked[1]).toBe('_dmarc.b.c.d.e.f.example.com');
  });

  it('asks a single label once', () => {
    expect(walk('com', {}).asked).toEqual(['_dmarc.com']);
  });

  it('shares every answer but that of the own name', () => {
    const { asked } = holdAgainst(zoneOf({}), walkTree('a.example.com' as DomainName));
    expect(asked.map(({ shared }) => shared)).toEqual([false, true, true]);
  });

  it('goes on to the top-level domain past an own record', () => {
    expect(walk('example.com', { '_dmarc.example.com': record('v=DMARC1; p=none') }).asked).toEqual(
      ['_dmarc.example.com', '_dmarc.com'],
    );
  });

  it.each(['n', 'y'])('stops at psd=%s (RFC 9989 §4.10 steps 2 and 6)', (psd) => {
    const zone = { '_dmarc.b.example.com': record(`v=DMARC1; p=none; psd=${psd}`) };
    expect(walk('a.b.example.com', zone).asked).toEqual([
      '_dmarc.a.b.example.com',
      '_dmarc.b.example.com',
    ]);
  });

  it('does not stop at a psd among several records, or in a list with a repeated tag', () => {
    const several = record('v=DMARC1; p=none; psd=n', 'v=DMARC1; p=none');
    expect(walk('a.example.com', { '_dmarc.example.com': several }).asked).toHaveLength(3);
    const repeated = record('v=DMARC1; p=none; p=none; psd=n');
    expect(walk('a.example.com', { '_dmarc.example.com': repeated }).asked).toHaveLength(3);
  });

  it('ends at a failure and says where', () => {
    const { walk: seen, asked } = walk('a.b.example.com', {
      '_dmarc.b.example.com': { rcode: 'SERVFAIL' },
    });
    expect(asked).toHaveLength(2);
    expect(seen.failed).toMatchObject({ domain: 'b.example.com', failure: { reason: 'servfail' } });
  });

  it('does not ask for a name that would be too long to exist (RFC 1035 §2.3.4)', () => {
    const label = 'a'.repeat(63);
    const long = `${label}.${label}.${label}.${'a'.repeat(57)}.com`;
    expect(long.length).toBeLessThanOrEqual(253);
    expect(walk(long, {}).asked[0]).toBe(`_dmarc.${label}.${label}.${'a'.repeat(57)}.com`);
  });

  it('asks 1 to 8 names of any domain, each a suffix of the one before', () => {
    const label = fc.stringMatching(/^[a-z]{1,5}$/u);
    fc.assert(
      fc.property(fc.array(label, { minLength: 1, maxLength: 20 }), (labels) => {
        const { asked } = walk(labels.join('.'), {});
        expect(asked.length).toBe(Math.min(labels.length, 8));
        const names = asked.map((name) => name.slice('_dmarc.'.length));
        for (let i = 1; i < names.length; i++)
          expect(names[i - 1]?.endsWith(`.${names[i]}`)).toBe(true);
      }),
    );
  });
});

describe('discover', () => {
  it('takes the name with psd=n as the organizational domain (RFC 9989 §4.10.2 rule 1)', () => {
    const { found } = walk('a.dept.example.com', {
      '_dmarc.dept.example.com': record('v=DMARC1; p=reject; psd=n'),
      '_dmarc.example.com': record('v=DMARC1; p=none'),
    });
    expect(found).toMatchObject({
      orgDomain: 'dept.example.com',
      source: 'org',
      recordDomain: 'dept.example.com',
    });
  });

  it('takes the name one label below psd=y, and its record before the suffix’s (rule 2)', () => {
    const zone = {
      '_dmarc.example.bank': record('v=DMARC1; p=none'),
      '_dmarc.bank': record('v=DMARC1; p=reject; psd=y'),
    };
    expect(walk('a.example.bank', zone).found).toMatchObject({
      orgDomain: 'example.bank',
      source: 'org',
      recordDomain: 'example.bank',
    });
    expect(walk('a.other.bank', zone).found).toMatchObject({
      orgDomain: 'other.bank',
      source: 'psd',
      recordDomain: 'bank',
    });
  });

  it('names the domain one below psd=y although the walk has skipped it', () => {
    const zone = { '_dmarc.c.d.e.f.g.h.i': record('v=DMARC1; p=reject; psd=y') };
    expect(walk('z.a.b.c.d.e.f.g.h.i', zone).found).toMatchObject({
      orgDomain: 'b.c.d.e.f.g.h.i',
      source: 'psd',
    });
  });

  it('does not let psd=y at the start name a domain below itself', () => {
    expect(
      walk('gov.example', { '_dmarc.gov.example': record('v=DMARC1; p=none; psd=y') }).found,
    ).toMatchObject({ orgDomain: 'gov.example', source: 'own' });
  });

  it('takes the shortest name with a record, whatever stands between (rule 3)', () => {
    const { found } = walk('a.b.example.com', {
      '_dmarc.b.example.com': record('v=DMARC1; p=none'),
      '_dmarc.example.com': record('v=DMARC1; p=reject'),
    });
    expect(found).toMatchObject({ orgDomain: 'example.com', recordDomain: 'example.com' });
  });

  it('keeps the own record and the organizational domain apart', () => {
    const { found } = walk('a.example.com', {
      '_dmarc.a.example.com': record('v=DMARC1; p=reject'),
      '_dmarc.example.com': record('v=DMARC1; p=none; sp=quarantine'),
    });
    expect(found).toMatchObject({ orgDomain: 'example.com', source: 'own' });
    expect(found.inheritable?.sp).toBe('quarantine');
  });

  it('takes the start for its own organizational domain without any record', () => {
    expect(walk('a.example.com', {}).found).toMatchObject({
      orgDomain: 'a.example.com',
      source: undefined,
      record: undefined,
    });
  });

  it.each([
    ['several records', ['v=DMARC1; p=none', 'v=DMARC1; p=reject']],
    ['a repeated tag', ['v=DMARC1; p=none; p=none']],
  ])('passes over %s at a parent as if there were none (§4.10 step 6)', (_, texts) => {
    const zone = { '_dmarc.example.com': record(...texts) };
    expect(walk('a.example.com', zone).found).toMatchObject({
      orgDomain: 'a.example.com',
      source: undefined,
    });
  });

  it('lets a record that applies nothing hide those above it (§4.10.1)', () => {
    const { found } = walk('a.example.com', {
      '_dmarc.example.com': record('v=DMARC1; sp=reject'),
    });
    expect(found).toMatchObject({ source: 'org', record: { verdict: 'not-applied' } });
  });

  it('knows the own policy and not the organizational domain when a parent fails (§4.10.1)', () => {
    const { found } = walk('a.example.com', {
      '_dmarc.a.example.com': record('v=DMARC1; p=reject'),
      '_dmarc.example.com': { rcode: 'TIMEOUT' },
    });
    expect(found).toMatchObject({ source: 'own', orgDomain: undefined, failure: undefined });
  });

  it('borrows nothing when a parent fails and there is no own record', () => {
    const { found } = walk('a.example.com', {
      '_dmarc.example.com': record('v=DMARC1; p=reject'),
      '_dmarc.com': { rcode: 'REFUSED' },
    });
    expect(found).toMatchObject({ record: undefined, failure: { reason: 'refused' } });
  });
});
