/**
 * What names known to have had DMARC ask for now (IIR Vol. 35, Fig. 6). Only this section has failed
 * look-ups and records that are gone inside its 100 %, and says so.
 */
import { shareOf } from '../../statistics/shares.ts';
import { wordFor } from '../language/text-catalogue.ts';
import type { KnownDmarc } from '../report-data.ts';
import { escapeText } from '../text-escape.ts';
import { barLines } from './bars.ts';
import { flow, truncate, wrap } from './layout.ts';
import { count } from './numbers.ts';
import { errorName, INDENT, quietLines, type Section, type View } from './view.ts';

const CLASSES = ['none', 'quarantine', 'reject', 'error'] as const;

/** Nothing unless the report was asked for that denominator. */
export const knownDmarcSection: Section = (view) => {
  const { knownDmarc } = view.data;
  if (knownDmarc === undefined) return [];
  const words = view.texts.known;
  const { notAsked = 0 } = knownDmarc;
  const source = truncate(escapeText(knownDmarc.source), view.width - 2 * INDENT.length - 20);
  const head = [
    view.paint.heading(words.title(count(knownDmarc.known))),
    ...quietLines(words.source(source), view),
  ];
  if (knownDmarc.known === 0) return [...head, INDENT + words.nothing];
  return [
    ...head,
    ...barLines(
      CLASSES.map((of) => ({
        label: words.labels[of],
        share: shareOf({ numerator: knownDmarc[of], denominator: knownDmarc.known }),
        ink: of,
      })),
      view,
    ),
    ...partLines(knownDmarc, view),
    ...quietLines(words.explanation, view),
    ...(notAsked > 0 ? quietLines(words.notAsked(count(notAsked)), view) : []),
    ...(isWhole(knownDmarc)
      ? []
      : wrap(words.mismatch, view.width, INDENT, INDENT).map(view.paint.warning)),
  ];
};

function partLines({ parts, error }: KnownDmarc, view: View): readonly string[] {
  const words = view.texts.known;
  const shown = Object.entries(parts)
    .filter(([, value]) => value > 0)
    .sort(([, a], [, b]) => b - a)
    .map(
      ([of, value]) => `${wordFor(words.parts, of) ?? escapeText(errorName(of))} ${count(value)}`,
    );
  if (shown.length === 0) return [];
  return flow([`${words.error} ${count(error)}`, ...shown], view.width, INDENT);
}

function isWhole({ known, none, quarantine, reject, error, parts }: KnownDmarc): boolean {
  const sum = Object.values(parts).reduce((total, part) => total + part, 0);
  return none + quarantine + reject + error === known && sum === error;
}
