/** A run of 10,000 names written down as groups of equal domains: every number can be recounted. */
import type { ReportData } from '../../src/report/report-data.ts';
import { COUNTERS, HEADLINE, tally } from '../../src/statistics/counters.ts';
import type { CounterMap, SegmentCounts } from '../../src/statistics/counts.ts';
import type { Profile } from '../../src/statistics/profile.ts';
import type { ListRow, RunRow } from '../../src/survey/ports.ts';
import { dmarcFlags, domain, outcome, spfFlags } from '../statistics/profiles.ts';

const OWN = ['any', 'own', 'valid_own'];
const ABSENT = outcome('absent');
const TILDE = outcome('tilde_all', spfFlags('any'));
const MINUS = outcome('minus_all', spfFlags('any'));
const DENY = outcome('minus_all', spfFlags('any', 'exact_deny'));
const NONE = outcome('none', dmarcFlags(...OWN, 'rua'));
const SILENT = outcome('none', dmarcFlags(...OWN));
const QUARANTINE = outcome(
  'quarantine',
  dmarcFlags(...OWN, 'rua', 'enforce_strict', 'effective_quarantine'),
);
const PARTIAL = outcome(
  'quarantine',
  dmarcFlags(...OWN, 'rua', 'pct_partial', 'effective_quarantine'),
);
const REJECT = outcome(
  'reject',
  dmarcFlags(...OWN, 'rua', 'ruf', 'strict_alignment', 'enforce_strict', 'effective_reject'),
);
const TEST_MODE = outcome('reject', dmarcFlags(...OWN, 'rua', 't_y', 'effective_quarantine'));
const WEAK_SP = outcome('reject', dmarcFlags(...OWN, 'rua', 'sp_weaker', 'effective_reject'));

/** How many of a thousand names are so. */
const PER_THOUSAND: readonly (readonly [number, Profile])[] = [
  [190, domain('exists', 'present', TILDE, NONE)],
  [66, domain('exists', 'present', TILDE, SILENT)],
  [28, domain('exists', 'present', MINUS, QUARANTINE)],
  [7, domain('exists', 'present', TILDE, PARTIAL)],
  [34, domain('exists', 'present', MINUS, REJECT)],
  [3, domain('exists', 'present', MINUS, TEST_MODE)],
  [4, domain('exists', 'present', TILDE, WEAK_SP)],
  [300, domain('exists', 'present', TILDE, ABSENT)],
  [60, domain('exists', 'present', MINUS, ABSENT)],
  [12, domain('exists', 'present', outcome('question_all', spfFlags('any')), ABSENT)],
  [2, domain('exists', 'present', outcome('plus_all', spfFlags('any', 'open', 'lax')), NONE)],
  [21, domain('exists', 'present', outcome('no_all', spfFlags('any', 'lax')), ABSENT)],
  [13, domain('exists', 'present', outcome('permerror_lookups', spfFlags('any')), NONE)],
  [6, domain('exists', 'present', outcome('permerror_syntax', spfFlags('any')), ABSENT)],
  [4, domain('exists', 'present', outcome('permerror_multiple', spfFlags('any')), ABSENT)],
  [3, domain('exists', 'present', TILDE, outcome('invalid', dmarcFlags('any')))],
  [1, domain('exists', 'present', TILDE, outcome('multiple', dmarcFlags('any')))],
  [6, domain('exists', 'present', outcome('temperror', spfFlags('any')), ABSENT)],
  [4, domain('exists', 'present', TILDE, outcome('error_timeout'))],
  [1, domain('exists', 'present', TILDE, outcome('error_lame'))],
  [9, domain('exists', 'null', DENY, REJECT)],
  [5, domain('exists', 'null', DENY, ABSENT)],
  [1, domain('exists', 'null_mixed', TILDE, ABSENT)],
  [160, domain('exists', 'none', ABSENT, ABSENT)],
  [20, domain('exists', 'none', DENY, REJECT)],
  [4, domain('exists', 'error_servfail', TILDE, ABSENT)],
  [21, domain('nxdomain', 'nxdomain', outcome('nxdomain'), outcome('nxdomain'))],
  [9, failed('error_timeout')],
  [5, failed('error_servfail')],
  [1, failed('error_other')],
];

function failed(of: string): Profile {
  return domain('unknown', of, outcome(of), outcome(of));
}

/** Registries by thousands of the whole: a name of the i-th group falls into them in turn. */
const REGISTRIES: readonly (readonly [registry: string, tld: string, weight: number])[] = [
  ['com', 'com', 420],
  ['jp:co', 'jp', 180],
  ['jp:general', 'jp', 120],
  ['jp:ne', 'jp', 30],
  ['jp:go', 'jp', 12],
  ['nl', 'nl', 90],
  ['org', 'org', 60],
  ['uk:co', 'uk', 44],
  ['de', 'de', 30],
  ['xn--p1ai', 'xn--p1ai', 12],
  ['xyz', 'xyz', 2],
];

