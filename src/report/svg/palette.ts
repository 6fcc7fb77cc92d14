/**
 * The inks of the charts, for paper and for a dark screen. Pure data and the style rules made of it.
 *
 * On paper lightness falls from absent to reject, so that the classes survive monochrome print, and
 * they stay apart under protanopia, deuteranopia and tritanopia (CIEDE2000 of 21 and more, Machado
 * 2009). `error` is hatched, as its grey alone says nothing. Line series are of Okabe and Ito. Shapes
 * carry the light ink as an attribute, so that a chart taken out of its page is whole; the page's
 * rules override it.
 */

export interface Ink {
  readonly light: string;
  readonly dark: string;
  /** Text upon it. */
  readonly lightText: string;
  readonly darkText: string;
}

export type InkName = keyof typeof INKS;

const INK_DARK_TEXT = '#14181d';

function fill(light: string, dark: string, lightText: string, darkText: string): Ink {
  return { light, dark, lightText, darkText };
}

export const INKS = {
  absent: fill('#e6e6e6', '#47525e', INK_DARK_TEXT, '#ffffff'),
  none: fill('#fdb863', '#fdb863', INK_DARK_TEXT, INK_DARK_TEXT),
  quarantine: fill('#4aa3df', '#5fb0e8', INK_DARK_TEXT, INK_DARK_TEXT),
  reject: fill('#0b4f8a', '#2474b8', '#ffffff', '#ffffff'),
  error: fill('#8a8a8a', '#98a1aa', INK_DARK_TEXT, INK_DARK_TEXT),
  open: fill('#a3195b', '#e0559a', '#ffffff', INK_DARK_TEXT),
  /** A quantity that is no class. */
  plain: fill('#0b4f8a', '#5fb0e8', '#ffffff', INK_DARK_TEXT),
  /** What leaves a population. */
  leaving: fill('#c9ced4', '#4a5561', INK_DARK_TEXT, '#ffffff'),
  series1: fill('#0b4f8a', '#6cb6ea', '#ffffff', INK_DARK_TEXT),
  series2: fill('#d55e00', '#ff8c42', '#ffffff', INK_DARK_TEXT),
  series3: fill('#009e73', '#2fd0a0', '#ffffff', INK_DARK_TEXT),
  series4: fill('#cc79a7', '#e59ac4', INK_DARK_TEXT, INK_DARK_TEXT),
  text: fill('#1a2027', '#e8ecf0', '#ffffff', INK_DARK_TEXT),
  muted: fill('#56606b', '#a9b4bf', '#ffffff', INK_DARK_TEXT),
  line: fill('#d5dae0', '#39434e', INK_DARK_TEXT, '#ffffff'),
  surface: fill('#ffffff', '#12161b', INK_DARK_TEXT, '#ffffff'),
} as const satisfies Readonly<Record<string, Ink>>;

/** Classes that have an ink of another name. */
const INK_OF_CLASS: Readonly<Record<string, InkName>> = {
  absent: 'absent',
  none: 'none',
  quarantine: 'quarantine',
  reject: 'reject',
  error: 'error',
  invalid: 'error',
  multiple: 'error',
  nxdomain: 'leaving',
  not_listed: 'leaving',
  minus_all: 'reject',
  tilde_all: 'quarantine',
  question_all: 'none',
  plus_all: 'open',
  no_all: 'absent',
};

export function inkOf(className: string): InkName {
  return INK_OF_CLASS[className] ?? 'plain';
}

/** Ink that is drawn with a hatching over it. */
export function isHatched(ink: InkName): boolean {
  return ink === 'error';
}

/** Attributes of a filled shape. */
export function filled(ink: InkName): { readonly class: string; readonly fill: string } {
  return { class: `f-${ink}`, fill: INKS[ink].light };
}

/** Attributes of a line. */
export function stroked(ink: InkName): { readonly class: string; readonly stroke: string } {
  return { class: `s-${ink}`, stroke: INKS[ink].light };
}

/** Attributes of text that stands on the ink. */
export function textOn(ink: InkName): { readonly class: string; readonly fill: string } {
  return { class: `t-${ink}`, fill: INKS[ink].lightText };
}

/** Rules for all inks: `scheme` chooses paper or dark screen. */
export function inkRules(scheme: 'light' | 'dark'): string {
  return Object.entries(INKS)
    .map(([name, ink]) => {
      const text = scheme === 'light' ? ink.lightText : ink.darkText;
      return `.f-${name}{fill:${ink[scheme]}}.s-${name}{stroke:${ink[scheme]}}.t-${name}{fill:${text}}`;
    })
    .join('');
}
