/** Who asked what, when, of whom: everything that a reader needs to repeat or to doubt the figures. */
import { namesToAsk } from '../../statistics/accounting.ts';
import type { ListRow } from '../../survey/ports.ts';
import { isComplete } from '../report-data.ts';
import { escapeText } from '../text-escape.ts';
import { flow, padEnd, truncate } from './layout.ts';
import { count, duration, localTime } from './numbers.ts';
import { hasAsked, INDENT, type Section, type View } from './view.ts';

const LABEL_WIDTH = 11;
const SHA_DIGITS = 12;
const MAX_LISTS = 5;

export const headSection: Section = (view) => {
  const { run, lists } = view.data;
  const title = `mailcensus ${run.provenance.toolVersion} · night ${run.night} · run ${run.id}`;
  const more = lists.length - MAX_LISTS;
  return [
    view.paint.heading(escapeText(title)),
    ...lists
      .slice(0, MAX_LISTS)
      .flatMap((list, i) => labelled(listLabel(i, lists.length), listParts(list, view), view)),
    ...(more > 0 ? labelled('', [`and ${count(more)} more`], view) : []),
    ...labelled('design', [designOf(view)], view),
    ...labelled('resolvers', run.provenance.resolvers, view),
    ...labelled('time', timeParts(view), view),
    ...labelled('asked', askedParts(view), view),
    ...labelled('read by', readingParts(view), view),
  ];
};

function labelled(label: string, parts: readonly string[], { width }: View): readonly string[] {
  const indent = INDENT + ' '.repeat(LABEL_WIDTH);
  return flow(parts.map(escapeText), width, indent).map((line, i) =>
    i === 0 ? INDENT + padEnd(label, LABEL_WIDTH) + line.slice(indent.length) : line,
  );
}

function listLabel(index: number, length: number): string {
  if (index > 0) return '';
  return length === 1 ? 'list' : 'lists';
}

function listParts({ name, sha256, accounting }: ListRow, { width }: View): readonly string[] {
  return [
    truncate(escapeText(name), width - INDENT.length - LABEL_WIDTH),
    `${count(accounting.targets)} names`,
    `sha256 ${sha256.slice(0, SHA_DIGITS)}`,
  ];
}

function designOf({ data }: View): string {
  const { accounting, run } = data;
  if (run.config.design === 'census') return 'census: every name of the lists';
  const asked = count(namesToAsk(accounting));
  return `simple random sample: ${asked} of ${count(accounting.targets)} names, seed ${run.config.seed}`;
}

function timeParts({ data }: View): readonly string[] {
  const { startedAtMs, finishedAtMs, provenance, resumes, status } = data.run;
  const start = localTime(startedAtMs, provenance.timeZone);
  const resumed = resumes === 0 ? [] : [`resumed ${resumes === 1 ? 'once' : `${resumes} times`}`];
  if (finishedAtMs === undefined || !isComplete(data))
    return [`${start} ${provenance.timeZone}`, `${status}, not complete`, ...resumed];
  const end = localTime(finishedAtMs, provenance.timeZone);
  const shortEnd = end.startsWith(start.slice(0, 10)) ? end.slice(11) : end;
  return [
    `${start} to ${shortEnd} ${provenance.timeZone}`,
    duration(finishedAtMs - startedAtMs),
    ...resumed,
  ];
}

function askedParts({ data }: View): readonly string[] {
  const { queries, domainsDone, provenance, config } = data.run;
  const each = domainsDone > 0 ? [`${(queries / domainsDone).toFixed(2)} a name`] : [];
  return [
    `${count(queries)} queries`,
    ...each,
    `${provenance.transport} on ${threads(provenance.threads)}`,
    `${provenance.attempts} attempts of ${provenance.timeoutMs} ms`,
    ...(config.isSpfVoids ? ['SPF void look-ups'] : []),
  ];
}

const threads = (number: number): string => `${number} ${number === 1 ? 'thread' : 'threads'}`;

function readingParts(view: View): readonly string[] {
  return [
    ...(hasAsked(view, 'spf') ? ['SPF RFC 7208'] : []),
    ...(hasAsked(view, 'dmarc') ? ['DMARC RFC 9989'] : []),
    ...(hasAsked(view, 'mx') ? ['MX RFC 7505'] : []),
    `public suffixes ${view.data.run.provenance.pslVersion}`,
  ];
}
