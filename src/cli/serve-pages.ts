/** The pages of `serve`: an address to what the store has to say. Every value of an address is checked. */
import { parseDomainName } from '../names/domain-name.ts';
import { comparisonPart } from '../report/html/comparison.ts';
import { headerHtml, pageTitle } from '../report/html/head.ts';
import { contentsHtml, reportParts } from '../report/html/html-report.ts';
import { paragraph } from '../report/html/markup.ts';
import {
  formHtml,
  historyPart,
  nightsPart,
  type SiteFrame,
  sitePage,
  siteSay,
} from '../report/html/site.ts';
import { trendPart } from '../report/html/trend.ts';
import { pageView } from '../report/html/view.ts';
import { isLanguage, type Language } from '../report/language/language.ts';
import { reportJson } from '../report/report-json.ts';
import { count } from '../report/text/numbers.ts';
import { recordText } from '../report/text-escape.ts';
import type { Page, PageRequest } from '../serve/http-server.ts';
import { MEASURES } from '../statistics/measures.ts';
import type { StoreReader } from '../store/store.ts';
import { SurveyError } from '../survey/errors.ts';
import type { RunRow } from '../survey/ports.ts';
import { nightsBetween, pairBetween } from './chosen-nights.ts';
import { comparisonOf } from './compare-data.ts';
import { domainsFile, RUN_FILES } from './export-files.ts';
import { measureChoice } from './measure-choice.ts';
import { chosenRun, reportDataOf } from './report-data.ts';
import { historyOf, trendsOf } from './report-history.ts';
import { STORED_TYPES } from './segment-data.ts';
import { trendOf } from './trend-data.ts';
import { TOOL_VERSION } from './version.ts';

export interface SiteParts {
  readonly store: StoreReader;
  /** As the user named it. */
  readonly path: string;
  readonly language: Language;
}

const HTML = 'text/html; charset=utf-8';
const CSV = 'text/csv; charset=utf-8';
const TOP_SERIES = 3;

export function sitePageFor(parts: SiteParts, request: PageRequest): Page {
  const [first, ...rest] = request.path;
  switch (first) {
    case undefined:
      return home(parts, request);
    case 'run':
      return night(parts, request, rest);
    case 'compare':
      return compare(parts, request);
    case 'trend':
      return trend(parts, request);
    case 'domain':
      return domain(parts, request);
    default:
      throw new SurveyError('usage', `there is no page /${request.path.join('/')}`);
  }
}

/** A page of one line; without a request in the language that `serve` was started with. */
export function siteError(language: Language, status: number, line: string): Page {
  const say = siteSay(language);
  const frame = { language, otherHref: '/', version: TOOL_VERSION };
  const part = { id: 'error', title: String(status), html: paragraph(line) };
  return htmlPage(sitePage(frame, say('errorTitle'), { parts: [part] }), status);
}

const htmlPage = (body: string, status = 200): Page => ({ status, contentType: HTML, body });

function frameOf({ language }: SiteParts, { path, query }: PageRequest): SiteFrame {
  const asked = query.get('lang') ?? '';
  const own = isLanguage(asked) ? asked : language;
  const other = new URLSearchParams(query);
  other.set('lang', own === 'en' ? 'ja' : 'en');
  return {
    language: own,
    otherHref: `/${path.map(encodeURIComponent).join('/')}?${other}`,
    version: TOOL_VERSION,
  };
}

function home(parts: SiteParts, request: PageRequest): Page {
  const frame = frameOf(parts, request);
  const say = siteSay(frame.language);
  const runs = parts.store.runs();
  const rows = runs.toReversed().map((run) => ({
    id: run.id,
    night: run.night,
    status: run.status,
    asked: count(run.domainsDone),
    targets: count(run.targets),
  }));
  const overview = overviewOf(
    parts,
    frame,
    runs.filter(({ status }) => status === 'finished'),
  );
  const title = say('homeTitle', { store: parts.path });
  return htmlPage(sitePage(frame, title, { parts: [...overview, nightsPart(frame, rows)] }));
}

/** The first trend there is, as the picture of the whole. */
function overviewOf({ store }: SiteParts, { language }: SiteFrame, nights: readonly RunRow[]) {
  const newest = nights.at(-1);
  const [first] = trendsOf(store, nights);
  return newest === undefined || first === undefined
    ? []
    : trendPart(pageView(reportDataOf(store, newest), { language }), [first]);
}

function night(parts: SiteParts, request: PageRequest, rest: readonly string[]): Page {
  const [id = '', file] = rest;
  const number = /^\d{1,15}$/u.test(id) ? Number(id) : 0;
  const run = chosenRun(parts.store, parts.path, { run: number });
  if (file !== undefined) return download(parts, run, file);
  const frame = frameOf(parts, request);
  const data = reportDataOf(parts.store, run);
  const view = pageView(data, { language: frame.language });
  const history = historyOf(parts.store, run, { store: parts.path });
  const sections = reportParts(view, history);
  const contents = contentsHtml(view, sections);
  const content = { header: headerHtml(view), contents, parts: sections };
  return htmlPage(sitePage(frame, pageTitle(view), content));
}

