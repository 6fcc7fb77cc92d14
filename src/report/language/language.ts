/**
 * The languages of reports and how a text in both is written down. Pure. Ids of metrics, classes and
 * denominators are never translated; catalogues hold words for people only.
 *
 * A catalogue is an object of texts, each in every language, so that a missing translation is a
 * compile error: `const TEXTS = { title: { en: 'Report', ja: '報告書' } } as const satisfies Texts`.
 */

export const LANGUAGES = ['en', 'ja'] as const;

export type Language = (typeof LANGUAGES)[number];

export type ByLanguage<T> = Readonly<Record<Language, T>>;

/** One text in every language; `{name}` stands for a value. */
export type Text = ByLanguage<string>;

/** Texts by id. */
export type Texts<Id extends string = string> = Readonly<Record<Id, Text>>;

/** What `{name}` in a text becomes. Values are put in as they are: escape for the format later. */
export type TextValues = Readonly<Record<string, string>>;

/** Gives a text of one catalogue in one language. */
export type Say<Id extends string> = (id: Id, values?: TextValues) => string;

export function isLanguage(text: string): text is Language {
  return (LANGUAGES as readonly string[]).includes(text);
}

export function sayFrom<Id extends string>(texts: Texts<Id>, language: Language): Say<Id> {
  return (id, values) => fill(texts[id][language], values);
}

/** The text with its values; a `{name}` without a value stays, so that it is seen. */
export function fill(text: string, values: TextValues = {}): string {
  return text.replace(/\{([a-zA-Z]+)\}/gu, (whole, name: string) =>
    Object.hasOwn(values, name) ? (values[name] ?? whole) : whole,
  );
}
