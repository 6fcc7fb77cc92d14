/** The parts of `report.json` that say what was asked, of whom, and of how many names. */
import { namesToAsk } from '../statistics/accounting.ts';
import type { CounterReader } from '../statistics/counts.ts';
import {
  DENOMINATOR_IDS,
  DENOMINATOR_MEANINGS,
  type DenominatorId,
  denominatorParts,
  type Subject,
} from '../statistics/denominators.ts';
import { compareText } from '../statistics/segment-order.ts';
import type { RunProvenance } from '../survey/ports.ts';
import type { JsonCell } from './csv-table.ts';
import { DENOMINATOR_MEANINGS_JA } from './language/denominators-ja.ts';
import { type KnownDmarc, metricContext, type ReportData, totalCounts } from './report-data.ts';

/** By which the policies were read first; the RFC 7489 reading stands beside it. */
const DMARC_SPEC = 'RFC 9989';

type JsonObject = Readonly<Record<string, unknown>>;

/** `list_name` and `list_sha256` are null for a run of several lists; `lists` has them all. */
export function runJson(data: ReportData): JsonObject {
  const { run, lists } = data;
  const [list] = lists.length === 1 ? lists : [];
  return {
    id: run.id,
    wave: run.night,
    status: run.status,
    list_name: list?.name ?? null,
    list_sha256: list?.sha256 ?? null,
    lists: lists.map(({ name, sha256, accounting }) => ({
      name,
      sha256,
      targets: accounting.targets,
    })),
    design: metricContext(data).design,
    population_size: data.accounting.targets,
    sample: run.config.sample === 0 ? null : run.config.sample,
    seed: run.config.seed,
    checks: run.config.checks,
    start: timeOf(run.startedAtMs),
    end: timeOf(run.finishedAtMs),
    resumes: run.resumes,
    queries: run.queries,
    ...provenanceJson(run.provenance),
    spf_voids: run.config.isSpfVoids,
    nxdomain_cut: run.config.isNxdomainCut,
    dmarc_spec: DMARC_SPEC,
  };
}

function provenanceJson(provenance: RunProvenance): JsonObject {
  return {
    time_zone: provenance.timeZone,
    resolvers: provenance.resolvers,
    transport: provenance.transport,
    threads: provenance.threads,
    timeout_ms: provenance.timeoutMs,
    attempts: provenance.attempts,
    window: provenance.window,
    rate: provenance.rate === 0 ? null : provenance.rate,
    psl_version: provenance.pslVersion,
    tool_version: provenance.toolVersion,
    node_version: provenance.nodeVersion,
    check_versions: sorted(provenance.checkVersions),
  };
}

/** RFC 3339 in UTC, to the second. */
function timeOf(atMs: number | undefined): JsonCell {
  return atMs === undefined ? null : `${new Date(atMs).toISOString().slice(0, 19)}Z`;
}

function sorted(counts: Readonly<Record<string, number>>): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(counts).sort(([a], [b]) => compareText(a, b)));
}

/** lines = blank + refused + duplicates + targets; targets = not_sampled + attempted + open. */
export function accountingJson({ accounting }: ReportData): JsonObject {
  return {
    lines: accounting.lines,
    blank: accounting.blank,
    refused: sorted(accounting.refused),
    duplicates: accounting.duplicates,
    targets: accounting.targets,
    not_sampled: accounting.notSampled,
    attempted: accounting.attempted,
    open: accounting.open,
  };
}

/**
 * Of whom the members are counted. Names that exist are counted whatever their checks came to; what a
 * metric's own check did not answer has left its denominator in `metrics`.
 */
const COUNTED_AS: Readonly<Record<DenominatorId, Subject>> = {
  existing: 'none',
  mail: 'none',
  no_mail: 'none',
  measured_mx: 'mx',
  measured_spf: 'spf',
  measured_dmarc: 'dmarc',
  attempted: 'none',
  targets: 'none',
  spf_any: 'spf_any',
  spf_valid: 'spf',
  dmarc_any: 'dmarc_any',
  dmarc_valid: 'dmarc',
};

/** The check without which nobody knows who is in it. */
const NEEDED_CHECK: Readonly<Partial<Record<DenominatorId, string>>> = {
  mail: 'mx',
  no_mail: 'mx',
  measured_mx: 'mx',
  measured_spf: 'spf',
  measured_dmarc: 'dmarc',
  spf_any: 'spf',
  spf_valid: 'spf',
  dmarc_any: 'dmarc',
  dmarc_valid: 'dmarc',
};

export function denominatorsJson(data: ReportData): JsonObject {
  const counts = totalCounts(data);
  return Object.fromEntries(
    DENOMINATOR_IDS.map((id) => [
      id,
      {
        definition_en: DENOMINATOR_MEANINGS[id],
        definition_ja: DENOMINATOR_MEANINGS_JA[id],
        count: countOf(id, counts, data),
      },
    ]),
  );
}

function countOf(id: DenominatorId, counts: CounterReader, data: ReportData): number | null {
  const check = NEEDED_CHECK[id];
  if (check !== undefined && !data.run.config.checks.includes(check)) return null;
  const targets = namesToAsk(data.accounting);
  return denominatorParts(id, COUNTED_AS[id], counts, targets)?.denominator ?? null;
}

export function knownDmarcJson(known: KnownDmarc): JsonObject {
  return {
    source: known.source,
    known: known.known,
    none: known.none,
    quarantine: known.quarantine,
    reject: known.reject,
    error: known.error,
    parts: sorted(known.parts),
  };
}
