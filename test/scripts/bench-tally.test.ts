import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NameReader } from '../../scripts/bench-names.ts';
import {
  expectedTally,
  newTally,
  tallyDifferences,
  tallyDmarc,
  tallyExchanges,
  tallyTexts,
} from '../../scripts/bench-tally.ts';
import { type SyntheticZone, writeSyntheticZone } from '../../scripts/synthetic-zone.ts';

const DOMAINS = 6000;
let folder: string;
let zone: SyntheticZone;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'mailcensus-tally-'));
  zone = writeSyntheticZone({ domains: DOMAINS, seed: 0, folder });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function namesOf(file: string, rounds = 1): string[] {
  const reader = new NameReader(file);
  const names: string[] = [];
  for (let round = 0; round < rounds; round++) {
    for (let name = reader.next(); name !== undefined; name = reader.next()) names.push(name);
    reader.rewind();
  }
  reader.close();
  return names;
}

describe('NameReader', () => {
  it('gives every name once, over the ends of its chunks', () => {
    const names = namesOf(zone.listFile);
    expect(names).toHaveLength(DOMAINS);
    expect(new Set(names).size).toBe(DOMAINS);
    expect(names.every((name) => /^d\d{7}\.test$/u.test(name))).toBe(true);
  });

  it('begins again after rewind, and reads a last line without its end', () => {
    const file = join(folder, 'short.txt');
    writeFileSync(file, 'a.test\nb.test');
    expect(namesOf(file, 2)).toEqual(['a.test', 'b.test', 'a.test', 'b.test']);
    writeFileSync(file, '');
    expect(namesOf(file, 2)).toEqual([]);
  });
});

describe('expectedTally', () => {
  it('agrees with the classes that the zone was written with', () => {
    const { mx, spf, dmarc } = zone.expected;
    const tally = expectedTally(zone.listFile, DOMAINS, 0);
    expect(tally).toMatchObject({
      domains: DOMAINS,
      nxdomain: mx['nxdomain'],
      mx: mx['present'],
      nullMx: mx['null'],
      spf: DOMAINS - (spf['absent'] ?? 0) - (spf['nxdomain'] ?? 0),
      dmarc: DOMAINS - (dmarc['absent'] ?? 0) - (dmarc['nxdomain'] ?? 0),
    });
    expect(tally.records).toBeGreaterThan(DOMAINS);
  });

  it('counts a slice of the list, not of the numbers', () => {
    const first = expectedTally(zone.listFile, 100, 0);
    expect(first.domains).toBe(100);
    expect(first.nxdomain).toBeLessThan(100);
    expect(expectedTally(zone.listFile, 100, 1)).not.toEqual(first);
  });

  it('refuses a list that is not the generator’s', () => {
    const file = join(folder, 'foreign.txt');
    writeFileSync(file, 'example.org\n');
    expect(() => expectedTally(file, 1, 0)).toThrow(RangeError);
  });
});

describe('tallies', () => {
  it('count what begins as an SPF or DMARC record does, and tell a null MX from an exchange', () => {
    const tally = newTally();
    tallyTexts(tally, ['v=spf10 -all', 'v=spf1']);
    tallyTexts(tally, ['google-site-verification=x', 'V=spf1 -all']);
    tallyDmarc(tally, ['v=DMARC1; p=none']);
    tallyDmarc(tally, ['v=spf1 -all']);
    tallyExchanges(tally, ['.']);
    tallyExchanges(tally, ['']);
    tallyExchanges(tally, ['mx.example', 'mx2.example']);
    expect(tally).toEqual({ nxdomain: 0, mx: 1, nullMx: 2, spf: 1, dmarc: 1, records: 10 });
  });

  it('differ by as little as one lost record', () => {
    const truth = expectedTally(zone.listFile, 50, 0);
    expect(tallyDifferences({ ...truth }, truth)).toEqual([]);
    expect(tallyDifferences({ ...truth, records: truth.records - 1 }, truth)).toEqual([
      `records: found ${truth.records - 1}, true ${truth.records}`,
    ]);
    expect(tallyDifferences({}, truth)).toHaveLength(Object.keys(truth).length);
  });
});
