import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Observation } from '../../src/checks/check.ts';
import { spf } from '../../src/checks/spf.ts';
import type { SpfPolicy } from '../../src/checks/spf-observation.ts';
import type { DomainName } from '../../src/names/domain-name.ts';
import { holdAgainst, type ZoneNames, type ZoneNode, zoneOf } from '../support/zone.ts';

const DOMAIN = 'example.com' as DomainName;

const txt = (...texts: string[]): ZoneNode => ({ TXT: texts });

/** The domain's record and what stands elsewhere, as a survey sees it. */
function survey(record: string, others: ZoneNames = {}) {
  const zone = zoneOf({ [DOMAIN]: txt(record), ...others });
  const { result, asked } = holdAgainst(zone, spf.observe(DOMAIN));
  return look(
    result,
    asked.map((question) => `${question.qtype} ${question.qname}`),
  );
}

function look(result: Observation<unknown>, asked: readonly string[]) {
  return {
    ...(result as Observation<SpfPolicy>),
    codes: result.findings.map((finding) => finding.code),
    flags: spf.flagNames.filter((_, i) => (spf.flags(result) >> i) & 1),
    detail: spf.detail(result),
    asked,
  };
}

const many = (count: number, term: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => term(i)).join(' ');

describe('the table of the check', () => {
  it('declares classes, flags and columns in their stored order', () => {
    expect(spf.classes.join(' ')).toBe(
      'absent minus_all tilde_all question_all plus_all no_all permerror_syntax ' +
        'permerror_multiple permerror_lookups permerror_void permerror_include_missing ' +
        'permerror_loop temperror nxdomain error_servfail error_timeout error_refused ' +
        'error_lame error_network error_other permerror_mx',
    );
    expect(spf.flagNames).toEqual(['any', 'exact_deny', 'open', 'lax']);
    expect(spf.columns.map((column) => column.column)).toEqual([
      'spf_all',
      'spf_lookups',
      'spf_error',
      'spf_class_full',
      'spf_voids_ipv4',
      'spf_voids_ipv6',
      'spf_ipv4_addresses',
    ]);
  });

  it('gives one cell a column, all empty without a record', () => {
    const { result } = holdAgainst(zoneOf({}), spf.observe(DOMAIN));
    expect(spf.cells(result)).toEqual(spf.columns.map(() => undefined));
    const zone = zoneOf({ [DOMAIN]: txt('v=spf1 ip4:192.0.2.0/24 a -all') });
    expect(spf.cells(holdAgainst(zone, spf.observe(DOMAIN)).result)).toEqual([
      '-all',
      1,
      undefined,
      undefined,
      undefined,
      undefined,
      256,
    ]);
  });
});

describe('what a domain without a record comes to', () => {
  const observe = (names: ZoneNames) => {
    const { result, asked } = holdAgainst(zoneOf(names), spf.observe(DOMAIN));
    return look(
      result,
      asked.map((question) => question.qname),
    );
  };

  it('tells a missing name from a missing record (RFC 7208 §4.3, §4.5)', () => {
    expect(observe({})).toMatchObject({ state: 'absent', class: 'nxdomain' });
    expect(observe({ [DOMAIN]: { A: ['192.0.2.1'] } })).toMatchObject({
      state: 'absent',
      class: 'absent',
    });
    expect(observe({ [DOMAIN]: txt('hello') })).toMatchObject({ class: 'absent', records: [] });
  });

  it('takes a name whose CNAME leads nowhere as existing (RFC 6604 §3)', () => {
    const found = observe({ [DOMAIN]: { CNAME: 'gone.example' } });
    expect(found).toMatchObject({ state: 'absent', class: 'absent' });
    expect(found.codes).toEqual(['cname-dangling']);
  });

  it.each([
    ['SERVFAIL', undefined, 'servfail', 'error_servfail'],
    ['SERVFAIL', 22, 'servfail', 'error_lame'],
    ['REFUSED', undefined, 'refused', 'error_refused'],
    ['TIMEOUT', undefined, 'timeout', 'error_timeout'],
    ['NETWORK', undefined, 'network', 'error_network'],
    ['TRUNCATED', undefined, 'truncated', 'error_other'],
    ['NOTIMP', undefined, 'other_rcode', 'error_other'],
  ])('keeps the failure %s (%s) out of absence (§4.4)', (rcode, code, reason, spfClass) => {
    const node = code === undefined ? { rcode } : { rcode, extendedError: code };
    expect(observe({ [DOMAIN]: node })).toMatchObject({
      state: 'unknown',
      reason,
      class: spfClass,
      policy: undefined,
    });
  });

  it('keeps the text of a near miss and no other', () => {
    const found = observe({ [DOMAIN]: txt('"v=spf1 -all"', 'secret-token=1') });
    expect(found).toMatchObject({ class: 'absent', records: ['"v=spf1 -all"'], flags: [] });
    expect(found.codes).toEqual(['near-miss']);
  });

  it('asks nothing for a single label (§4.3)', () => {
    const { result, asked } = holdAgainst(zoneOf({}), spf.observe('jp' as DomainName));
    expect(result).toMatchObject({ state: 'absent', class: 'absent' });
    expect(asked).toEqual([]);
  });
});

