/** The checks in column order. Adding a check is one file, one test and one row here. */
import type { Check } from './check.ts';
import { dmarc } from './dmarc.ts';
import { mx } from './mx.ts';
import { spf } from './spf.ts';

export const CHECKS: readonly Check[] = [mx, spf, dmarc];

const BY_NAME = new Map(CHECKS.map((check) => [check.name, check]));

/** The check of that name, as in `--checks` and in the store. */
export function checkByName(name: string): Check | undefined {
  return BY_NAME.get(name);
}
