/**
 * A strict reader of Prometheus' text format 0.0.4, written from its description: HELP before TYPE
 * before samples, one block a metric, no sample twice, escapes undone, a line end at the end.
 */

export interface Family {
  readonly help: string;
  readonly type: string;
  readonly samples: { readonly labels: Readonly<Record<string, string>>; readonly value: number }[];
}

const NAME = '[a-zA-Z_:][a-zA-Z0-9_:]*';
const HELP = new RegExp(`^# HELP (${NAME}) (.*)$`, 'u');
const TYPE = new RegExp(`^# TYPE (${NAME}) (counter|gauge|histogram|summary|untyped)$`, 'u');
const SAMPLE = new RegExp(`^(${NAME})(?:\\{(.*)\\})? (\\S+)$`, 'u');
const NUMBER = /^[+-]?(?:\d+(?:\.\d+)?(?:e[+-]?\d+)?|Inf|NaN)$/u;
const LABEL = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"(?:,|$)/u;

/** Throws on the first line that the format does not allow. */
export function parseMetrics(text: string): ReadonlyMap<string, Family> {
  if (!text.endsWith('\n')) throw new Error('no line end at the end');
  const reader = new Reader();
  for (const line of text.slice(0, -1).split('\n')) {
    if (line !== '') reader.line(line);
  }
  return reader.families;
}

class Reader {
  readonly families = new Map<string, Family>();
  readonly #seen = new Set<string>();
  #help: { readonly name: string; readonly text: string } | undefined;
  #current: { readonly name: string; readonly family: Family } | undefined;

  line(line: string): void {
    const help = HELP.exec(line);
    const type = TYPE.exec(line);
    if (help !== null) this.#onHelp(help[1] ?? '', help[2] ?? '');
    else if (type !== null) this.#onType(type[1] ?? '', type[2] ?? '');
    else this.#onSample(line);
  }

  #onHelp(name: string, text: string): void {
    if (this.families.has(name)) throw new Error(`${name} comes in two blocks`);
    this.#help = { name, text };
  }

  #onType(name: string, type: string): void {
    if (this.#help?.name !== name) throw new Error(`TYPE of ${name} without HELP`);
    const family = { help: this.#help.text, type, samples: [] };
    this.#current = { name, family };
    this.families.set(name, family);
  }

  #onSample(line: string): void {
    const [, name, labels = '', value = ''] = SAMPLE.exec(line) ?? [];
    if (name === undefined || name !== this.#current?.name)
      throw new Error(`out of place: ${line}`);
    const key = `${name}{${labels}}`;
    if (this.#seen.has(key)) throw new Error(`twice: ${line}`);
    this.#seen.add(key);
    if (!NUMBER.test(value)) throw new Error(`no number: ${line}`);
    this.#current.family.samples.push({ labels: labelsOf(labels), value: Number(value) });
  }
}

function labelsOf(text: string): Record<string, string> {
  const labels: Record<string, string> = {};
  for (let rest = text; rest !== ''; ) {
    const match = LABEL.exec(rest);
    if (match === null) throw new Error(`no labels: ${text}`);
    const [whole, name = '', value = ''] = match;
    if (name in labels) throw new Error(`the label ${name} twice: ${text}`);
    labels[name] = value.replace(/\\([\\"n])/gu, (_, of: string) => (of === 'n' ? '\n' : of));
    rest = rest.slice(whole.length);
  }
  return labels;
}
