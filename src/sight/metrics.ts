/**
 * The metrics' names, kinds and meanings, and a registry that fills them from a snapshot at each
 * reading. Names follow Prometheus: base units, `_total` for what only grows, `_seconds` for times.
 * `docs/grafana-dashboard.json` uses these names and no others.
 */
import { Counter, Gauge, Registry } from 'prom-client';
import type { MetricsSnapshot, SurveyFigures } from './metrics-snapshot.ts';

interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

interface MetricDefinition {
  readonly name: string;
  readonly kind: 'counter' | 'gauge';
  readonly help: string;
  /** Beside `survey`, which every metric has. */
  readonly labels: readonly string[];
  readonly samples: (figures: SurveyFigures) => readonly Sample[];
}

const one = (value: number | undefined): readonly Sample[] =>
  value === undefined ? [] : [{ labels: {}, value }];

const byKey = (label: string, values: Readonly<Record<string, number>> = {}): readonly Sample[] =>
  Object.entries(values).map(([key, value]) => ({ labels: { [label]: key }, value }));

const seconds = (ms: number | undefined): number | undefined =>
  ms === undefined ? undefined : ms / 1000;

const flag = (is: boolean | undefined): number | undefined =>
  is === undefined ? undefined : Number(is);

export const METRICS: readonly MetricDefinition[] = [
  {
    name: 'mailcensus_run_active',
    kind: 'gauge',
    help: '1 while the newest run is open, 0 when it is finished or aborted',
    labels: [],
    samples: ({ run }) => one(flag(run?.isRunning)),
  },
  {
    name: 'mailcensus_run_start_timestamp_seconds',
    kind: 'gauge',
    help: 'When the newest run began',
    labels: [],
    samples: ({ run }) => one(seconds(run?.startedAtMs)),
  },
  {
    name: 'mailcensus_domains_targets',
    kind: 'gauge',
    help: 'Domains that the newest run is to ask',
    labels: [],
    samples: ({ run }) => one(run?.targets),
  },
  {
    name: 'mailcensus_domains_done',
    kind: 'gauge',
    help: 'Domains of the newest run that are asked and stored',
    labels: [],
    samples: ({ run }) => one(run?.domainsDone),
  },
  {
    name: 'mailcensus_blocks',
    kind: 'gauge',
    help: 'Blocks of the newest run',
    labels: [],
    samples: ({ run }) => one(run?.blocks),
  },
  {
    name: 'mailcensus_blocks_done',
    kind: 'gauge',
    help: 'Blocks of the newest run that are stored',
    labels: [],
    samples: ({ run }) => one(run?.blocksDone),
  },
  {
    name: 'mailcensus_queries_total',
    kind: 'counter',
    help: 'Queries of the newest run: datagrams sent and TCP exchanges begun',
    labels: [],
    samples: ({ run }) => one(run?.queries),
  },
  {
    name: 'mailcensus_unknown_total',
    kind: 'counter',
    help: 'Domains of the newest run without a definitive answer, by check and reason',
    labels: ['check', 'reason'],
    samples: ({ run }) =>
      (run?.unknown ?? []).map(({ check, reason, names }) => ({
        labels: { check, reason },
        value: names,
      })),
  },
  {
    name: 'mailcensus_questions_answered_total',
    kind: 'counter',
    help: 'Questions of this process that ended with records, NODATA or NXDOMAIN',
    labels: [],
    samples: ({ asking }) => one(asking?.answered),
  },
  {
    name: 'mailcensus_retries_total',
    kind: 'counter',
    help: 'Attempts of this process after the first of their question',
    labels: [],
    samples: ({ asking }) => one(asking?.retries),
  },
  {
    name: 'mailcensus_failed_attempts_total',
    kind: 'counter',
    help: 'Attempts of this process that failed, by kind',
    labels: ['reason'],
    samples: ({ asking }) => byKey('reason', asking?.failedAttempts),
  },
  {
    name: 'mailcensus_resolver_window',
    kind: 'gauge',
    help: 'Queries that may be in flight to a resolver at once, as it bears them now',
    labels: ['resolver'],
    samples: ({ asking }) =>
      (asking?.resolvers ?? []).map(({ resolver, window }) => ({
        labels: { resolver },
        value: window,
      })),
  },
  {
    name: 'mailcensus_workers',
    kind: 'gauge',
    help: 'Workers that are connected to the queue',
    labels: [],
    samples: ({ workers }) => one(workers?.workers),
  },
  {
    name: 'mailcensus_queue_open_blocks',
    kind: 'gauge',
    help: 'Blocks on the queue that are not stored yet',
    labels: [],
    samples: ({ workers }) => one(workers?.openBlocks),
  },
  {
    name: 'mailcensus_schedule_next_timestamp_seconds',
    kind: 'gauge',
    help: 'When the survey is due next',
    labels: [],
    samples: ({ schedule }) => one(seconds(schedule?.nextSlotMs)),
  },
  {
    name: 'mailcensus_schedule_last_complete_timestamp_seconds',
    kind: 'gauge',
    help: 'When a night was last complete, its files written',
    labels: [],
    samples: ({ schedule }) => one(seconds(schedule?.lastCompleteMs)),
  },
  {
    name: 'mailcensus_schedule_night_active',
    kind: 'gauge',
    help: '1 while a night of the survey runs',
    labels: [],
    samples: ({ schedule }) => one(flag(schedule?.isRunning)),
  },
  {
    name: 'mailcensus_schedule_nights_total',
    kind: 'counter',
    help: 'Nights by outcome: complete, failed, missed, skipped',
    labels: ['outcome'],
    samples: ({ schedule }) => byKey('outcome', schedule?.nights),
  },
];

export interface MetricsText {
  readonly contentType: string;
  readonly text: string;
}

/** Gives a function that reads a snapshot and writes it in Prometheus' text format. */
export function metricsRegistry(options: {
  readonly version: string;
  readonly read: () => MetricsSnapshot;
}): () => Promise<MetricsText> {
  const registry = new Registry();
  const info = new Gauge({
    name: 'mailcensus_build_info',
    help: '1; the version of mailcensus that runs is the label',
    labelNames: ['version'],
    registers: [registry],
  });
  info.set({ version: options.version }, 1);
  const filled = METRICS.map((definition) => ({
    definition,
    metric: metricOf(definition, registry),
  }));
  return async () => {
    const { surveys } = options.read();
    for (const { definition, metric } of filled) {
      metric.reset();
      for (const figures of surveys) fill(metric, definition, figures);
    }
    return { contentType: registry.contentType, text: await registry.metrics() };
  };
}

function metricOf({ name, help, labels, kind }: MetricDefinition, registry: Registry) {
  const options = { name, help, labelNames: ['survey', ...labels], registers: [registry] };
  return kind === 'counter' ? new Counter(options) : new Gauge(options);
}

function fill(
  metric: Counter | Gauge,
  { samples }: MetricDefinition,
  figures: SurveyFigures,
): void {
  for (const { labels, value } of samples(figures)) {
    if (Number.isFinite(value)) metric.inc({ survey: figures.survey, ...labels }, value);
  }
}
