import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ReportData } from '../../../src/report/report-data.ts';
import { displayWidth } from '../../../src/report/text/layout.ts';
import { tableParts } from '../../../src/report/text/table-parts.ts';
import { textReport } from '../../../src/report/text-report.ts';
import type { Profile } from '../../../src/statistics/profile.ts';
import { countsOf, dmarcFlags, profiles } from '../../statistics/profiles.ts';
import { sampleData } from '../sample-data.ts';

const DATA = sampleData();
/** Wide enough for a table in one part. */
const WIDE = 2000;

interface Table {
  readonly columns: readonly string[];
  readonly rows: ReadonlyMap<string, readonly string[]>;
}

/** A table as printed, read back; columns may have the same title. */
function tableOf(text: string, heading: string): Table {
  const lines = text.split('\n');
  const at = lines.findIndex((line) => line.startsWith(heading));
  expect(at, heading).toBeGreaterThanOrEqual(0);
  const cells = (line: string) => line.trim().split(/ {2,}/u);
  const end = lines.findIndex((line, i) => i > at + 1 && !/ {2,}-?\d/u.test(line));
  const rows = lines.slice(at + 2, end).map(cells);
  return {
    columns: cells(lines[at + 1] ?? ''),
    rows: new Map(rows.map(([name = '', ...values]) => [name, values])),
  };
}

const number = (cell: string | undefined): number => Number((cell ?? '').replaceAll(',', ''));

const print = (data: ReportData, options: object = {}): string =>
  textReport(data, { width: WIDE, topSegments: 100, hasTables: true, ...options });

function dataOf(list: readonly Profile[]): ReportData {
  const counts = countsOf(list);
  const segments = [
    { segmentType: 'total', segment: 'all', counts },
    { segmentType: 'registry', segment: 'jp:co', counts },
  ];
  const accounting = { ...DATA.accounting, attempted: list.length, targets: list.length, open: 0 };
  return { ...DATA, segments, accounting };
}

const isExisting = ({ existence }: Profile): boolean => existence === 'exists';

const OWN = dmarcFlags('valid_own');
const ANY = dmarcFlags('any');
const RUA = dmarcFlags('rua');

/** A name's class of T3, from the profile alone. */
function dmarcClassOf({ checks }: Profile): string | undefined {
  const dmarc = checks['dmarc'];
  if (dmarc === undefined || !dmarc.isKnown) return undefined;
  if ((dmarc.flags & ANY) === 0) return 'not set';
  const isOwn = ['none', 'quarantine', 'reject'].includes(dmarc.class) && dmarc.flags & OWN;
  if (!isOwn) return 'invalid';
  if (dmarc.class !== 'none') return dmarc.class;
  return dmarc.flags & RUA ? 'none +rua' : 'none -rua';
}

const SPF_LABELS: Readonly<Record<string, string>> = {
  plus_all: '+all',
  permerror_lookups: 'look-up limit',
  absent: 'no record',
  nxdomain: 'no record',
  no_all: 'no all',
  question_all: '?all',
  tilde_all: '~all',
  minus_all: '-all',
};

function spfClassOf({ checks }: Profile): string | undefined {
  const spf = checks['spf'];
  if (spf === undefined || !spf.isKnown) return undefined;
  return SPF_LABELS[spf.class] ?? 'permerror';
}

function countedBy(
  list: readonly Profile[],
  classOf: (profile: Profile) => string | undefined,
): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const of of list.filter(isExisting).map(classOf))
    if (of !== undefined) counts.set(of, (counts.get(of) ?? 0) + 1);
  return counts;
}

