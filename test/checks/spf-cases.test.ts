/** The written SPF cases, held against the check in depth as `inspect` runs it. */
import { describe, expect, it } from 'vitest';
import type { Json } from '../../src/checks/check.ts';
import { spf } from '../../src/checks/spf.ts';
import type { DomainName } from '../../src/names/domain-name.ts';
import { CASES, type CaseExpectation } from '../support/cases.ts';
import { buildZone, holdAgainst } from '../support/zone.ts';

const SPF_CASES = CASES.filter((written) => written.kind === 'spf');

const TERMINAL_CLASS: Readonly<Record<string, string>> = {
  '-all': 'minus_all',
  '~all': 'tilde_all',
  '?all': 'question_all',
  '+all': 'plus_all',
  'implicit-neutral': 'no_all',
};

/** Reasons whose class is not the reason's own spelling. */
const PERMERROR_CLASS: Readonly<Record<string, string>> = {
  syntax: 'permerror_syntax',
  'child-syntax': 'permerror_syntax',
  'multiple-records': 'permerror_multiple',
  'include-none': 'permerror_include_missing',
  'mx-limit': 'permerror_mx',
};

function matchesClass(expected: CaseExpectation, found: string): boolean {
  switch (expected.class) {
    case 'none':
      return found === 'absent' || found === 'nxdomain';
    case 'valid':
      return expected.terminal === undefined
        ? Object.values(TERMINAL_CLASS).includes(found)
        : found === TERMINAL_CLASS[expected.terminal];
    case 'permerror':
      return found === PERMERROR_CLASS[expected.reason ?? ''];
    default:
      return found === 'temperror' || found.startsWith('error_');
  }
}

function matchesVoids(expected: NonNullable<CaseExpectation['voids']>, found: Json): boolean {
  const both = typeof expected === 'number' ? { ipv4: expected, ipv6: expected } : expected;
  return JSON.stringify(found) === JSON.stringify(both);
}

describe('the written SPF cases', () => {
  it('are all there', () => {
    expect(SPF_CASES).toHaveLength(50);
  });

  it.each(SPF_CASES)('$id: $why ($cite)', (written) => {
    const { expect: expected, domain } = written;
    const { result } = holdAgainst(buildZone(written), spf.observeInDepth(domain as DomainName));
    const detail = spf.detail(result);
    const found = String(detail['class_full'] ?? result.class);
    expect(matchesClass(expected, found), `class ${found}`).toBe(true);
    if (expected.terminal !== undefined)
      expect(detail['terminal'] ?? 'implicit-neutral').toBe(expected.terminal);
    if (expected.lookups !== undefined) expect(detail['lookups']).toBe(expected.lookups);
    if (expected.voids !== undefined)
      expect(matchesVoids(expected.voids, detail['void_lookups'] ?? null)).toBe(true);
    const codes = result.findings.map((finding) => finding.code);
    expect(codes).toEqual(expect.arrayContaining([...(expected.flags ?? [])]));
    if (expected.class === 'permerror') expect(codes).toContain(expected.reason);
  });

  it.each(SPF_CASES)(
    '$id: a survey asks TXT alone and agrees but for what targets tell',
    (written) => {
      const domain = written.domain as DomainName;
      const survey = holdAgainst(buildZone(written), spf.observe(domain));
      const depth = holdAgainst(buildZone(written), spf.observeInDepth(domain));
      expect(survey.asked.every((question) => question.qtype === 'TXT')).toBe(true);
      expect(survey.result.class).toBe(depth.result.class);
      expect(survey.result.state).toBe(depth.result.state);
      expect(spf.flags(survey.result)).toBe(spf.flags(depth.result));
    },
  );
});
