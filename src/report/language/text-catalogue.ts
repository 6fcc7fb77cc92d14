/**
 * Words of the terminal reports by language. Pure data. A text that one language lacks does not
 * compile, since English gives the shape. Ids of metrics, denominators and classes stay as they are.
 */
import { ANALYSIS_ENGLISH } from './analysis-english.ts';
import { ANALYSIS_JAPANESE } from './analysis-japanese.ts';
import type { Language } from './language.ts';
import { REPORT_ENGLISH } from './text-english.ts';
import { REPORT_JAPANESE } from './text-japanese.ts';

export type TextCatalogue = typeof REPORT_ENGLISH & typeof ANALYSIS_ENGLISH;

export const TEXTS: Readonly<Record<Language, TextCatalogue>> = {
  en: { ...REPORT_ENGLISH, ...ANALYSIS_ENGLISH },
  ja: { ...REPORT_JAPANESE, ...ANALYSIS_JAPANESE },
};

/** The word for a key that may come from outside; undefined where there is none. */
export function wordFor(words: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.hasOwn(words, key) ? words[key] : undefined;
}
