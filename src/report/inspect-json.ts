/**
 * One domain in depth as a JSON object, one line: the contract of `inspect --json`. Tools depend on
 * its keys; add, never rename.
 */
import type { Check, Json, Observation } from '../checks/check.ts';

/** One question of the domain and what it came to, free of the client's types. */
export interface InspectedQuestion {
  readonly qname: string;
  readonly qtype: string;
  /** The status of the answer, as `noerror`, `nodata`, `servfail`. */
  readonly status: string;
  readonly attempts: number;
  readonly isCached: boolean;
  readonly isInferred: boolean;
  readonly resolver: string | undefined;
}

export interface Inspection {
  readonly domain: string;
  readonly registrableDomain: string | undefined;
  readonly checks: readonly { readonly check: Check; readonly observation: Observation<unknown> }[];
  readonly questions: readonly InspectedQuestion[];
  readonly durationMs: number;
}

/** Attempts of questions that no cache and no inference answered. */
export function queriesOf(inspection: Inspection): number {
  let queries = 0;
  for (const question of inspection.questions) if (!question.isCached) queries += question.attempts;
  return queries;
}

export function inspectionJson(inspection: Inspection): Json {
  return {
    domain: inspection.domain,
    registrable_domain: inspection.registrableDomain ?? null,
    checks: Object.fromEntries(
      inspection.checks.map(({ check, observation }) => [
        check.name,
        checkJson(check, observation),
      ]),
    ),
    questions: inspection.questions.map((question) => ({
      qname: question.qname,
      qtype: question.qtype,
      status: question.status,
      attempts: question.attempts,
      cached: question.isCached,
      inferred: question.isInferred,
      resolver: question.resolver ?? null,
    })),
    queries: queriesOf(inspection),
    duration_ms: Math.round(inspection.durationMs * 10) / 10,
  };
}

function checkJson(check: Check, observation: Observation<unknown>): Json {
  return {
    state: observation.state,
    reason: observation.reason ?? null,
    class: observation.class,
    records: observation.records,
    findings: observation.findings.map((finding) => ({
      code: finding.code,
      clause: finding.clause,
      detail: finding.detail ?? null,
    })),
    ...check.detail(observation),
  };
}
