/** The head of the page: what was measured, when, of whom, with what; and what must be known first. */
import { accountingProblems, counterProblems, namesToAsk } from '../../statistics/accounting.ts';
import { BASES } from '../../statistics/layout.ts';
import { longDate } from '../language/dates.ts';
import { isComplete } from '../report-data.ts';
import { escapeMarkup } from '../svg/markup.ts';
import { count, localTime } from '../text/numbers.ts';
import { percent } from './format.ts';
import { paragraph } from './markup.ts';
import { hasAsked, type PageView } from './view.ts';

const MAX_LISTS = 5;
const CHECKS: readonly (readonly [string, string])[] = [
  ['spf', 'SPF'],
  ['dmarc', 'DMARC'],
  ['mx', 'MX'],
];
const READINGS: readonly (readonly [string, string])[] = [
  ['spf', 'SPF RFC 7208'],
  ['dmarc', 'DMARC RFC 9989'],
  ['mx', 'MX RFC 7505'],
];

/** The title of the page, as text. */
export function pageTitle({ data, say }: PageView): string {
  const [first, ...rest] = data.lists;
  const name = first?.name ?? '–';
  const list =
    rest.length === 0 ? name : say('titleMore', { list: name, count: count(rest.length) });
  return say('title', { list });
}

export function headerHtml(view: PageView): string {
  const { data, say, language } = view;
  const subtitle = say('subtitle', {
    checks: CHECKS.filter(([check]) => hasAsked(view, check))
      .map(([, name]) => name)
      .join(language === 'ja' ? '・' : ', '),
    count: count(namesToAsk(data.accounting)),
    date: longDate(data.run.night, language),
  });
  const facts = factsOf(view)
    .map(
      ([name, value]) =>
        `<div><dt>${escapeMarkup(name)}</dt>${value.map((text) => `<dd><bdi>${escapeMarkup(text)}</bdi></dd>`).join('')}</div>`,
    )
    .join('');
  return (
    `<header><p class="brand">mailcensus</p><h1>${escapeMarkup(pageTitle(view))}</h1>\n` +
    `${paragraph(subtitle, 'subtitle')}\n${bannerHtml(view)}` +
    `<dl class="facts" aria-label="${escapeMarkup(say('facts'))}">${facts}</dl></header>\n`
  );
}

/** What stops a reader from quoting a figure, most serious first. */
export function bannersOf(view: PageView): readonly string[] {
  const { say, data, isSynthetic } = view;
  return [
    ...problems(view)
      .slice(0, 3)
      .map((problem) => say('bannerProblem', { problem })),
    ...(isSynthetic ? [say('bannerSynthetic')] : []),
    ...(data.accounting.attempted === 0 ? [say('bannerNothing')] : openBanner(view)),
    ...failureBanners(view),
  ];
}

function bannerHtml(view: PageView): string {
  return bannersOf(view)
    .map((text) => paragraph(text, 'banner'))
    .join('\n');
}

function problems({ data, counts }: PageView): readonly string[] {
  const counted = counts.sum(['domains'], BASES);
  return [
    ...accountingProblems(data.accounting),
    ...counterProblems(counts, data.run.config.checks),
    ...(counted === data.accounting.attempted
      ? []
      : [`${data.accounting.attempted} attempted, ${counted} counted`]),
  ];
}

function openBanner({ data, say }: PageView): readonly string[] {
  if (isComplete(data)) return [];
  const text = say('bannerOpen', {
    asked: count(data.accounting.attempted),
    targets: count(namesToAsk(data.accounting)),
  });
  return data.run.status === 'aborted' ? [text, say('bannerAborted')] : [text];
}

/** Above this share of refused look-ups the resolver is measured (statistics.md §3). */
const REFUSED_LIMIT = 0.01;
/** Above this share without an answer the run says more of the way there than of the domains. */
const UNKNOWN_LIMIT = 0.1;

function failureBanners(view: PageView): readonly string[] {
  const { counts, say } = view;
  const asked = counts.sum(['domains'], BASES);
  if (asked === 0) return [];
  return CHECKS.filter(([check]) => hasAsked(view, check)).flatMap(([check, name]) => {
    const refused = counts.sum([`${check}.class.error_refused`], BASES) / asked;
    const unknown = counts.sum([`${check}.unknown`], BASES) / asked;
    return [
      ...(refused > REFUSED_LIMIT
        ? [say('bannerRefused', { share: percent(refused), check: name })]
        : []),
      ...(unknown > UNKNOWN_LIMIT
        ? [say('bannerUnknown', { share: percent(unknown), check: name })]
        : []),
    ];
  });
}

type Fact = readonly [name: string, value: readonly string[]];

function factsOf(view: PageView): readonly Fact[] {
  const { data, say } = view;
  const { provenance } = data.run;
  const readings = READINGS.filter(([check]) => hasAsked(view, check)).map(([, spec]) => spec);
  const more = data.lists.length - MAX_LISTS;
  const lists = data.lists
    .slice(0, MAX_LISTS)
    .flatMap(({ name, accounting, sha256 }) => [
      `${name} · ${say('listNames', { count: count(accounting.targets) })}`,
      `sha256 ${sha256}`,
    ]);
  return [
    [say('factList'), more > 0 ? [...lists, say('moreLists', { count: count(more) })] : lists],
    [say('factDesign'), designOf(view)],
    [say('factTime'), [timeOf(view)]],
    [say('factResolvers'), [provenance.resolvers.join(', ')]],
    [say('factQueries'), [queriesOf(view)]],
    [
      say('factReading'),
      [[...readings, say('suffixes', { version: provenance.pslVersion })].join(', ')],
    ],
    [say('factTool'), [say('tool', { version: provenance.toolVersion, run: String(data.run.id) })]],
  ];
}

function designOf({ data, say }: PageView): readonly string[] {
  const { accounting, run } = data;
  const { config } = run;
  const design =
    config.design === 'census'
      ? say('census')
      : say('sample', {
          asked: count(namesToAsk(accounting)),
          targets: count(accounting.targets),
          seed: String(config.seed),
        });
  if (config.until === undefined) return [design];
  const points = String(Math.round(config.until.halfWidth * 100_000) / 1000);
  return [design, say('stopRule', { metric: config.until.metric, points })];
}

function timeOf({ data, say }: PageView): string {
  const { startedAtMs, finishedAtMs, provenance } = data.run;
  const zone = provenance.timeZone;
  const from = localTime(startedAtMs, zone);
  if (finishedAtMs === undefined) return say('timeOpen', { from, zone });
  return say('timeSpan', { from, to: localTime(finishedAtMs, zone), zone });
}

function queriesOf({ data, say }: PageView): string {
  const { queries, domainsDone, provenance } = data.run;
  return say('queries', {
    queries: count(queries),
    each: domainsDone > 0 ? (queries / domainsDone).toFixed(2) : '–',
    transport: provenance.transport,
    attempts: String(provenance.attempts),
    timeout: count(provenance.timeoutMs),
  });
}
