/** Who asked what, when, of whom: everything that a reader needs to repeat or to doubt the figures. */
import { namesToAsk } from '../../statistics/accounting.ts';
import type { ListRow } from '../../survey/ports.ts';
import { isComplete, isSampled } from '../report-data.ts';
import { escapeText } from '../text-escape.ts';
import { flow, padEnd, truncate } from './layout.ts';
import { count, duration, localTime } from './numbers.ts';
import { type Canvas, hasAsked, INDENT, type Section, type View } from './view.ts';

const LABEL_WIDTH = 11;
const SHA_DIGITS = 12;
const MAX_LISTS = 5;

export const headSection: Section = (view) => {
  const { run, lists } = view.data;
  const words = view.texts.head;
  const title = words.title(run.provenance.toolVersion, run.night, run.id);
  const more = lists.length - MAX_LISTS;
  const listLabel = lists.length === 1 ? words.list : words.lists;
  return [
    view.paint.heading(escapeText(title)),
    ...lists
      .slice(0, MAX_LISTS)
      .flatMap((list, i) => labelled(i > 0 ? '' : listLabel, listParts(list, view), view)),
    ...(more > 0 ? labelled('', [words.more(count(more))], view) : []),
    ...labelled(words.design, designParts(view), view),
    ...labelled(words.resolvers, run.provenance.resolvers, view),
    ...labelled(words.time, timeParts(view), view),
    ...labelled(words.asked, askedParts(view), view),
    ...labelled(words.readBy, readingParts(view), view),
  ];
};

/** A line of a head: its label and parts from anywhere, escaped here. */
export function labelled(
  label: string,
  parts: readonly string[],
  { width }: Canvas,
): readonly string[] {
  const indent = INDENT + ' '.repeat(LABEL_WIDTH);
  return flow(parts.map(escapeText), width, indent).map((line, i) =>
    i === 0 ? INDENT + padEnd(label, LABEL_WIDTH) + line.slice(indent.length) : line,
  );
}

function listParts(
  { name, sha256, accounting }: ListRow,
  { width, texts }: View,
): readonly string[] {
  return [
    truncate(escapeText(name), width - INDENT.length - LABEL_WIDTH),
    texts.head.names(count(accounting.targets)),
    `sha256 ${sha256.slice(0, SHA_DIGITS)}`,
  ];
}

function designParts({ data, texts }: View): readonly string[] {
  const { accounting, run } = data;
  const { until, seed } = run.config;
  if (!isSampled(data)) return [texts.head.census];
  const asked = count(namesToAsk(accounting));
  const ending =
    until === undefined || run.status !== 'finished'
      ? []
      : [texts.head.endedEarly(until.metric, (until.halfWidth * 100).toFixed(1))];
  return [texts.head.sample(asked, count(accounting.targets), seed), ...ending];
}

function timeParts({ data, texts }: View): readonly string[] {
  const { startedAtMs, finishedAtMs, provenance, resumes, status } = data.run;
  const start = localTime(startedAtMs, provenance.timeZone);
  const resumed = resumes === 0 ? [] : [texts.head.resumed(resumes)];
  if (finishedAtMs === undefined || !isComplete(data))
    return [
      `${start} ${provenance.timeZone}`,
      texts.head.notComplete(texts.head.status[status]),
      ...resumed,
    ];
  const end = localTime(finishedAtMs, provenance.timeZone);
  const shortEnd = end.startsWith(start.slice(0, 10)) ? end.slice(11) : end;
  return [
    texts.head.span(start, shortEnd, provenance.timeZone),
    duration(finishedAtMs - startedAtMs, texts),
    ...resumed,
  ];
}

function askedParts({ data, texts }: View): readonly string[] {
  const { queries, domainsDone, provenance, config } = data.run;
  const words = texts.head;
  const each = domainsDone > 0 ? [words.eachName((queries / domainsDone).toFixed(2))] : [];
  return [
    words.queries(count(queries)),
    ...each,
    words.threads(provenance.transport, provenance.threads),
    words.attempts(provenance.attempts, provenance.timeoutMs),
    ...(config.isSpfVoids ? [words.voids] : []),
  ];
}

function readingParts(view: View): readonly string[] {
  return [
    ...(hasAsked(view, 'spf') ? ['SPF RFC 7208'] : []),
    ...(hasAsked(view, 'dmarc') ? ['DMARC RFC 9989'] : []),
    ...(hasAsked(view, 'mx') ? ['MX RFC 7505'] : []),
    view.texts.head.suffixes(view.data.run.provenance.pslVersion),
  ];
}
