import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json, Observation } from '../../src/checks/check.ts';
import { dmarc } from '../../src/checks/dmarc.ts';
import type { QType } from '../../src/dns/talk.ts';
import type { DomainName } from '../../src/names/domain-name.ts';
import { holdAgainst, type Zone, type ZoneNames, zoneOf } from '../support/zone.ts';

const EXISTS = { A: ['192.0.2.1'] };
const RUA = 'rua=mailto:d@example.com';

const record = (...texts: string[]) => ({ TXT: texts });
const own = (...texts: string[]): ZoneNames => ({
  'example.com': EXISTS,
  '_dmarc.example.com': record(...texts),
});

function observe(domain: string, zone: ZoneNames, failing: readonly QType[] = []) {
  const { answer } = zoneOf(zone);
  const held: Zone = {
    answer: (question) =>
      question.qname === domain && failing.includes(question.qtype)
        ? { status: question.qtype === 'MX' ? 'refused' : 'timeout', extendedError: undefined }
        : answer(question),
  };
  const { result, asked } = holdAgainst(held, dmarc.observe(domain as DomainName));
  return { seen: result, asked, detail: dmarc.detail(result) };
}

const codes = (seen: Observation<unknown>) => seen.findings.map(({ code }) => code);

function flags(seen: Observation<unknown>): string[] {
  const bits = dmarc.flags(seen);
  return dmarc.flagNames.filter((_, i) => (bits & (1 << i)) !== 0);
}

function cells(seen: Observation<unknown>): Record<string, unknown> {
  const all = dmarc.cells(seen);
  const entries = dmarc.columns.map(({ column }, i) => [column, all[i]] as const);
  return Object.fromEntries(entries.filter(([, cell]) => cell !== undefined));
}

const rfc7489 = (detail: { readonly [key: string]: Json }) =>
  detail['rfc7489'] as { readonly [key: string]: Json };

