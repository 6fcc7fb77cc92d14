/** Every written record case through the built command line, real packets and the JSON contract. */
import { describe, expect, it } from 'vitest';
import { type CaseServer, startCaseServer } from '../support/case-server.ts';
import { CASES, type Case } from '../support/cases.ts';
import { runCli } from '../support/cli.ts';
import { buildZone } from '../support/zone.ts';

interface CheckJson {
  readonly state: string;
  readonly reason: string | null;
  readonly class: string;
  readonly records: readonly string[];
  readonly findings: readonly { code: string; clause: string }[];
  readonly [key: string]: unknown;
}

interface InspectJson {
  readonly domain: string;
  readonly registrable_domain: string | null;
  readonly checks: Readonly<Record<'mx' | 'spf' | 'dmarc', CheckJson>>;
  readonly questions: readonly Record<string, unknown>[];
  readonly queries: number;
  readonly duration_ms: number;
}

const TERMINALS: Readonly<Record<string, string>> = {
  minus_all: '-all',
  tilde_all: '~all',
  question_all: '?all',
  plus_all: '+all',
  no_all: 'implicit-neutral',
};

/** The outcome in the words of the cases. */
function spfOutcome({ class: name, class_full }: CheckJson): string {
  const full = typeof class_full === 'string' ? class_full : name;
  if (name === 'absent' || name === 'nxdomain') return 'none';
  if (full.startsWith('permerror')) return 'permerror';
  if (name === 'temperror' || name.startsWith('error_')) return 'temperror';
  return TERMINALS[name] === undefined ? name : 'valid';
}

function dmarcOutcome({ class: name, findings }: CheckJson): string {
  if (name === 'absent' || name === 'nxdomain') return 'none';
  if (name.startsWith('error_')) return 'error';
  if (name !== 'invalid' && name !== 'none') return name === 'multiple' ? 'multiple' : 'valid';
  const codes = findings.map((finding) => finding.code);
  if (name === 'invalid') return codes.includes('duplicate-tag') ? 'malformed' : 'not-applied';
  return codes.some((code) => /^(?:p-missing|p-invalid|sp-invalid|np-invalid)$/u.test(code))
    ? 'assumed-none'
    : 'valid';
}

async function inspectCase(written: Case): Promise<{ json: InspectJson; server: CaseServer }> {
  const server = await startCaseServer(buildZone(written));
  try {
    const { code, stdout, stderr } = await runCli([
      ...['inspect', written.domain, '--json', '--resolver', `127.0.0.1:${server.port}`],
      ...['--timeout', '200', '--attempts', '2'],
    ]);
    expect(code, stderr).toBe(0);
    expect(stdout.trim().split('\n')).toHaveLength(1);
    return { json: JSON.parse(stdout) as InspectJson, server };
  } finally {
    server.close();
  }
}

function expectSpf(written: Case, spf: CheckJson): void {
  const { expect: wanted } = written;
  expect(spfOutcome(spf)).toBe(wanted.class);
  if (wanted.lookups !== undefined) expect(spf['lookups']).toBe(wanted.lookups);
  if (wanted.class === 'valid' && wanted.terminal !== undefined) {
    expect(TERMINALS[spf.class]).toBe(wanted.terminal);
  }
  if (wanted.voids !== undefined && wanted.voids !== 0) {
    expect(spf['void_lookups']).toEqual(wanted.voids);
  }
}

function expectDmarc(written: Case, dmarc: CheckJson): void {
  const { expect: wanted } = written;
  expect(dmarcOutcome(dmarc)).toBe(wanted.class);
  if (wanted.effective !== undefined) expect(dmarc['effective_policy']).toBe(wanted.effective);
  if (wanted.record_domain !== undefined) expect(dmarc['record_domain']).toBe(wanted.record_domain);
  if (wanted.org_domain !== undefined) expect(dmarc['org_domain']).toBe(wanted.org_domain);
  const policy = dmarc['policy'] as Record<string, unknown> | null;
  if (wanted.p !== undefined && wanted.p !== null) {
    expect(['none', policy?.['p']]).toContain(wanted.p);
  }
}

describe('inspect --json over real packets', () => {
  it.each(CASES.map((written) => [written.id, written] as const))('%s', async (_, written) => {
    const { json, server } = await inspectCase(written);
    expect(json.domain).toBe(written.domain);
    if (written.kind === 'spf') expectSpf(written, json.checks.spf);
    else expectDmarc(written, json.checks.dmarc);
    const dmarcQueries = server.asked
      .filter((query) => query.startsWith('TXT _dmarc.'))
      .map((query) => query.slice('TXT '.length));
    if (written.expect.queries !== undefined) expect(dmarcQueries).toEqual(written.expect.queries);
    for (const check of Object.values(json.checks)) {
      expect(check.reason === null).toBe(check.state !== 'unknown');
    }
    for (const question of json.questions) {
      expect(Object.keys(question)).toEqual([
        ...['qname', 'qtype', 'status', 'attempts', 'cached', 'inferred', 'resolver'],
      ]);
    }
  });
});
