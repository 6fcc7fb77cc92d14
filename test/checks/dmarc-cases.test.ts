/** Every DMARC case of the fixture, held to its expectation in both readings. */
import { describe, expect, it } from 'vitest';
import type { Observation } from '../../src/checks/check.ts';
import { dmarc } from '../../src/checks/dmarc.ts';
import type { DomainName } from '../../src/names/domain-name.ts';
import { CASES, type Case } from '../support/cases.ts';
import { buildZone, holdAgainst } from '../support/zone.ts';

const DMARC_CASES = CASES.filter(({ kind }) => kind === 'dmarc');

interface Detail {
  readonly record_domain: string | null;
  readonly org_domain: string | null;
  readonly effective_policy: string | null;
  readonly policy: {
    readonly p: string;
    readonly sp: string;
    readonly np: string;
    readonly pct: number | null;
    readonly rua: readonly string[];
  } | null;
  readonly rfc7489: { readonly class: string };
}

function hold(written: Case) {
  const { result, asked } = holdAgainst(
    buildZone(written),
    dmarc.observe(written.domain as DomainName),
  );
  return { seen: result, asked, detail: dmarc.detail(result) as unknown as Detail };
}

const codes = (seen: Observation<unknown>) => seen.findings.map(({ code }) => code);

/** The case's word for a class of the check. */
function caseClass(name: string, seen: Observation<unknown>): string {
  if (name === 'absent' || name === 'nxdomain') return 'none';
  if (name.startsWith('error_')) return 'error';
  if (name !== 'invalid' && name !== 'multiple')
    return codes(seen).includes('assumed-none') ? 'assumed-none' : 'valid';
  if (name === 'multiple') return 'multiple';
  return codes(seen).includes('duplicate-tag') ? 'malformed' : 'not-applied';
}

describe('DMARC cases', () => {
  it('are the 40 of the fixture', () => {
    expect(DMARC_CASES).toHaveLength(40);
  });

  it.each(DMARC_CASES)('$id: $why ($cite)', (written) => {
    const { seen, detail } = hold(written);
    const { class: name, flags, reason: _, queries: __, ...wanted } = written.expect;
    expect(caseClass(seen.class, seen)).toBe(name);
    expect(codes(seen)).toEqual(expect.arrayContaining([...(flags ?? [])]));
    const came = {
      p: detail.policy?.p ?? null,
      sp: detail.policy?.sp,
      np: detail.policy?.np,
      pct: detail.policy?.pct,
      rua_count: detail.policy?.rua.length,
      effective: detail.effective_policy,
      record_domain: detail.record_domain,
      org_domain: detail.org_domain,
    };
    expect(came).toMatchObject(wanted);
  });

  it.each(DMARC_CASES.filter((written) => written.expect.queries !== undefined))(
    '$id asks the names of the walk in their order (RFC 9989 §4.10)',
    (written) => {
      const texts = hold(written).asked.filter(({ qtype }) => qtype === 'TXT');
      expect(texts.map(({ qname }) => qname)).toEqual(written.expect.queries);
    },
  );

  it.each(DMARC_CASES.filter((written) => written.expect_7489 !== undefined))(
    '$id by RFC 7489',
    (written) => {
      const { seen, detail } = hold(written);
      expect(caseClass(detail.rfc7489.class, seen)).toBe(written.expect_7489?.class);
    },
  );

  it.each(DMARC_CASES.filter(({ alt }) => alt !== undefined))(
    '$id says what a receiver makes of it that takes the first or the last tag',
    (written) => {
      const detail = hold(written).seen.findings.find(
        ({ code }) => code === 'duplicate-tag',
      )?.detail;
      for (const [reader, p] of Object.entries(written.alt ?? {}))
        expect(detail).toContain(`${reader} p=${p}`);
    },
  );
});