describe('dmarc of a registered domain', () => {
  const TEXT = `v=DMARC1; p=quarantine; adkim=s; pct=100; ${RUA}; ruf=mailto:f@example.com; fo=1`;

  it('applies the own record and asks its name and the top-level domain', () => {
    const { seen, asked, detail } = observe('example.com', own(TEXT));
    expect(asked).toEqual([
      { qname: '_dmarc.example.com', qtype: 'TXT', shared: false },
      { qname: '_dmarc.com', qtype: 'TXT', shared: true },
    ]);
    expect(seen).toMatchObject({ state: 'present', class: 'quarantine', records: [TEXT] });
    const policy = {
      p: 'quarantine',
      sp: 'quarantine',
      np: 'quarantine',
      t: 'n',
      psd: 'u',
      pct: 100,
      adkim: 's',
      aspf: 'r',
      rua: ['mailto:d@example.com'],
      ruf: ['mailto:f@example.com'],
      fo: '1',
    };
    expect(detail).toEqual({
      record_domain: 'example.com',
      org_domain: 'example.com',
      source: 'own',
      policy,
      effective_policy: 'quarantine',
      rfc7489: {
        class: 'quarantine',
        record_domain: 'example.com',
        org_domain: 'example.com',
        source: 'own',
        policy: { ...policy, np: null, t: null, psd: null },
        effective_policy: 'quarantine',
      },
    });
  });

  it('stores published tags, and no name that is the domain itself', () => {
    expect(cells(observe('example.com', own(TEXT)).seen)).toEqual({
      dmarc_source: 'own',
      dmarc_p: 'quarantine',
      dmarc_pct: 100,
      dmarc_adkim: 's',
      dmarc_rua_n: 1,
      dmarc_ruf_n: 1,
      policy_effective: 'quarantine',
      policy_effective_sub: 'quarantine',
      enforced_strict: true,
      dmarc_psl_class: 'quarantine',
    });
  });

  it('raises the flags of the record', () => {
    expect(flags(observe('example.com', own(TEXT)).seen)).toEqual([
      'any',
      'own',
      'valid_own',
      'rua',
      'ruf',
      'strict_alignment',
      'enforce_strict',
      'effective_quarantine',
    ]);
  });

  it('stores nothing of a domain without a record', () => {
    for (const zone of [{ 'example.com': EXISTS }, {}]) {
      const { seen } = observe('example.com', zone);
      expect(seen).toMatchObject({ state: 'absent', records: [], findings: [] });
      expect(cells(seen)).toEqual({});
      expect(dmarc.flags(seen)).toBe(0);
    }
  });

  it('tells absent from nxdomain by the apex alone, asked only then (RFC 9989 §A.4)', () => {
    const { seen, asked } = observe('example.com', { 'example.com': EXISTS });
    expect(seen.class).toBe('absent');
    expect(asked.at(-1)).toEqual({ qname: 'example.com', qtype: 'MX', shared: false });
    const missing = observe('example.com', {});
    expect(missing.seen.class).toBe('nxdomain');
    expect(rfc7489(missing.detail)['class']).toBe('nxdomain');
    expect(observe('example.com', { 'example.com': { CNAME: 'gone.example' } }).seen.class).toBe(
      'absent',
    );
  });

  it('has existence from the TXT where the MX failed, and from either where they differ', () => {
    expect(observe('example.com', { 'example.com': EXISTS }, ['MX']).seen.class).toBe('absent');
    const missing = observe('example.com', {}, ['MX']);
    expect(missing.seen).toMatchObject({ state: 'absent', class: 'nxdomain', reason: undefined });
    expect(rfc7489(missing.detail)['class']).toBe('nxdomain');
    expect(missing.asked.slice(-2)).toEqual([
      { qname: 'example.com', qtype: 'MX', shared: false },
      { qname: 'example.com', qtype: 'TXT', shared: false },
    ]);
    expect(observe('example.com', {}, ['TXT']).seen.class).toBe('nxdomain');
    const { answer } = zoneOf({});
    const changeable: Zone = {
      answer: (question) =>
        question.qname === 'example.com' && question.qtype === 'TXT'
          ? { status: 'nodata', aliases: [] }
          : answer(question),
    };
    const { result } = holdAgainst(changeable, dmarc.observe('example.com' as DomainName));
    expect(result.class).toBe('absent');
  });

  it('is unknown, neither absent nor nxdomain, where nobody can tell that it exists', () => {
    for (const zone of [{}, { 'example.com': EXISTS }, { '_dmarc.example.com': record('x') }]) {
      const { seen, detail } = observe('example.com', zone, ['MX', 'TXT']);
      expect(seen).toMatchObject({ state: 'unknown', class: 'error_refused', reason: 'refused' });
      expect(rfc7489(detail)['class']).toBe('error_refused');
      expect(dmarc.flags(seen)).toBe(0);
      expect(cells(seen)).toEqual({});
    }
  });

  it('needs no existence for records at the own name, usable or not', () => {
    for (const [texts, name] of [
      [['v=DMARC1; p=reject'], 'reject'],
      [['v=DMARC1; p=none', 'v=DMARC1; p=reject'], 'multiple'],
      [['v=DMARC1; p=none; p=reject'], 'invalid'],
    ] as const) {
      expect(observe('example.com', own(...texts), ['MX', 'TXT']).seen.class).toBe(name);
    }
  });

  it('has the reading by RFC 7489 tell absent from nxdomain where the tree walk failed', () => {
    const broken = { '_dmarc.com': { rcode: 'SERVFAIL' } };
    const missing = observe('example.com', broken);
    expect(missing.seen.class).toBe('error_servfail');
    expect(rfc7489(missing.detail)['class']).toBe('nxdomain');
    const there = observe('example.com', { ...broken, 'example.com': EXISTS });
    expect(there.seen.class).toBe('error_servfail');
    expect(rfc7489(there.detail)['class']).toBe('absent');
  });

  it('keeps near misses and never unrelated TXT (§4.10 step 2)', () => {
    const { seen } = observe(
      'example.com',
      own('v=dmarc1; p=none', 'token=42', 'v=DMARC1; p=reject', 'v=spf1 -all'),
    );
    expect(seen.records).toEqual(['v=DMARC1; p=reject', 'v=dmarc1; p=none']);
    expect(seen.class).toBe('reject');
    expect(codes(seen)).toEqual(['near-miss', 'spf-at-dmarc', 'unrelated-txt']);
  });

  it('discards several records whatever they say, in any order of arrival', () => {
    const texts = ['v=DMARC1; p=none', 'v=DMARC1; p=reject'];
    const { seen, asked, detail } = observe('example.com', own(...texts));
    expect(seen).toMatchObject({ state: 'invalid', class: 'multiple', records: texts });
    expect(observe('example.com', own(...[...texts].reverse())).seen).toEqual(seen);
    expect(asked.some(({ qtype }) => qtype === 'MX')).toBe(false);
    expect(flags(seen)).toEqual(['any']);
    expect(detail).toMatchObject({ source: null, policy: null, effective_policy: null });
    expect(rfc7489(detail)['class']).toBe('absent');
  });

  it('takes a list with a repeated tag for invalid (RFC 6376 §3.2)', () => {
    const { seen, detail } = observe('example.com', own('v=DMARC1; p=none; p=reject'));
    expect(seen).toMatchObject({ state: 'invalid', class: 'invalid' });
    expect(detail).toMatchObject({ record_domain: null, source: null, policy: null });
    expect(flags(seen)).toEqual(['any']);
    expect(cells(seen)).toEqual({ dmarc_psl_class: 'invalid' });
  });

  it('takes a record without p and rua for invalid, and its own (§4.10.1)', () => {
    const { seen, detail } = observe('example.com', own('v=DMARC1; sp=reject'));
    expect(seen.class).toBe('invalid');
    expect(codes(seen)).toEqual(['not-applied', 'p-missing-no-rua', 'p-missing']);
    expect(detail).toMatchObject({ source: 'own', policy: null, effective_policy: null });
    expect(cells(seen)).toMatchObject({ dmarc_source: 'own', dmarc_sp: 'reject' });
  });

  it('assumes p=none for everything where rua alone is usable (§4.10.1)', () => {
    const { seen, detail } = observe('example.com', own(`v=DMARC1; p=reject; np=x; ${RUA}`));
    expect(seen.class).toBe('none');
    expect(flags(seen)).toEqual(['any', 'own', 'valid_own', 'p_missing', 'rua', 'psl_differs']);
    expect(detail['policy']).toMatchObject({ p: 'none', sp: 'none', np: 'none' });
    // np is unknown to RFC 7489: the reject stands there.
    expect(rfc7489(detail)).toMatchObject({ class: 'reject', effective_policy: 'reject' });
    expect(cells(seen)).toMatchObject({ dmarc_p: 'reject', dmarc_np: 'invalid' });
  });

  it.each([
    ['p=reject', true],
    ['p=reject; pct=5', true],
    ['p=quarantine', true],
    ['p=quarantine; pct=99', false],
    ['p=quarantine; pct=x', true],
    ['p=reject; sp=quarantine', true],
    ['p=reject; sp=none', false],
    ['p=reject; np=none', false],
    ['p=reject; t=y', false],
    ['p=none', false],
  ])('counts %s as strictly enforced: %s', (tags, isStrict) => {
    const { seen } = observe('example.com', own(`v=DMARC1; ${tags}`));
    expect(flags(seen).includes('enforce_strict')).toBe(isStrict);
    expect(cells(seen)['enforced_strict']).toBe(isStrict);
  });

  it.each([
    ['p=reject; t=y', 'reject', 'quarantine'],
    ['p=quarantine; t=y', 'quarantine', 'none'],
    ['p=none; t=y', 'none', 'none'],
    ['p=reject; t=n', 'reject', 'reject'],
  ])('reads %s: class %s, effective %s (§4.7 t)', (tags, name, effective) => {
    const { seen, detail } = observe('example.com', own(`v=DMARC1; ${tags}`));
    expect(seen.class).toBe(name);
    expect(detail['effective_policy']).toBe(effective);
    // RFC 7489 knows no test mode.
    expect(rfc7489(detail)['effective_policy']).toBe(name);
    expect(flags(seen).includes('effective_reject')).toBe(effective === 'reject');
    expect(flags(seen).includes('effective_quarantine')).toBe(effective === 'quarantine');
  });

  it('flags weaker names below, partial pct, np, test mode and strict alignment', () => {
    const { seen } = observe(
      'example.com',
      own('v=DMARC1; p=reject; sp=none; np=reject; pct=50; t=y; aspf=s'),
    );
    expect(flags(seen)).toEqual([
      'any',
      'own',
      'valid_own',
      'pct_partial',
      't_y',
      'sp_weaker',
      'np_set',
      'strict_alignment',
      'effective_quarantine',
    ]);
    expect(codes(seen)).toEqual(['pct', 'test-mode']);
  });

  it('ignores fo without ruf (§4.7 fo)', () => {
    const { detail } = observe('example.com', own('v=DMARC1; p=none; fo=1'));
    expect(detail['policy']).toMatchObject({ fo: '0' });
  });

  it.each([
    ['SERVFAIL', undefined, 'error_servfail'],
    ['SERVFAIL', 22, 'error_lame'],
    ['TIMEOUT', undefined, 'error_timeout'],
    ['REFUSED', undefined, 'error_refused'],
    ['MALFORMED', undefined, 'error_other'],
  ])(
    'takes %s (extended error %s) at the own name for %s, however much is known of the apex',
    (rcode, extendedError, name) => {
      const failing = extendedError === undefined ? { rcode } : { rcode, extendedError };
      const { seen, asked, detail } = observe('example.com', {
        'example.com': EXISTS,
        '_dmarc.example.com': failing,
      });
      expect(seen).toMatchObject({ state: 'unknown', class: name });
      expect(seen.reason).toBe(rcode.toLowerCase());
      expect(asked).toHaveLength(1);
      expect(rfc7489(detail)['class']).toBe(name);
      expect(flags(seen)).toEqual([]);
      expect(cells(seen)).toEqual({});
    },
  );

  it('keeps the own policy when the top-level domain fails (§4.10.1)', () => {
    const { seen, detail } = observe('example.com', {
      ...own('v=DMARC1; p=reject'),
      '_dmarc.com': { rcode: 'SERVFAIL' },
    });
    expect(seen).toMatchObject({ state: 'present', class: 'reject' });
    expect(detail).toMatchObject({ org_domain: null, source: 'own' });
    expect(codes(seen)).toEqual(['org-domain-unknown']);
    expect(cells(seen)).toMatchObject({ dmarc_org_domain: 'unknown' });
    expect(cells(seen)).not.toHaveProperty('policy_effective_sub');
  });

  it('knows nothing when the top-level domain fails and there is no own record', () => {
    const { seen } = observe('example.com', {
      'example.com': EXISTS,
      '_dmarc.com': { rcode: 'TIMEOUT' },
    });
    expect(seen).toMatchObject({ state: 'unknown', reason: 'timeout', class: 'error_timeout' });
  });
});