describe('records that cannot be used', () => {
  it('evaluates nothing of several records, and keeps them all (RFC 7208 §4.5)', () => {
    const zone = zoneOf({ [DOMAIN]: txt('v=spf1 include:a.example', 'v=spf1 -all', ' v=spf1') });
    const { result, asked } = holdAgainst(zone, spf.observe(DOMAIN));
    expect(asked).toHaveLength(1);
    expect(look(result, [])).toMatchObject({
      state: 'invalid',
      reason: undefined,
      class: 'permerror_multiple',
      records: ['v=spf1 include:a.example', 'v=spf1 -all', ' v=spf1'],
      codes: ['near-miss', 'multiple-records'],
      flags: ['any'],
      policy: { error: 'multiple-records', lookups: 0, terminal: undefined },
    });
  });

  it('evaluates nothing of a record with an error behind all (§4.6)', () => {
    const found = survey('v=spf1 include:a.example -all ip4:999.1.1.1');
    expect(found).toMatchObject({ state: 'invalid', class: 'permerror_syntax' });
    expect(found.asked).toEqual(['TXT example.com']);
    expect(found.findings).toEqual([
      { code: 'syntax', clause: 'RFC 7208 §4.6', detail: 'ip4-network: ip4:999.1.1.1' },
    ]);
  });
});

describe('the count of look-ups (RFC 7208 §4.6.4)', () => {
  it('takes ten and makes the eleventh a permerror, with the number of the whole tree', () => {
    expect(survey(`v=spf1 ${many(10, (i) => `a:h${i}.example`)} -all`)).toMatchObject({
      class: 'minus_all',
      policy: { lookups: 10 },
    });
    expect(survey(`v=spf1 ${many(13, (i) => `a:h${i}.example`)} -all`)).toMatchObject({
      state: 'invalid',
      class: 'permerror_lookups',
      codes: ['lookup-limit'],
      policy: { lookups: 13, error: 'lookup-limit', terminal: '-all' },
    });
  });

  it('counts include, a, mx, ptr, exists and a followed redirect; ip4, ip6, all and exp are free', () => {
    const others = { 'c.example': txt('v=spf1 ip4:192.0.2.1 mx ~all') };
    const found = survey(
      'v=spf1 ip4:192.0.2.1 ip6:::1 a mx ptr exists:%{i}.example include:c.example exp=e.example redirect=c.example',
      others,
    );
    expect(found).toMatchObject({ class: 'tilde_all', policy: { lookups: 8 } });
    expect(found.asked).toEqual(['TXT example.com', 'TXT c.example']);
  });

  it('counts a child twice that two branches include, asks it once, and calls it no loop', () => {
    const found = survey('v=spf1 include:l.example include:r.example -all', {
      'l.example': txt('v=spf1 include:d.example -all'),
      'r.example': txt('v=spf1 include:d.example -all'),
      'd.example': txt('v=spf1 a -all'),
    });
    expect(found).toMatchObject({ class: 'minus_all', policy: { lookups: 6 } });
    expect(found.asked.filter((question) => question === 'TXT d.example')).toHaveLength(1);
  });

  it('leaves what stands behind all out of it (§5.1)', () => {
    const found = survey('v=spf1 ?all include:a.example a mx redirect=b.example');
    expect(found).toMatchObject({ class: 'question_all', policy: { lookups: 0 } });
    expect(found.codes).toEqual(['terms-after-all', 'redirect-ignored']);
    expect(found.asked).toHaveLength(1);
  });

  it('counts across children, so that the limit may fall inside one', () => {
    const found = survey(`v=spf1 ${many(6, (i) => `a:h${i}.example`)} include:c.example -all`, {
      'c.example': txt(`v=spf1 ${many(5, (i) => `mx:h${i}.example`)} -all`),
    });
    expect(found).toMatchObject({
      class: 'permerror_lookups',
      policy: { lookups: 12, error: 'lookup-limit' },
    });
  });
});

