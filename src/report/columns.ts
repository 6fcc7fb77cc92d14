/**
 * The columns of `domains.csv`: fixed ones in front, those of the checks in table order, fixed ones
 * at the end, labels. Nothing here is per check: a new check brings its own columns. The names are
 * public; docs/csv-schema.md is made from them.
 */
import type { Check } from '../checks/check.ts';
import { type DomainName, toUnicode } from '../names/domain-name.ts';
import { mxOperator } from '../names/operator.ts';
import { organizationalDomainPsl } from '../names/organizational-domain.ts';
import { isDmarcLocked, isProtected, isSpfLocked } from '../statistics/counters.ts';
import type { CsvType, CsvValue } from './csv.ts';
import { type ColumnDoc, FIRST_VERSION } from './csv-table.ts';
import type { CheckOutcome, DomainRow } from './domain-row.ts';
import { escapeText, recordText } from './text-escape.ts';

export interface DomainColumn extends ColumnDoc {
  /** Several values joined for one cell; JSONL has them apart, as `records` and `reasons`. */
  readonly isJoined?: boolean;
  readonly of: (row: DomainRow, wave: string) => CsvValue;
}

/** MX says all it has in `mx_hosts`; the other checks have texts that a reader wants to see. */
const CHECKS_WITHOUT_RECORD_COLUMN: readonly string[] = ['mx'];

/** Between several records of one domain. */
const RECORD_SEPARATOR = ' | ';

type Of = DomainColumn['of'];

function column(name: string, type: CsvType, meaning: string, of: Of, clause = ''): DomainColumn {
  return { column: name, type, unit: '', meaning, clause, since: FIRST_VERSION, of };
}

function joined(name: string, meaning: string, of: Of, clause = ''): DomainColumn {
  return { ...column(name, 'text', meaning, of, clause), isJoined: true };
}

const FRONT: readonly DomainColumn[] = [
  column('wave', 'date', 'night of the run, YYYY-MM-DD in its time zone', (_, wave) => wave),
  column('domain', 'text', 'surveyed name, A-labels', ({ name }) => name, 'RFC 5890 §2.3.2.1'),
  column(
    'domain_unicode',
    'text',
    'the name with U-labels; equal to `domain` where it has none',
    ({ name }) => unicodeOf(name),
    'UTS #46',
  ),
  column(
    'org_domain',
    'text',
    'organizational domain by the Public Suffix List, its private part included',
    ({ name }) => organizationalDomainPsl(name as DomainName),
    'RFC 7489 §3.2',
  ),
  column('tld', 'text', 'top-level domain', ({ tld }) => tld),
  column(
    'registry',
    'text',
    'public suffix type, as `com`, `uk:co`, `jp:co`, `jp:general`',
    ({ registry }) => registry,
    'Public Suffix List, ICANN part',
  ),
  column('rank', 'number', 'rank in the list; empty where the list has none', ({ rank }) => rank),
  column(
    'mx_provider',
    'text',
    'organizational domain of the first exchange that is a host name, `self` for the own one;' +
      ' empty where there is none or it is not known. A fingerprint, not a market share',
    ({ name, checks }) => mxOperator((checks['mx']?.records ?? []).map(exchangeOf), name),
    'RFC 5321 §5.1',
  ),
  column(
    'status',
    'text',
    '`exists`, `nxdomain`, `unknown` (no definitive answer at the apex) or `not_attempted`',
    ({ isAttempted, existence }) => (isAttempted ? existence : 'not_attempted'),
    'RFC 8020',
  ),
];

