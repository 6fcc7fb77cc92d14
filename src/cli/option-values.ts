/** Values of command-line options: text to typed value, or a one-line complaint of commander's. */
import { InvalidArgumentError } from 'commander';

/** A whole number from `least` to `most`, both included. */
export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,15}$/u.test(text) ? Number(text) : Number.NaN;
    if (!(value >= least && value <= most)) {
      throw new InvalidArgumentError(`it takes a whole number from ${least} to ${most}.`);
    }
    return value;
  };
}

/** `0.5pp` or `0.5`: percentage points above 0 and below 50, as a fraction. */
export function percentagePoints(text: string): number {
  const digits = /^(\d{1,2}(?:\.\d{1,4})?) ?(?:pp)?$/u.exec(text)?.[1];
  const points = Number(digits);
  if (!(points > 0 && points < 50)) {
    throw new InvalidArgumentError('it takes percentage points above 0 and below 50, as 0.5pp.');
  }
  return points / 100;
}

/** One of `words`. */
export function oneOf<Word extends string>(words: readonly Word[]): (text: string) => Word {
  return (text) => {
    const word = words.find((candidate) => candidate === text);
    if (word === undefined) throw new InvalidArgumentError(`it takes ${words.join(', ')}.`);
    return word;
  };
}

/** Collects a repeatable option. */
export function collect(text: string, before: readonly string[] | undefined): string[] {
  return [...(before ?? []), text];
}

/** `a,b,c` without blanks and empty parts. */
export function commaList(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