describe('children (RFC 7208 §5.2)', () => {
  it.each([
    ['SERVFAIL', 'servfail'],
    ['TIMEOUT', 'timeout'],
  ])('keeps the own record when a child answers %s: unknown, temperror', (rcode, reason) => {
    const found = survey('v=spf1 ip4:192.0.2.1 include:c.example -all', { 'c.example': { rcode } });
    expect(found).toMatchObject({
      state: 'unknown',
      reason,
      class: 'temperror',
      records: ['v=spf1 ip4:192.0.2.1 include:c.example -all'],
      flags: ['any'],
      policy: { terminal: '-all', error: undefined },
    });
    expect(found.detail['includes']).toMatchObject([{ domain: 'c.example', outcome: reason }]);
  });

  it.each([
    ['include', {}, 'permerror_include_missing', 'include-none'],
    ['include', { 'c.example': { A: ['192.0.2.1'] } }, 'permerror_include_missing', 'include-none'],
    ['include', { 'c.example': txt('v=spf1 x') }, 'permerror_syntax', 'child-syntax'],
    [
      'include',
      { 'c.example': txt('v=spf1', 'v=spf1 a') },
      'permerror_multiple',
      'child-multiple-records',
    ],
    [
      'include',
      { 'c.example': txt('v=spf1 include:g.example') },
      'permerror_include_missing',
      'child-include-none',
    ],
    ['redirect', {}, 'permerror_include_missing', 'redirect-none'],
    [
      'redirect',
      { 'c.example': txt('v=spf1 redirect=g.example') },
      'permerror_include_missing',
      'child-redirect-none',
    ],
  ])('carries up what %s meets: %j is %s', (kind, others, spfClass, error) => {
    const term = kind === 'include' ? 'include:c.example' : 'redirect=c.example';
    const found = survey(`v=spf1 ${term}`, others as ZoneNames);
    expect(found).toMatchObject({ state: 'invalid', class: spfClass, policy: { error } });
    expect(found.codes).toContain(error);
  });

  it.each(['a..example', `${'a'.repeat(64)}.example`, '%{d1}'])(
    'asks nothing for %s and takes it as a child without a record (§4.3)',
    (target) => {
      const found = survey(`v=spf1 include:${target} -all`);
      expect(found).toMatchObject({ class: 'permerror_include_missing', policy: { lookups: 1 } });
      expect(found.asked).toEqual(['TXT example.com']);
    },
  );

  it('asks a name with strange octets as it stands, since a wildcard may answer', () => {
    const found = survey('v=spf1 include:http://x.example -all', {
      '*.example': txt('v=spf1 -all'),
    });
    expect(found.class).toBe('minus_all');
    expect(found.asked[1]).toBe('TXT http\\058\\047\\047x.example');
  });

  it('lets the first fault from the left decide, and counts on behind it', () => {
    const others = { 'bad.example': txt('v=spf1 x'), 'down.example': { rcode: 'SERVFAIL' } };
    const first = (record: string) => survey(`v=spf1 ${record} -all`, others);
    expect(first('include:gone.example include:bad.example a').class).toBe(
      'permerror_include_missing',
    );
    expect(first('include:bad.example include:down.example').class).toBe('permerror_syntax');
    expect(first('include:down.example include:bad.example')).toMatchObject({
      class: 'temperror',
      state: 'unknown',
    });
    expect(first(`include:down.example ${many(12, () => 'mx')}`).class).toBe('temperror');
    expect(first(`${many(10, () => 'mx')} include:gone.example`)).toMatchObject({
      class: 'permerror_lookups',
      policy: { lookups: 11 },
    });
    expect(first('include:gone.example a mx').policy?.lookups).toBe(3);
  });

  it.each([
    ['v=spf1 include:example.com -all', {}],
    ['v=spf1 redirect=EXAMPLE.com.', {}],
    ['v=spf1 include:b.example -all', { 'b.example': txt('v=spf1 include:example.com -all') }],
    ['v=spf1 include:b.example -all', { 'b.example': txt('v=spf1 include:%{d} -all') }],
  ])('calls a name on its own path a loop and does not ask it again: %s', (record, others) => {
    const found = survey(record, others);
    expect(found).toMatchObject({
      state: 'invalid',
      class: 'permerror_loop',
      policy: { error: 'loop' },
    });
    expect(new Set(found.asked).size).toBe(found.asked.length);
  });

  it('takes the ending from the target of redirect, and never from an include (§5.2, §6.1)', () => {
    const others = {
      'hard.example': txt('v=spf1 -all'),
      'soft.example': txt('v=spf1 include:hard.example ~all'),
      'open.example': txt('v=spf1 a'),
    };
    expect(survey('v=spf1 include:hard.example', others)).toMatchObject({
      class: 'no_all',
      codes: ['no-all'],
    });
    expect(survey('v=spf1 redirect=soft.example', others).class).toBe('tilde_all');
    expect(survey('v=spf1 redirect=open.example', others)).toMatchObject({
      class: 'no_all',
      codes: ['no-all'],
    });
  });

  it('expands static macros and leaves the rest unasked (§7)', () => {
    const found = survey('v=spf1 include:%{d}._spf.%{o} include:%{i}._spf.c.example -all', {
      'example.com._spf.example.com': txt('v=spf1 include:%{d2}.x.example -all'),
      'example.com.x.example': txt('v=spf1 -all'),
    });
    expect(found).toMatchObject({ class: 'minus_all', policy: { lookups: 3 } });
    expect(found.findings).toEqual([
      { code: 'dynamic-macro', clause: 'RFC 7208 §7.2', detail: '%{i}._spf.c.example' },
    ]);
  });

  it('shows the tree', () => {
    const found = survey('v=spf1 include:c.example redirect=r.example', {
      'c.example': txt('v=spf1 a include:gone.example ?all'),
      'r.example': txt('v=spf1 mx ~all'),
    });
    expect(found.detail).toEqual({
      class_full: null,
      lookups: 5,
      void_lookups: null,
      terminal: '~all',
      includes: [
        {
          domain: 'c.example',
          kind: 'include',
          outcome: 'valid',
          record: 'v=spf1 a include:gone.example ?all',
          lookups: 2,
          includes: [
            {
              domain: 'gone.example',
              kind: 'include',
              outcome: 'nxdomain',
              record: null,
              lookups: 0,
              includes: [],
            },
          ],
        },
        {
          domain: 'r.example',
          kind: 'redirect',
          outcome: 'valid',
          record: 'v=spf1 mx ~all',
          lookups: 1,
          includes: [],
        },
      ],
    });
  });

  it('shares every question but those at the domain itself', () => {
    const zone = zoneOf({
      [DOMAIN]: txt('v=spf1 a mx:h.example include:c.example -all'),
      'c.example': txt('v=spf1 mx:example.com -all'),
    });
    const { asked } = holdAgainst(zone, spf.observeInDepth(DOMAIN));
    for (const question of asked) expect(question.shared).toBe(question.qname !== DOMAIN);
  });

  it('asks the children of one record side by side', () => {
    const conversation = spf.observe(DOMAIN);
    conversation.next([]);
    const record = 'v=spf1 include:a.example include:b.example include:c.example -all';
    const step = conversation.next([{ status: 'noerror', records: [record], aliases: [] }]);
    expect(step.done === false && step.value.map((question) => question.qname)).toEqual([
      'a.example',
      'b.example',
      'c.example',
    ]);
  });
});