describe('dmarc of a name below', () => {
  const ORG = 'v=DMARC1; p=reject; sp=none; np=quarantine';
  const inherited: ZoneNames = { '_dmarc.example.com': record(ORG) };

  it('inherits sp where the name exists and np where it does not (§4.10.1)', () => {
    const there = observe('a.example.com', { ...inherited, 'a.example.com': EXISTS });
    expect(there.seen).toMatchObject({ class: 'none', records: [] });
    expect(there.detail).toMatchObject({ source: 'org', record_domain: 'example.com' });
    const missing = observe('a.example.com', inherited);
    expect(missing.seen.class).toBe('quarantine');
    expect(cells(missing.seen)).toMatchObject({
      dmarc_source: 'org',
      policy_effective: 'quarantine',
      policy_effective_sub: 'none',
      dmarc_record_domain: 'example.com',
      dmarc_org_domain: 'example.com',
      dmarc_psl_class: 'none',
    });
    expect(flags(missing.seen)).toEqual([
      'sp_weaker',
      'np_set',
      'effective_quarantine',
      'psl_differs',
    ]);
  });

  it('takes a name with a dangling CNAME for existing (RFC 6604 §3)', () => {
    const zone = { ...inherited, 'a.example.com': { CNAME: 'gone.example' } };
    expect(observe('a.example.com', zone).seen.class).toBe('none');
  });

  it('does not ask whether it exists where sp and np agree', () => {
    const { seen, asked } = observe('a.example.com', {
      'a.example.com': { rcode: 'SERVFAIL' },
      '_dmarc.a.example.com': record('x'),
      '_dmarc.example.com': record('v=DMARC1; p=reject; sp=quarantine'),
    });
    expect(seen).toMatchObject({ state: 'present', class: 'quarantine' });
    expect(asked.some(({ qtype }) => qtype === 'MX')).toBe(false);
  });

  it('is unknown where they differ and the apex fails', () => {
    const { seen } = observe('a.example.com', {
      ...inherited,
      'a.example.com': { rcode: 'REFUSED' },
      '_dmarc.a.example.com': record('x'),
    });
    expect(seen).toMatchObject({ state: 'unknown', reason: 'refused', class: 'error_refused' });
  });

  it('inherits past several own records, with a finding and the policy’s class', () => {
    const { seen, detail } = observe('a.example.com', {
      '_dmarc.a.example.com': record('v=DMARC1; p=none', 'v=DMARC1; p=reject'),
      '_dmarc.example.com': record('v=DMARC1; p=quarantine'),
    });
    expect(seen).toMatchObject({ state: 'present', class: 'quarantine' });
    expect(seen.records).toHaveLength(2);
    expect(codes(seen)).toEqual(['multiple-at-author', 'psl-differs']);
    expect(detail).toMatchObject({ source: 'org' });
    expect(rfc7489(detail)['class']).toBe('absent');
    expect(flags(seen)).toEqual(['any', 'enforce_strict', 'effective_quarantine', 'psl_differs']);
  });

  it('does not fall through an own record that applies nothing (§4.10.1)', () => {
    const zone = { ...inherited, '_dmarc.a.example.com': record('v=DMARC1; p=monitor') };
    const { seen, detail } = observe('a.example.com', zone);
    expect(seen).toMatchObject({ state: 'invalid', class: 'invalid' });
    expect(detail).toMatchObject({ source: 'own', org_domain: 'example.com' });
  });

  it('is invalid below an organizational record that applies nothing', () => {
    const { seen, detail } = observe('a.example.com', {
      'a.example.com': EXISTS,
      '_dmarc.example.com': record('v=DMARC1; p=monitor'),
    });
    expect(seen).toMatchObject({ state: 'invalid', class: 'invalid', records: [] });
    expect(detail).toMatchObject({ source: 'org', record_domain: 'example.com', policy: null });
    expect(seen.findings[0]).toMatchObject({ code: 'not-applied', detail: 'example.com' });
  });

  it.each([
    ['several records', ['v=DMARC1; p=none', 'v=DMARC1; p=reject'], 'multiple-at-parent'],
    ['a repeated tag', ['v=DMARC1; p=none; p=none'], 'malformed-at-parent'],
  ])('is absent below an organizational domain with %s', (_, texts, code) => {
    const { seen } = observe('a.example.com', {
      'a.example.com': EXISTS,
      '_dmarc.example.com': record(...texts),
    });
    expect(seen).toMatchObject({ state: 'absent', class: 'absent' });
    expect(codes(seen)).toContain(code);
  });

  it('gives names below an own record the organizational sp (§4.10.1)', () => {
    const { seen } = observe('a.example.com', {
      ...inherited,
      '_dmarc.a.example.com': record('v=DMARC1; p=reject; sp=reject'),
    });
    expect(cells(seen)).toMatchObject({ policy_effective: 'reject', policy_effective_sub: 'none' });
  });

  it('reads by RFC 7489 with the PSL, one fallback, and pct left in the policy (§6.6.3)', () => {
    const { detail, asked } = observe('a.b.example.co.uk', {
      'a.b.example.co.uk': EXISTS,
      '_dmarc.b.example.co.uk': record('v=DMARC1; p=none; psd=n'),
      '_dmarc.example.co.uk': record('v=DMARC1; p=reject; sp=quarantine; pct=7'),
    });
    expect(detail).toMatchObject({ source: 'org', record_domain: 'b.example.co.uk' });
    expect(rfc7489(detail)).toMatchObject({
      class: 'quarantine',
      record_domain: 'example.co.uk',
      org_domain: 'example.co.uk',
      source: 'org',
      effective_policy: 'quarantine',
      policy: { p: 'reject', sp: 'quarantine', pct: 7 },
    });
    // The walk ended at psd=n, so that the fallback is one question more, which many domains share.
    expect(asked.at(-1)).toEqual({ qname: '_dmarc.example.co.uk', qtype: 'TXT', shared: true });
  });

  it('takes no public suffix record in the reading by RFC 7489', () => {
    const { seen, detail } = observe('example.bank', {
      'example.bank': EXISTS,
      '_dmarc.bank': record('v=DMARC1; p=reject; psd=y'),
    });
    expect(seen.class).toBe('reject');
    expect(detail).toMatchObject({ source: 'psd', org_domain: 'example.bank' });
    expect(rfc7489(detail)).toMatchObject({ class: 'absent', source: null, policy: null });
    expect(flags(seen)).toContain('psl_differs');
  });
});

