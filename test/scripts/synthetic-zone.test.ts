import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeSyntheticZone } from '../../scripts/synthetic-zone.ts';
import { impliedClasses } from '../support/record-zone.ts';
import { type Zone, zoneOf } from '../support/zone.ts';

const DOMAINS = 2000;

function made(seed: number) {
  const folder = mkdtempSync(join(tmpdir(), 'mailcensus-synthetic-'));
  try {
    const zone = writeSyntheticZone({ domains: DOMAINS, seed, folder });
    const text = (file: string) => readFileSync(join(folder, file), 'utf8');
    return { expected: zone.expected, zone: text('synthetic.zone'), list: text('domains.txt') };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The zone file, read line by line: this generator writes one record a line and no escapes. */
function nodesOf(text: string): Zone {
  const nodes: Record<string, { TXT: string[]; MX: [number, string][] }> = {};
  for (const line of text.split('\n')) {
    const [, owner = '', type, data = ''] = /^(\S+)\. (TXT|MX|A) (.+)$/u.exec(line) ?? [];
    if (type === undefined) continue;
    nodes[owner] ??= { TXT: [], MX: [] };
    const [first = '', second = ''] = data.split(' ');
    if (type === 'TXT') nodes[owner].TXT.push(data.slice(1, -1));
    if (type === 'MX') nodes[owner].MX.push([Number(first), second]);
  }
  return zoneOf(nodes);
}

describe('writeSyntheticZone', () => {
  it('follows from the number and the seed alone', () => {
    expect(made(1)).toEqual(made(1));
    expect(made(1).zone).not.toBe(made(2).zone);
    expect(made(1).list).not.toBe(made(2).list);
  });

  it('counts every domain once for each check and lists each once', () => {
    const { expected, list } = made(0);
    for (const classes of Object.values(expected))
      expect(Object.values(classes).reduce((sum, count) => sum + count)).toBe(DOMAINS);
    expect(new Set(list.trim().split('\n')).size).toBe(DOMAINS);
  });

  it('answers every include and redirect target that it points at', () => {
    const { zone } = made(0);
    const owners = new Set(zone.split('\n').map((line) => line.split(' ')[0]));
    const targets = [...zone.matchAll(/(?:include:|redirect=)([^ "]+)/gu)].map(
      ([, name]) => `${name}.`,
    );
    expect(targets.length).toBeGreaterThan(100);
    expect(targets.filter((name) => !owners.has(name))).toEqual([]);
  });

  it('expects exactly the classes that the checks read from its zone', () => {
    const { zone, list, expected } = made(0);
    const nodes = nodesOf(zone);
    const counts: Record<string, number> = {};
    for (const domain of list.trim().split('\n'))
      for (const word of impliedClasses(nodes, domain).split(' '))
        counts[word] = (counts[word] ?? 0) + 1;
    const words = Object.entries(expected).flatMap(([check, classes]) =>
      Object.entries(classes).map(([name, count]) => [`${check}=${name}`, count] as const),
    );
    expect(counts).toEqual(Object.fromEntries(words));
  });
});