const NAMES = 10_000;

/** A fraction that looks drawn by lot, always the same for the same index. */
function lot(index: number): number {
  let t = Math.imul(index + 1, 0x9e3779b1);
  t = Math.imul(t ^ (t >>> 15), 0x85ebca6b);
  t = Math.imul(t ^ (t >>> 13), 0xc2b2ae35);
  return ((t ^ (t >>> 16)) >>> 0) / 2 ** 32;
}

function registryOf(index: number): readonly [string, string, number] {
  let rest = lot(index) * 1000;
  for (const registry of REGISTRIES) {
    rest -= registry[2];
    if (rest < 0) return registry;
  }
  throw new Error('the weights do not come to a thousand');
}

function named(ids: readonly string[], counts: Float64Array): CounterMap {
  return Object.fromEntries(ids.map((id) => [id, counts[COUNTERS.indexOf(id)] ?? 0]));
}

class Tallies {
  readonly #byKey = new Map<string, Float64Array>();

  add(key: string, profile: Profile): void {
    const counts = this.#byKey.get(key) ?? new Float64Array(COUNTERS.length);
    this.#byKey.set(key, counts);
    tally(profile, counts);
  }

  get(key: string): Float64Array {
    return this.#byKey.get(key) ?? new Float64Array(COUNTERS.length);
  }

  keys(): string[] {
    return [...this.#byKey.keys()];
  }
}

const PROFILES: readonly Profile[] = PER_THOUSAND.flatMap(([times, profile]) =>
  Array.from({ length: (times * NAMES) / 1000 }, () => profile),
);

export const LIST: ListRow = {
  id: 1,
  name: 'companies-2026-11.csv.gz',
  sha256: '3f9c0d2e41aa5b7c88e1d0f2a3b4c5d6e7f8091a2b3c4d5e6f708192a3b4c5d6',
  accounting: {
    lines: 10_312,
    blank: 13,
    refused: { public_suffix: 4, url: 26, email: 11 },
    duplicates: 258,
    reduced: 0,
    targets: NAMES,
    examples: [],
  },
  labelColumns: [],
  hasRanks: true,
};

export const RUN: RunRow = {
  id: 7,
  night: '2026-11-24',
  status: 'finished',
  startedAtMs: Date.UTC(2026, 10, 23, 23, 0, 3),
  finishedAtMs: Date.UTC(2026, 10, 23, 23, 1, 12),
  config: {
    listIds: [1],
    checks: ['mx', 'spf', 'dmarc'],
    sample: 0,
    seed: 1,
    design: 'census',
    isSpfVoids: false,
    isNxdomainCut: true,
  },
  provenance: {
    toolVersion: '0.1.0',
    nodeVersion: 'v20.20.0',
    checkVersions: { mx: 1, spf: 1, dmarc: 1 },
    pslVersion: 'tldts/7.5.5',
    transport: 'dgram',
    threads: 1,
    resolvers: ['127.0.0.1:5300', '127.0.0.2:53'],
    timeoutMs: 2000,
    attempts: 3,
    window: 2000,
    rate: 0,
    timeZone: 'Asia/Tokyo',
    commandLine: ['survey', 'companies-2026-11.csv.gz'],
  },
  resumes: 0,
  blocks: 10,
  blocksDone: 10,
  targets: NAMES,
  domainsDone: NAMES,
  queries: 30_812,
};

/** The run as finished, or after so many of its ten blocks. */
export function sampleData(blocksDone = 10): ReportData {
  const segments = new Tallies();
  const blocks = new Tallies();
  const asked = PROFILES.map((profile, i) => ({
    profile,
    i,
    block: Math.floor(lot(i + NAMES) * 10),
  })).filter(({ block }) => block < blocksDone);
  for (const { profile, i, block } of asked) {
    const [registry, tld] = registryOf(i);
    segments.add('total all', profile);
    segments.add(`tld ${tld}`, profile);
    segments.add(`registry ${registry}`, profile);
    blocks.add(String(block), profile);
  }
  const isDone = blocksDone === 10;
  return {
    run: {
      ...RUN,
      status: isDone ? 'finished' : 'running',
      finishedAtMs: isDone ? RUN.finishedAtMs : undefined,
      blocksDone,
      domainsDone: asked.length,
      queries: Math.round(asked.length * 3.0812),
    },
    lists: [LIST],
    accounting: {
      lines: 10_312,
      blank: 13,
      refused: LIST.accounting.refused,
      duplicates: 258,
      targets: NAMES,
      notSampled: 0,
      attempted: asked.length,
      open: NAMES - asked.length,
    },
    segments: segments.keys().map((key): SegmentCounts => {
      const [segmentType = '', segment = ''] = key.split(' ');
      return { segmentType, segment, counts: named(COUNTERS, segments.get(key)) };
    }),
    blocks: blocks
      .keys()
      .map((key) => ({ block: Number(key), counts: named(HEADLINE, blocks.get(key)) })),
  };
}