describe('dmarc on hostile TXT', () => {
  const piece = fc.constantFrom(
    'v=DMARC1',
    'p=none',
    'p=x',
    'sp=reject',
    RUA,
    'psd=y',
    'psd=n',
    't=y',
  );
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 80 }),
    fc.array(piece, { maxLength: 6 }).map((all) => all.join('; ')),
    fc.array(piece, { maxLength: 4 }).map((all) => ['v=DMARC1', ...all].join(';')),
  );
  const node = fc.oneof(
    fc.array(text, { maxLength: 3 }).map((texts) => ({ TXT: texts })),
    fc.constant({ rcode: 'SERVFAIL' }),
  );

  it('never throws; state, reason, class, policy and detail agree', () => {
    fc.assert(
      fc.property(node, node, node, fc.boolean(), (at, above, top, isThere) => {
        const { seen, detail, asked } = observe('a.example.com', {
          ...(isThere ? { 'a.example.com': EXISTS } : {}),
          '_dmarc.a.example.com': at,
          '_dmarc.example.com': above,
          '_dmarc.com': top,
        });
        expect(dmarc.classes).toContain(seen.class);
        expect(seen.state === 'unknown').toBe(seen.class.startsWith('error_'));
        expect(seen.state === 'unknown').toBe(seen.reason !== undefined);
        expect(seen.state === 'present').toBe(detail['policy'] !== null);
        expect(dmarc.classes).toContain(rfc7489(detail)['class']);
        expect(dmarc.cells(seen)).toHaveLength(dmarc.columns.length);
        expect(asked.length).toBeLessThanOrEqual(5);
        const raised = flags(seen);
        if (raised.includes('valid_own')) expect(seen.state).toBe('present');
        if (seen.state !== 'present') expect(raised).not.toContain('own');
      }),
    );
  });
});
