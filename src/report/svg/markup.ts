/**
 * Markup from values: escaping for HTML and SVG alike, elements, numbers. Nothing from outside reaches
 * a page but through here. It knows no chart and no page.
 */
import { escapeText } from '../text-escape.ts';

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Characters that XML 1.0 §2.2 does not allow and `escapeText` leaves. */
const NO_CHARACTERS = /[\ufffe\uffff]/gu;

/**
 * Text for an element or a quoted attribute. Control characters and bidirectional overrides become
 * visible escapes, so that no name can turn a line around.
 */
export function escapeMarkup(text: string): string {
  return escapeText(text)
    .replace(NO_CHARACTERS, '\ufffd')
    .replace(/[&<>"']/gu, (character) => ENTITIES[character] ?? character);
}

export type AttributeValue = string | number | undefined;

export type Attributes = Readonly<Record<string, AttributeValue>>;

/** As `12.35`: two decimals at most, so that a page has the same bytes on every machine. */
export function decimal(value: number): string {
  if (!Number.isFinite(value)) return '0';
  const rounded = Math.round(value * 100) / 100;
  return Object.is(rounded, -0) ? '0' : String(rounded);
}

/** ` name="value"` for each; undefined ones are left out. */
export function attributesOf(attributes: Attributes): string {
  return Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => {
      const text = typeof value === 'number' ? decimal(value) : escapeMarkup(value ?? '');
      return ` ${name}="${text}"`;
    })
    .join('');
}

/** An element around markup that is safe already; without content in the short form. For SVG. */
export function element(name: string, attributes: Attributes, content = ''): string {
  const open = `<${name}${attributesOf(attributes)}`;
  return content === '' ? `${open}/>` : `${open}>${content}</${name}>`;
}