function download({ store }: SiteParts, run: RunRow, file: string): Page {
  const name = `${run.night}-${file}`;
  const csv = { hasBom: false, isRaw: false };
  const page = (contentType: string, body: Page['body']): Page => ({
    status: 200,
    contentType,
    fileName: name,
    body,
  });
  switch (file) {
    case 'domains.csv':
      return page(CSV, domainsFile(store, run, 'csv', csv));
    case 'metrics.csv':
      return page(CSV, RUN_FILES.metrics(reportDataOf(store, run), csv));
    case 'errors.csv':
      return page(CSV, RUN_FILES.errors(reportDataOf(store, run), csv));
    case 'report.json':
      return page('application/json', reportJson(reportDataOf(store, run)));
    default:
      throw new SurveyError('usage', `there is no file ${file} of a night`);
  }
}

function compare(parts: SiteParts, request: PageRequest): Page {
  const { store, path } = parts;
  const frame = frameOf(parts, request);
  const say = siteSay(frame.language);
  const { query } = request;
  const asked = (name: string) => query.get(name) || undefined;
  const pair = pairBetween(store, path, { from: asked('from'), to: asked('to') });
  const types = store.segmentTypes(pair.to.id);
  const by = query.get('by') ?? 'tld';
  const comparison = comparisonOf(store, pair, { by: [by], isAnyList: true, operators: 'all' });
  const nights = finishedNights(store);
  const form = formHtml(frame, '/compare', [
    { name: 'from', label: say('from'), value: pair.from.night, choices: nights },
    { name: 'to', label: say('to'), value: pair.to.night, choices: nights },
    {
      name: 'by',
      label: say('by'),
      value: by,
      choices: types.includes(by) ? types : [...types, by],
    },
  ]);
  const view = pageView(reportDataOf(store, pair.to), { language: frame.language });
  const sections = comparisonPart(view, comparison);
  return htmlPage(
    sitePage(frame, `${say('compare')}: ${pair.from.night} – ${pair.to.night}`, {
      contents: `<div class="tools">${form}</div>`,
      parts: sections,
    }),
  );
}

function trend(parts: SiteParts, request: PageRequest): Page {
  const { store, path } = parts;
  const frame = frameOf(parts, request);
  const say = siteSay(frame.language);
  const { query } = request;
  const nights = nightsBetween(store, path, {});
  const newest = nights.at(-1) as RunRow;
  const metric = query.get('metric') ?? 'dmarc.adoption';
  const by = query.get('by') ?? 'tld';
  if (!STORED_TYPES.includes(by)) {
    throw new SurveyError('usage', `a trend here is by ${STORED_TYPES.join(' or ')}`);
  }
  const { of, needs } = measureChoice(metric, undefined, newest.config.checks);
  const asked = nights.filter(({ config }) => needs.every((need) => config.checks.includes(need)));
  const data = trendOf(store, asked, { by, measure: of, top: TOP_SERIES, names: [] });
  const form = formHtml(frame, '/trend', [
    { name: 'metric', label: say('metric'), value: metric, choices: metricChoices(newest) },
    { name: 'by', label: say('by'), value: by, choices: STORED_TYPES },
  ]);
  const view = pageView(reportDataOf(store, newest), { language: frame.language });
  return htmlPage(
    sitePage(frame, `${say('trend')}: ${metric}`, {
      contents: `<div class="tools">${form}</div>`,
      parts: trendPart(view, [data]),
    }),
  );
}

function metricChoices({ config }: RunRow): readonly string[] {
  return MEASURES.filter(({ needs }) =>
    needs.every((need) => config.checks.includes(need)),
  ).flatMap(({ metric, classes }) =>
    classes.map(({ name }) => (name === '' ? metric : `${metric}:${name}`)),
  );
}

const finishedNights = (store: StoreReader): readonly string[] =>
  store
    .runs()
    .filter(({ status }) => status === 'finished')
    .map(({ night }) => night)
    .toReversed();

function domain(parts: SiteParts, request: PageRequest): Page {
  const frame = frameOf(parts, request);
  const say = siteSay(frame.language);
  const typed = request.query.get('name') ?? '';
  const form = formHtml(frame, '/domain', [{ name: 'name', label: say('name'), value: typed }]);
  const parsed = parseDomainName(typed.trim());
  const name = parsed.ok ? parsed.name : undefined;
  const lines = name === undefined ? [] : parts.store.history(name);
  const sections = typed === '' ? [] : [historyPart(frame, name ?? typed, lines, recordText)];
  return htmlPage(
    sitePage(frame, say('domainTitle'), {
      contents: `<div class="tools">${form}</div>`,
      parts: sections,
    }),
  );
}
