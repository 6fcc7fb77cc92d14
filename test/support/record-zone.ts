/**
 * Measured records as a written-down zone, read straight from the file and not by the code that the
 * servers use: what a survey of them must see. A missing key is NODATA, a missing preference 10.
 */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { CHECKS } from '../../src/checks/table.ts';
import type { DomainName } from '../../src/names/domain-name.ts';
import { holdAgainst, type Zone, type ZoneNode, zoneOf } from './zone.ts';

interface Measured {
  readonly domain: string;
  readonly mx?: readonly string[];
  readonly txt?: readonly string[];
  readonly dmarc_txt?: readonly string[];
}

/** One line of the rig's truth: what the resolver must say of a name. */
interface Truth {
  readonly domain: string;
  readonly listed: boolean;
  readonly outcome: Readonly<Record<'mx' | 'txt' | 'dmarc_txt', string>>;
  readonly mx: readonly string[];
  readonly txt: readonly string[];
  readonly dmarc_txt: readonly string[];
}

export interface KnownPopulation {
  readonly domains: readonly string[];
  readonly zone: Zone;
}

function readLines<Line>(file: string): Line[] {
  const bytes = readFileSync(file);
  const text = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line);
}

/** UTF-8 on the wire, one latin1 character an octet in an answer. */
const wireText = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');

function exchange(entry: string): readonly [number, string] {
  const [first = '', second] = entry.trim().split(' ');
  if (second !== undefined) return [Number(first), second];
  return first === '' || first === '0' || first === '.' ? [0, '.'] : [10, first];
}

/** The records of `data/`, with `placeholder` as the SPF record of each of the `targets`. */
export function measuredPopulation(
  file: string,
  targets: readonly string[],
  placeholder: string,
): KnownPopulation {
  const nodes: Record<string, ZoneNode> = {};
  const records = readLines<Measured>(file);
  for (const { domain, mx = [], txt = [], dmarc_txt } of records) {
    nodes[domain] = { MX: mx.map(exchange), TXT: txt.map(wireText) };
    if (dmarc_txt === undefined) nodes[`_dmarc.${domain}`] = {};
    else if (dmarc_txt.length > 0) nodes[`_dmarc.${domain}`] = { TXT: dmarc_txt.map(wireText) };
  }
  for (const target of targets) nodes[target] = { ...nodes[target], TXT: [placeholder] };
  return { domains: records.map(({ domain }) => domain), zone: zoneOf(nodes) };
}

/** What the truth file of a mini-internet without faults says; throws when it tells of a fault. */
export function truthPopulation(file: string): KnownPopulation {
  const nodes: Record<string, ZoneNode> = {};
  const lines = readLines<Truth>(file);
  for (const { domain, outcome, mx, txt, dmarc_txt } of lines) {
    const said = new Set(Object.values(outcome));
    for (const status of said)
      if (!['noerror', 'nodata', 'nxdomain'].includes(status))
        throw new Error(`the rig was built with faults: ${domain} is ${status}`);
    if (outcome.mx !== 'nxdomain') nodes[domain] = { MX: mx.map(exchange), TXT: txt.map(wireText) };
    if (outcome.dmarc_txt !== 'nxdomain')
      nodes[`_dmarc.${domain}`] = { TXT: dmarc_txt.map(wireText) };
  }
  const listed = lines.filter((line) => line.listed).map(({ domain }) => domain);
  return { domains: listed, zone: zoneOf(nodes) };
}

/** The class of every check for one domain, as `check=class` words: what the records imply. */
export function impliedClasses(zone: Zone, domain: string): string {
  return CHECKS.map((check) => {
    const { result } = holdAgainst(zone, check.observe(domain as DomainName));
    return `${check.name}=${result.class}`;
  }).join(' ');
}

/** The same words from a row of `domains.csv`. */
export function exportedClasses(row: Readonly<Record<string, string>>): string {
  return CHECKS.map((check) => `${check.name}=${row[`${check.name}_class`]}`).join(' ');
}
