import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { OutputConfig } from '../../src/schedule/config.ts';
import { removeOldFolders, writeNightFolder } from '../../src/schedule/outputs.ts';
import { tempFolder } from './fixture.ts';

const outputsIn = (folder: string, more: Partial<OutputConfig> = {}): OutputConfig => ({
  folder,
  csv: true,
  html: true,
  json: false,
  languages: ['en'],
  bySegments: [],
  aggregateOnly: false,
  ...more,
});

const NAMES = { survey: 'jp', night: '2026-11-24' };

/** Writes what a report writes. */
async function report(folder: string, language: string): Promise<void> {
  for (const name of ['report.html', 'report.json', 'metrics.csv', 'README']) {
    writeFileSync(join(folder, name), language);
  }
}

describe('writeNightFolder', () => {
  it('puts the kinds that are asked for into the night’s folder', async () => {
    const folder = tempFolder();
    const place = await writeNightFolder(outputsIn(folder), NAMES, report);
    expect(place).toBe(join(folder, 'jp', '2026-11-24'));
    expect(readdirSync(place).sort()).toEqual(['README', 'metrics.csv', 'report.html']);
    expect(readdirSync(join(folder, 'jp'))).toEqual(['2026-11-24']);
  });

  it('makes a folder for each language when there are several', async () => {
    const folder = tempFolder();
    const outputs = outputsIn(folder, { languages: ['ja', 'en'], csv: false });
    const place = await writeNightFolder(outputs, NAMES, report);
    expect(readdirSync(place).sort()).toEqual(['en', 'ja']);
    expect(readdirSync(join(place, 'ja')).sort()).toEqual(['README', 'report.html']);
  });

  it('replaces a night’s folder whole, and leaves the old one when the report fails', async () => {
    const folder = tempFolder();
    const outputs = outputsIn(folder);
    const place = await writeNightFolder(outputs, NAMES, async (into) => {
      writeFileSync(join(into, 'old.csv'), '');
    });
    await expect(
      writeNightFolder(outputs, NAMES, async (into) => {
        writeFileSync(join(into, 'half.csv'), '');
        throw new Error('the report failed');
      }),
    ).rejects.toThrowError('the report failed');
    expect(readdirSync(place)).toEqual(['old.csv']);
    await writeNightFolder(outputs, NAMES, report);
    expect(readdirSync(place).sort()).toEqual(['README', 'metrics.csv', 'report.html']);
  });

  it('says in one line that the folder cannot be written', async () => {
    const folder = tempFolder();
    writeFileSync(join(folder, 'jp'), 'a file');
    await expect(writeNightFolder(outputsIn(folder), NAMES, report)).rejects.toThrowError(
      /2026-11-24 cannot be written \(ENOTDIR\)/u,
    );
  });
});

describe('removeOldFolders', () => {
  it('removes dated folders beyond the retention, and nothing else', async () => {
    const folder = tempFolder();
    const survey = join(folder, 'jp');
    const elsewhere = join(folder, 'elsewhere');
    for (const name of [
      '2026-11-13',
      '2026-11-14',
      '2026-11-24',
      'notes',
      '2026-99-99',
      '2026-11-01.old',
    ]) {
      mkdirSync(join(survey, name), { recursive: true });
    }
    writeFileSync(join(survey, '2026-11-02'), 'a file that looks like a night');
    mkdirSync(elsewhere);
    symlinkSync(elsewhere, join(survey, '2026-11-03'));
    const removed = await removeOldFolders(
      outputsIn(folder, { retentionDays: 10 }),
      'jp',
      '2026-11-24',
    );
    expect(removed).toEqual(['2026-11-13']);
    expect(readdirSync(survey).sort()).toEqual([
      '2026-11-01.old',
      '2026-11-02',
      '2026-11-03',
      '2026-11-14',
      '2026-11-24',
      '2026-99-99',
      'notes',
    ]);
    expect(existsSync(elsewhere)).toBe(true);
  });

  it('keeps all without a retention', async () => {
    const folder = tempFolder();
    mkdirSync(join(folder, 'jp', '1999-01-01'), { recursive: true });
    expect(await removeOldFolders(outputsIn(folder), 'jp', '2026-11-24')).toEqual([]);
  });
});