const END: readonly DomainColumn[] = [
  column(
    'protected',
    'boolean',
    'the applied DMARC policy is strictly enforced and SPF is not open; empty unless both are known',
    (row) =>
      ofExisting(row, 'spf', (spf) =>
        ofExisting(row, 'dmarc', (dmarc) => isProtected(spf.flags, dmarc.flags)),
      ),
    'docs/methodology.md',
  ),
  column(
    'nonsending',
    'boolean',
    'exists and has no exchange but the null MX; empty where MX is not known',
    (row) => ofExisting(row, 'mx', (mx) => mx.class !== 'present' && mx.class !== 'null_mixed'),
    'RFC 7505',
  ),
  column(
    'lock_nullmx',
    'boolean',
    'has a null MX and no other',
    (row) => ofExisting(row, 'mx', (mx) => mx.class === 'null'),
    'RFC 7505 §3',
  ),
  column(
    'lock_spf',
    'boolean',
    'publishes exactly `v=spf1 -all`',
    (row) => ofExisting(row, 'spf', (spf) => isSpfLocked(spf.flags)),
    'RFC 7208 §10.1.2',
  ),
  column(
    'lock_dmarc',
    'boolean',
    'asks receivers to reject, for subdomains too',
    (row) => ofExisting(row, 'dmarc', (dmarc) => isDmarcLocked(dmarc.flags)),
    'RFC 9989 §4.10',
  ),
  joined(
    'dns_error',
    'failed look-ups, as `spf=timeout dmarc=servfail`; `existence=` where the apex gave no answer',
    errorsOf,
    'RFC 1035 §4.1.1, RFC 8914',
  ),
  column(
    'attempts',
    'number',
    'most attempts that one question of the name took; 0 when all came from the cache',
    ({ isAttempted, attempts }) => (isAttempted ? attempts : undefined),
  ),
  column(
    'measured_at',
    'time',
    'end of the block that the name was asked in, UTC',
    ({ measuredAtMs }) =>
      measuredAtMs === undefined
        ? undefined
        : `${new Date(measuredAtMs).toISOString().slice(0, 19)}Z`,
    'RFC 3339',
  ),
];

/** In file order, for the checks that the run asked and the label columns of its lists. */
export function domainColumns(
  checks: readonly Check[],
  labels: readonly string[],
): readonly DomainColumn[] {
  return [
    ...FRONT,
    ...checks.flatMap(checkColumns),
    ...END,
    ...checks.filter(({ name }) => !CHECKS_WITHOUT_RECORD_COLUMN.includes(name)).map(recordColumn),
    ...labels.map(labelColumn),
  ];
}

function checkColumns(check: Check): readonly DomainColumn[] {
  const { name, specs, classes } = check;
  const known = classes.map((one) => `\`${one}\``).join(', ');
  return [
    column(
      `${name}_class`,
      'text',
      `one of ${known}`,
      ({ checks }) => checks[name]?.class,
      specs[0],
    ),
    ...check.columns.map(
      (one, i): DomainColumn => ({
        column: one.column,
        type: one.type,
        unit: '',
        meaning: one.meaning,
        clause: one.clause,
        since: one.since,
        of: ({ checks }) => checks[name]?.cells[i],
      }),
    ),
  ];
}

function recordColumn(check: Check): DomainColumn {
  return joined(
    `${check.name}_record`,
    'selected and near-miss records, joined; several are separated by ` | `',
    ({ checks }) => {
      const records = checks[check.name]?.records ?? [];
      return records.length === 0 ? undefined : records.map(recordText).join(RECORD_SEPARATOR);
    },
    check.specs[0],
  );
}

function labelColumn(label: string): DomainColumn {
  return column(
    `label_${label}`,
    'text',
    'label column of the list, as given',
    ({ labels }) => labels[label],
  );
}

/** Of an MX record as kept, `10 mx.example.net`. */
function exchangeOf(record: string): string {
  return record.slice(record.indexOf(' ') + 1);
}

function unicodeOf(name: string): string {
  return name.includes('xn--') ? escapeText(toUnicode(name as DomainName)) : name;
}

/** What holds of a check of an existing name; undefined where the name or the outcome is not known. */
function ofExisting<Result>(
  row: DomainRow,
  check: string,
  judge: (outcome: CheckOutcome) => Result,
): Result | undefined {
  const outcome = row.checks[check];
  if (!row.isAttempted || row.existence !== 'exists' || outcome?.isKnown !== true) return undefined;
  return judge(outcome);
}

function errorsOf(row: DomainRow): string | undefined {
  const errors: string[] = [];
  if (row.existenceReason !== undefined) errors.push(`existence=${row.existenceReason}`);
  for (const name in row.checks) {
    const reason = row.checks[name]?.reason;
    if (reason !== undefined) errors.push(`${name}=${reason}`);
  }
  return errors.length === 0 ? undefined : errors.join(' ');
}