describe('hostile trees', () => {
  it('leaves a tree that branches without end after a bounded number of questions', () => {
    // Every name below has ten includes of its own below it: 10^n nodes.
    const wide = `v=spf1 ${many(10, (i) => `include:n${i}.%{d}`)} -all`;
    const zone = zoneOf({ [DOMAIN]: txt(wide), [`*.${DOMAIN}`]: txt(wide) });
    const { result, asked } = holdAgainst(zone, spf.observe(DOMAIN));
    expect(result.class).toBe('permerror_lookups');
    expect(asked.length).toBeLessThanOrEqual(65);
    expect((result.policy as SpfPolicy).lookups).toBe(100);
    expect(result.findings.map((finding) => finding.code)).toContain('walk-bounded');
  });

  it('asks every child that decides the class, however wide the levels above are', () => {
    const others: Record<string, ZoneNode> = {};
    for (let i = 0; i < 99; i++) others[`w${i}.example`] = txt('v=spf1 -all');
    others['w0.example'] = txt('v=spf1 include:d.example -all');
    others['d.example'] = txt('v=spf1 include:gone.example -all');
    const found = survey(`v=spf1 ${many(99, (i) => `include:w${i}.example`)} -all`, others);
    expect(found.class).toBe('permerror_include_missing');
    expect(found.asked.length).toBeLessThanOrEqual(65);
  });

  it('holds for a record of thousands of terms', () => {
    const found = survey(`v=spf1 ${many(4000, (i) => `a:h${i}.example`)} -all`);
    expect(found).toMatchObject({ class: 'permerror_lookups', policy: { lookups: 100 } });
    const modifiers = survey(`v=spf1 ${many(5000, (i) => `m${i}=1`)} include=x -all`);
    expect(modifiers.class).toBe('minus_all');
    expect(modifiers.codes).toContain('mechanism-written-as-modifier');
    expect(modifiers.findings.length).toBeLessThan(30);
  });

  it('ends with a known class for any zone of four names', () => {
    const names = ['example.com', 'a.example', 'b.example', 'c.example'];
    const term = fc.oneof(
      fc.constantFrom(
        'a',
        'mx',
        'ptr',
        '-all',
        '+all',
        '~all',
        'ip4:10.0.0.0/8',
        'x',
        '-ip4:10.1.0.0/16',
        'exists:%{i}.a.example',
      ),
      fc
        .tuple(
          fc.constantFrom('include:', '-include:', 'redirect=', 'a:', 'mx:', 'exists:'),
          fc.constantFrom(...names, '%{d}', 'x.%{o}'),
        )
        .map((pair) => pair.join('')),
    );
    const node = fc.oneof(
      {
        weight: 6,
        arbitrary: fc
          .array(term, { maxLength: 8 })
          .map((terms) => txt(`v=spf1 ${terms.join(' ')}`)),
      },
      {
        weight: 1,
        arbitrary: fc.constantFrom<ZoneNode>(
          { rcode: 'SERVFAIL' },
          { A: ['192.0.2.1'] },
          { CNAME: 'a.example' },
          { MX: [[0, '.']] },
        ),
      },
    );
    fc.assert(
      fc.property(fc.array(node, { minLength: 4, maxLength: 4 }), (nodes) => {
        const zone = zoneOf(Object.fromEntries(names.map((name, i) => [name, nodes[i] ?? {}])));
        for (const observe of [spf.observe, spf.observeInDepth]) {
          const { result, asked } = holdAgainst(zone, observe(DOMAIN));
          expect(spf.classes).toContain(result.class);
          expect((result.state === 'unknown') === (result.reason !== undefined)).toBe(true);
          expect(asked.length).toBeLessThan(300);
          const keys = asked.map((question) => `${question.qtype} ${question.qname}`);
          expect(new Set(keys).size).toBe(keys.length);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('findings of the own record', () => {
  it.each([
    ['v=spf1 +all', 'plus-all'],
    ['v=spf1 ptr -all', 'ptr'],
    ['v=spf1 -all ptr', 'ptr'],
    ['v=spf1 ip4:0.0.0.0/0 -all', 'covers-all-ipv4'],
    ['v=spf1 a/0 -all', 'covers-all-ipv4'],
    ['v=spf1 x=1 -all', 'unknown-modifier'],
    ['v=spf1 include=x -all', 'mechanism-written-as-modifier'],
    ['v=spf1 exists:%{i}.example -all', 'dynamic-macro'],
    [`v=spf1 ${many(30, (i) => `ip4:192.0.2.${i}`)} -all`, 'over-450'],
  ])('%s has %s', (record, code) => {
    expect(survey(record).codes).toContain(code);
  });

  it('finds nothing in a plain record', () => {
    expect(survey('v=spf1 ip4:192.0.2.1 a mx -all').findings).toEqual([]);
  });
});

describe('the flags', () => {
  it.each([
    ['v=spf1 -all', 'any exact_deny'],
    ['V=SPF1  -ALL ', 'any exact_deny'],
    ['v=spf1 ip4:192.0.2.1 -all', 'any'],
    ['v=spf1 -all a', 'any'],
    ['v=spf1 ~all', 'any'],
    ['v=spf1 +all', 'any open lax'],
    ['v=spf1 ip4:0.0.0.0/1 -all', 'any open lax'],
    ['v=spf1 ip4:0.0.0.0/2 ip4:64.0.0.0/2 -all', 'any open lax'],
    ['v=spf1 ip4:0.0.0.0/2 -all', 'any lax'],
    ['v=spf1 ip4:10.0.0.0/15 -all', 'any lax'],
    ['v=spf1 ip4:10.0.0.0/16 ip4:10.0.0.0/17 -all', 'any'],
    ['v=spf1 include:plus.example -all', 'any open lax'],
    ['v=spf1 -include:plus.example -all', 'any'],
    ['v=spf1 redirect=plus.example', 'any open lax'],
    ['v=spf1 include:gone.example +all', 'any'],
    ['v=spf1 -ip4:0.0.0.0/0 ip4:0.0.0.0/0 -all', 'any'],
  ])('%s: %s', (record, flags) => {
    const found = survey(record, { 'plus.example': txt('v=spf1 +all') });
    expect(found.flags.join(' ')).toBe(flags);
  });
});

describe('the IPv4 addresses that pass', () => {
  const others = {
    'c.example': txt('v=spf1 -ip4:192.0.2.0/25 ip4:192.0.2.0/24 ip4:198.51.100.0/24 ~all'),
  };

  it.each([
    ['ip4:192.0.2.0/24 ip4:192.0.2.128/25 ip4:192.0.2.7', 256],
    ['ip4:192.0.2.0/25 ip4:192.0.2.128/25', 256],
    ['ip4:0.0.0.0/0', 2 ** 32],
    ['~ip4:192.0.2.0/24', 0],
    ['-ip4:192.0.2.128/26 ip4:192.0.2.0/24', 192],
    ['ip4:192.0.2.0/24 -ip4:192.0.2.128/26', 256],
    ['include:c.example', 384],
    ['include:c.example ip4:192.0.2.0/24', 512],
    ['-include:c.example ip4:192.0.2.0/24', 128],
    ['?ip4:198.51.100.0/25 include:c.example', 256],
    ['-all ip4:192.0.2.0/24', 0],
    ['include:gone.example ip4:192.0.2.0/24', 0],
  ])('%s are %d: the first match decides (RFC 7208 §4.6.2, §5.2)', (terms, addresses) => {
    expect(survey(`v=spf1 ${terms}`, others).policy?.ipv4Addresses).toBe(addresses);
  });

  it('go on behind a redirect under the shields of the record before it', () => {
    const found = survey('v=spf1 -ip4:198.51.100.0/24 redirect=c.example', others);
    expect(found.policy?.ipv4Addresses).toBe(128);
  });

  it('agree with a count address by address', () => {
    const block = fc.record({
      isPass: fc.boolean(),
      address: fc.integer({ min: 0, max: 255 }),
      prefixLength: fc.integer({ min: 24, max: 32 }),
    });
    fc.assert(
      fc.property(fc.array(block, { maxLength: 12 }), (blocks) => {
        const terms = blocks.map(
          ({ isPass, address, prefixLength }) =>
            `${isPass ? '' : '-'}ip4:192.0.2.${address}/${prefixLength}`,
        );
        let expected = 0;
        for (let address = 0; address < 256; address++) {
          const first = blocks.find(
            (each) =>
              address >> (32 - each.prefixLength) === each.address >> (32 - each.prefixLength),
          );
          if (first?.isPass) expected++;
        }
        expect(survey(`v=spf1 ${terms.join(' ')}`).policy?.ipv4Addresses).toBe(expected);
      }),
    );
  });

  it('stay a lower bound when shielding would cost too much', () => {
    const shields = many(1500, (i) => `-ip4:10.${i >> 8}.${i & 255}.1`);
    const found = survey(`v=spf1 ${shields} ${many(1500, () => 'ip4:0.0.0.0/0')} -all`);
    expect(found.policy?.ipv4Addresses).toBeLessThanOrEqual(2 ** 32 - 1500);
  });
});
