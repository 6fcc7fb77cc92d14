/**
 * A survey in a process of its own, for tests that kill it: two nights over 6,000 names, each block
 * reported on stdout once it is committed. Run as compiled JavaScript: `writer-process.js STORE`.
 */
import type { DomainName } from '../../src/names/domain-name.ts';
import { DMARC_CLASSES, MX_CLASSES, SPF_CLASSES } from '../../src/statistics/layout.ts';
import { openWriter } from '../../src/store/open.ts';
import type { StoreWriter } from '../../src/store/store.ts';
import type { BlockJob, BlockResult, RunConfig, RunProvenance } from '../../src/survey/ports.ts';

const NAMES = 6000;
const NIGHTS = ['2026-02-01', '2026-02-02'];

const PROVENANCE: RunProvenance = {
  toolVersion: '0.1.0',
  nodeVersion: process.version,
  checkVersions: {},
  pslVersion: '7',
  transport: 'dgram',
  threads: 1,
  resolvers: [],
  timeoutMs: 1,
  attempts: 1,
  window: 1,
  rate: 0,
  timeZone: 'UTC',
  commandLine: [],
};

function listId(store: StoreWriter): number {
  const known = store.findList('sha', 'options');
  if (known !== undefined) return known.id;
  const stage = store.stageList();
  for (let i = 0; i < NAMES; i++) {
    const tld = i % 3 === 0 ? 'com' : 'nl';
    const name = `n${i}.${tld}` as DomainName;
    stage.add({ name, tld, registry: tld, rank: i + 1, labels: [`group ${i % 7}`] });
  }
  const counted = { lines: NAMES, blank: 0, refused: {}, duplicates: 0, reduced: 0 };
  return stage.commit({
    name: 'list',
    sha256: 'sha',
    optionsKey: 'options',
    accounting: { ...counted, targets: NAMES, examples: [] },
    labelColumns: ['group'],
    hasRanks: true,
  }).id;
}

function resultOf(job: BlockJob, night: number): BlockResult {
  const numbers = job.names.map((name) => Number(name.slice(1, name.indexOf('.'))));
  const zeros = numbers.map(() => 0);
  const isFailed = (n: number) => (n + night) % 25 === 0;
  const version = (n: number) => (n % 20 === 0 ? night : 0);
  return {
    runId: job.runId,
    block: job.block,
    pass: job.pass,
    ids: job.ids,
    existence: zeros,
    existenceReasons: zeros,
    attempts: numbers.map((n) => (isFailed(n) ? 3 : 1)),
    checks: [
      column(
        'mx',
        numbers.map((n) => (n % 4 === 0 ? null : `[["10 mx${n % 9}.example"]]`)),
      ),
      {
        ...column(
          'spf',
          numbers.map((n) => `[["v=spf1 ip4:10.0.${version(n)}.${n % 250} -all"]]`),
        ),
        classes: numbers.map((n) =>
          SPF_CLASSES.indexOf(isFailed(n) ? 'error_timeout' : 'minus_all'),
        ),
        reasons: numbers.map((n) => (isFailed(n) ? 4 : 0)),
      },
      column(
        'dmarc',
        numbers.map(() => null),
      ),
    ],
    sharedAnswers: [
      {
        qname: `shared${job.block}.example`,
        qtype: 'TXT',
        answer: { status: 'noerror', records: [`night ${night}`], aliases: [] },
      },
    ],
    queries: 3 * numbers.length,
    measuredAtMs: 1,
    durationMs: 1,
  };
}

const column = (check: string, bodies: (string | null)[]) => ({
  check,
  classes: bodies.map(() => 0),
  reasons: bodies.map(() => 0),
  flags: bodies.map(() => 0),
  bodies,
});

function survey(path: string): void {
  const store = openWriter(path, {
    checks: [
      { name: 'mx', classes: MX_CLASSES },
      { name: 'spf', classes: SPF_CLASSES },
      { name: 'dmarc', classes: DMARC_CLASSES },
    ],
  });
  process.stdout.write('ready\n');
  const config: RunConfig = {
    listIds: [listId(store)],
    checks: ['mx', 'spf', 'dmarc'],
    sample: 0,
    seed: 1,
    design: 'census',
    isSpfVoids: false,
    isNxdomainCut: true,
  };
  for (const [i, night] of NIGHTS.entries()) {
    const known = store.runOfNight(night);
    if (known?.status === 'finished') continue;
    const run =
      known === undefined
        ? store.planRun({ night, config, provenance: PROVENANCE, startedAtMs: 1 })
        : store.resumeRun(known.id, PROVENANCE);
    for (const { block, pass } of store.openBlocks(run.id)) {
      const result = resultOf(store.loadBlock(run.id, block, pass), i + 1);
      store.writeBlock(result);
      process.stdout.write(`done ${run.id} ${block}\n`);
      if (block % 3 === 0) store.writeBlock(result);
    }
    store.finishRun(run.id, 1);
  }
  store.close();
  process.stdout.write('all\n');
}

survey(process.argv[2] ?? '');
