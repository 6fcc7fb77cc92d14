import { describe, expect, it } from 'vitest';
import {
  hasDomainNames,
  isNamedAfterDomains,
  OUTPUT_FILES,
} from '../../src/report/output-files.ts';
import { TABLE_FILES } from '../../src/report/schema-page.ts';
import { crossType } from '../../src/statistics/segment-name.ts';

describe('output files', () => {
  it('knows which of them hold names of domains, and takes a stranger to', () => {
    expect(
      OUTPUT_FILES.filter(({ name }) => !hasDomainNames(name)).map(({ name }) => name),
    ).toEqual([
      'report.html',
      'report.json',
      'report.txt',
      'metrics.csv',
      'errors.csv',
      'changes.csv',
      'flows.csv',
      'survival.csv',
      'trend.csv',
    ]);
    expect(hasDomainNames('report_auth.csv')).toBe(true);
  });

  it('lists every table of the schema page', () => {
    const names: readonly string[] = OUTPUT_FILES.map(({ name }) => name);
    for (const { name } of TABLE_FILES) expect(names).toContain(name);
  });

  it('holds a file with a column for a domain or an operator to be one with names', () => {
    for (const { name, columns } of TABLE_FILES) {
      const isNaming = columns.some(({ column }) => ['domain', 'operator'].includes(column));
      expect(hasDomainNames(name), name).toBe(isNaming);
    }
  });

  it.each([
    ['mx', true],
    ['rua', true],
    [crossType('tld', 'mx'), true],
    [crossType('rua', 'tld'), true],
    ['tld', false],
    ['label:mx', false],
    [crossType('label:a,mx', 'tld'), false],
  ])('tells whether segments of type %s are named after domains', (type, isNamed) => {
    expect(isNamedAfterDomains(type)).toBe(isNamed);
  });
});
