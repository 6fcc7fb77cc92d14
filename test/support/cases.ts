/**
 * The written record cases of `test/fixtures/records.json`: records in, expected outcome out. One
 * character U+0000 to U+00FF of a record is one byte.
 */
import { readFileSync } from 'node:fs';
import type { ZoneNames } from './zone.ts';

/** What a case expects; `flags` are a minimum set. */
export interface CaseExpectation {
  readonly class: string;
  readonly terminal?: string;
  readonly lookups?: number;
  readonly voids?: number | { readonly ipv4: number; readonly ipv6: number };
  readonly flags?: readonly string[];
  readonly reason?: string;
  readonly p?: string | null;
  readonly sp?: string;
  readonly np?: string;
  readonly pct?: number;
  readonly effective?: string;
  readonly rua_count?: number;
  readonly record_domain?: string;
  readonly org_domain?: string;
  readonly queries?: readonly string[];
}

export interface Case {
  readonly id: string;
  readonly kind: 'spf' | 'dmarc';
  readonly domain: string;
  /** RRs at the domain (spf) or at `_dmarc.<domain>` (dmarc), each its character-strings. */
  readonly records?: readonly (readonly string[])[];
  readonly zone?: ZoneNames;
  readonly expect: CaseExpectation;
  readonly expect_7489?: { readonly class: string; readonly note?: string };
  readonly why: string;
  readonly cite: string;
  /** Where peers differ; such a case may come out otherwise only if the test says why. */
  readonly disputed?: string;
  readonly alt?: Readonly<Record<string, string>>;
}

export const CASES: readonly Case[] = JSON.parse(
  readFileSync(new URL('../fixtures/records.json', import.meta.url), 'utf8'),
);