describe('tables of published surveys', () => {
  it('T1 has names, SPF and DMARC by registry type, and its types add up to the whole', () => {
    const { columns, rows } = tableOf(print(DATA), 'T1 Names, SPF and DMARC · By registry type');
    expect(columns.join(' | ')).toBe(
      'names | exist | SPF | % | DMARC | % | MX | SPF, MX | % | DMARC, MX | % | ' +
        'none | quarantine | reject | invalid | unknown | SPF unkn.',
    );
    const all = rows.get('all') ?? [];
    // Of the groups of sample-data.ts: 775 and 376 of a thousand names.
    expect(all.slice(0, 6)).toEqual(['10,000', '9,640', '7,750', '80.9', '3,760', '39.2']);
    const types = [...rows].filter(([name]) => name !== 'all');
    expect(types).toHaveLength(11);
    for (const column of [0, 1, 2, 4, 6, 11, 12, 13, 14, 15, 16])
      expect(types.reduce((sum, [, cells]) => sum + number(cells[column]), 0)).toBe(
        number(all[column]),
      );
    for (const [name, cells] of rows) {
      const policies = [11, 12, 13].reduce((sum, i) => sum + number(cells[i]), 0);
      expect(policies, name).toBe(number(cells[4]));
    }
  });

  it('T2 crosses policy with reporting, with totals and the share of the names', () => {
    const { columns, rows } = tableOf(print(DATA), 'T2 DMARC policy and reporting');
    expect(columns.slice(0, 4)).toEqual(['all', 'silent', 'com', 'silent']);
    const first = (row: string) => rows.get(row)?.slice(0, 2);
    // SILENT is the only group without rua and ruf: 66 of a thousand.
    expect(first('none')).toEqual(['2,710', '660']);
    expect(first('total')).toEqual(['3,760', '660']);
    expect(first('%')).toEqual(['39.2', '17.6']);
    const policies = ['none', 'quarantine', 'reject'];
    (rows.get('total') ?? []).forEach((total, i) => {
      const sum = policies.reduce((all, row) => all + number(rows.get(row)?.[i]), 0);
      expect(sum).toBe(number(total));
    });
  });

  it.each([
    [
      'T3 SPF',
      ['+all', 'look-up limit', 'permerror', 'no record', 'no all', '?all', '~all', '-all'],
    ],
    ['T3 DMARC', ['not set', 'none -rua', 'none +rua', 'quarantine', 'reject', 'invalid']],
  ])('%s puts every name in one class, together 100.0 in each segment', (heading, classes) => {
    const { rows } = tableOf(print(DATA), heading);
    expect([...rows.keys()]).toEqual([...classes, 'n']);
    (rows.get('n') ?? []).forEach((n, i) => {
      const sum = classes.reduce((all, row) => all + number(rows.get(row)?.[i]), 0);
      expect(sum.toFixed(1)).toBe(number(n).toFixed(1));
      if (i % 2 === 1) expect(n).toBe('100.0');
    });
  });

  it('T3 counts each name as its profile says, whatever the profiles', () => {
    fc.assert(
      fc.property(profiles, (list) => {
        const text = print(dataOf(list));
        for (const [heading, classOf] of [
          ['T3 SPF', spfClassOf],
          ['T3 DMARC', dmarcClassOf],
        ] as const) {
          const expected = countedBy(list, classOf);
          const { rows } = tableOf(text, heading);
          expect(rows.size).toBeGreaterThan(6);
          let total = 0;
          for (const [row, [cell]] of rows) {
            if (row === 'n') expect(number(cell)).toBe(total);
            else {
              total += number(cell);
              expect(number(cell), row).toBe(expected.get(row) ?? 0);
            }
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it('says beneath how many names have no answer, and is in no percentage', () => {
    const text = print(DATA);
    expect(text).toContain('Not among them: 210 names of the whole without an answer');
    expect(text).toContain('Not among them: 200 names of the whole without an answer');
  });

  it('follows the segment type that was asked for', () => {
    const text = print(DATA, { segmentTypes: ['tld'] });
    expect(text).toContain('T1 Names, SPF and DMARC · By top-level domain');
    expect(text).not.toContain('registry');
    expect(print(DATA, { hasTables: false })).not.toContain('T1');
  });

  it('goes on below itself where the line is too short, and never passes it', () => {
    for (const language of ['en', 'ja'] as const)
      for (const width of [72, 80, 120])
        for (const line of print(DATA, { width, language }).split('\n'))
          expect(displayWidth(line), line).toBeLessThanOrEqual(width);
  });

  it('stands before the first answer, without a share of nothing', () => {
    const text = print(dataOf([]));
    expect(text).not.toMatch(/NaN|undefined|Infinity/u);
    expect(tableOf(text, 'T1').rows.get('all')?.slice(0, 4)).toEqual(['0', '0', '0', '-']);
  });
});

describe('tableParts', () => {
  it('repeats the first column and keeps groups on one line', () => {
    const columns = [
      { title: '', align: 'left' },
      { title: 'a', align: 'right', group: 'one' },
      { title: '%', align: 'right', group: 'one' },
      { title: 'b', align: 'right', group: 'two' },
      { title: '%', align: 'right', group: 'two' },
    ] as const;
    const rows = [['jp', '1,000', '10.0', '2,000', '20.0']];
    expect(tableParts(columns, rows, '', 80)).toHaveLength(1);
    expect(tableParts(columns, rows, '', 20)).toEqual([
      ['        a     %', 'jp  1,000  10.0'],
      ['        b     %', 'jp  2,000  20.0'],
    ]);
  });
});
