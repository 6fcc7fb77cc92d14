/**
 * Findings of a domain's own SPF texts: defects and noteworthy facts that need no further question.
 */
import { type Answer, recordSet } from '../dns/talk.ts';
import type { SpfRecord } from '../records/spf-record.ts';
import type { SpfReading } from './spf-reading.ts';
import { failPermanently, note, type Walk } from './spf-walk-state.ts';

/** Octets of the owner name and all TXT at it that fit a UDP answer of 512 (RFC 7208 §3.4). */
const MAX_ADVISED_OCTETS = 450;

const MAX_NAMED_MODIFIERS = 20;

/** Mechanisms that `name=value` turns into modifiers to be ignored. */
const MECHANISMS: ReadonlySet<string> = new Set([
  'all',
  'include',
  'a',
  'mx',
  'ptr',
  'ip4',
  'ip6',
  'exists',
]);

/** What the set of texts at the name shows, and the fault of a set that cannot be used. */
export function noteTexts(
  walk: Walk,
  answer: Answer,
  reading: Exclude<SpfReading, { kind: 'failed' | 'none' }>,
): void {
  if (reading.nearMisses.length > 0) note(walk, 'near-miss', 'RFC 7208 §4.5');
  const octets = octetsAt(walk.domain, answer);
  if (octets > MAX_ADVISED_OCTETS) note(walk, 'over-450', 'RFC 7208 §3.4', `${octets} octets`);
  if (reading.kind === 'multiple')
    failPermanently(walk, 'tree', 'multiple-records', 0, `${reading.texts.length} records`);
  if (reading.kind !== 'syntax') return;
  const { problem, term } = reading.error;
  failPermanently(walk, 'tree', 'syntax', 0, `${problem}: ${term}`);
  if (problem === 'non-ascii' || problem === 'control-character')
    note(walk, problem, 'RFC 7208 §3.1', term);
}

/** Whether one text alone stands for SPF, and `noteTexts` has nothing to say of the set. */
export function isPlain(
  domain: string,
  answer: Answer,
  reading: Exclude<SpfReading, { kind: 'failed' | 'none' }>,
): boolean {
  return (
    reading.kind === 'record' &&
    reading.nearMisses.length === 0 &&
    octetsAt(domain, answer) <= MAX_ADVISED_OCTETS
  );
}

function octetsAt(domain: string, answer: Answer): number {
  const set = recordSet(answer);
  let octets = domain.length;
  if (set.state === 'records') for (const text of set.records) octets += text.length;
  return octets;
}

/** What a record that keeps the grammar says beside its policy. */
export function noteRecord(walk: Walk, record: SpfRecord): void {
  if (record.unknownModifiers.length > 0) noteModifiers(walk, record.unknownModifiers);
  if (record.directives.length > record.end + 1) note(walk, 'terms-after-all', 'RFC 7208 §5.1');
  if (record.all !== undefined && record.redirect !== undefined)
    note(walk, 'redirect-ignored', 'RFC 7208 §6.1');
  if (record.directives.some((directive) => directive.kind === 'ptr'))
    note(walk, 'ptr', 'RFC 7208 §5.5');
}

function noteModifiers(walk: Walk, names: readonly string[]): void {
  let named = 0;
  for (const name of new Set(names)) {
    if (named++ < MAX_NAMED_MODIFIERS) note(walk, 'unknown-modifier', 'RFC 7208 §6', name);
    if (MECHANISMS.has(name)) note(walk, 'mechanism-written-as-modifier', 'RFC 7208 §4.6.1', name);
  }
}
