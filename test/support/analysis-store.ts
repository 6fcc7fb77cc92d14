/**
 * A store of three nights for tests that read it through the command line: names that come and go,
 * ranks, labels, registries, names that adopt, tighten and drop, and names that fail to answer. Written
 * by the survey's own writer. What the names are follows from their number, so that a test can count
 * them by hand.
 */
import {
  DMARC_CLASSES,
  DMARC_FLAGS,
  MX_CLASSES,
  SPF_CLASSES,
} from '../../src/statistics/layout.ts';
import { openWriter } from '../../src/store/open.ts';
import type { StoreWriter } from '../../src/store/store.ts';
import {
  config,
  type DomainState,
  night,
  type Outcome,
  plan,
  SHAPES,
  surveyAll,
} from '../store/fixture.ts';
import { addRichList, type ListedName } from '../store/synthetic-year.ts';

export const LABEL_COLUMNS = ['sector', 'empty'] as const;

/** Names of one list. */
export const LISTED = 80;
/** Names that leave after the first night, and as many that come. */
export const CHURN = 8;

/** The finished nights, in order. */
export const NIGHTS = [night(1), night(2), night(3)] as const;

export interface AnalysisStoreOptions {
  /** After the three: another list (night 4), an aborted run (5) and an open one (6). */
  readonly isTroubled?: boolean;
  /** Names, labels and records that try to be markup, formulas and terminal controls. */
  readonly isHostile?: boolean;
}

/** Without a blank, which no name can have and the store counts on. */
export const HOSTILE_NAME = '"><img/src=x/onerror=alert(1)>.com';
export const HOSTILE_TLD = '<script>alert("tld")</script>';
export const HOSTILE_LABEL = `=cmd|' /C calc'!A0<script>alert("label")</script>`;
export const HOSTILE_RECORD =
  'v=DMARC1; p=none; rua=mailto:a@r.example; x=<script>alert(2)</script>';

const TLDS = ['com', 'jp', 'co.jp', 'go.jp', 'nl'];
const SECTORS = ['bank', 'school', undefined];

export const nameOf = (number: number): string => `name${number}.${TLDS[number % TLDS.length]}`;

function listed(from: number, isHostile: boolean): ListedName[] {
  const names: ListedName[] = Array.from({ length: LISTED }, (_, i) => ({
    name: nameOf(from + i),
    rank: i % 7 === 6 ? undefined : 1 + (from + i) * 20,
    labels: [SECTORS[(from + i) % SECTORS.length], undefined],
  }));
  if (!isHostile) return names;
  const labels = [HOSTILE_LABEL, undefined];
  return [
    ...names,
    { name: HOSTILE_NAME, rank: 1, labels },
    { name: `evil.${HOSTILE_TLD}`, rank: 2, labels },
  ];
}

function outcome(classes: readonly string[], name: string, flags = 0, body?: unknown): Outcome {
  const text = body === undefined ? null : JSON.stringify(body);
  return { class: classes.indexOf(name), reason: 0, flags, body: text };
}

const bits = (...names: readonly string[]): number =>
  names.reduce((sum, name) => sum | (1 << DMARC_FLAGS.indexOf(name)), 0);

const VALID = bits('any', 'own', 'valid_own', 'rua');

/** A record at the name itself that asks for reports. */
function dmarc(policy: string, record?: string): Outcome {
  const enforced = policy === 'none' ? 0 : bits('enforce_strict', `effective_${policy}`);
  const text = record ?? `v=DMARC1; p=${policy}; rua=mailto:x@reports.example`;
  const cells = ['own', policy, null, null, null, null, null, null, null, 1];
  return outcome(DMARC_CLASSES, policy, VALID | enforced, [[text], cells]);
}

const NO_DMARC = outcome(DMARC_CLASSES, 'absent');
const TIMEOUT = { reason: 4, flags: 0, body: null } as const;

/** By the number's remainder of 4: adopts on night 2, tightens on night 3, rejects, drops on night 3. */
export function policyOn(number: number, nightNumber: number): string {
  switch (number % 4) {
    case 0:
      return nightNumber < 2 ? 'absent' : 'none';
    case 1:
      return nightNumber < 3 ? 'none' : 'quarantine';
    case 2:
      return 'reject';
    default:
      return nightNumber < 3 ? 'none' : 'absent';
  }
}

/** Every seventh name gives no answer to the DMARC question on night 3. */
export const isSilentOn = (number: number, nightNumber: number): boolean =>
  nightNumber === 3 && number % 7 === 3;

function stateOn(name: string, nightNumber: number): DomainState {
  const number = Number(/^name(\d+)\./u.exec(name)?.[1] ?? 0);
  const isOdd = !name.startsWith('name');
  const policy = policyOn(number, nightNumber);
  const own = policy === 'absent' ? NO_DMARC : dmarc(policy);
  const found = isOdd ? dmarc('none', HOSTILE_RECORD) : own;
  const failed = { class: DMARC_CLASSES.indexOf('error_timeout'), ...TIMEOUT };
  const host = `mx.host${number % 3}.example`;
  const spf = `v=spf1 include:_spf.host${number % 3}.example ~all`;
  return {
    existence: 0,
    existenceReason: 0,
    attempts: 1,
    checks: {
      mx:
        number % 5 === 4
          ? outcome(MX_CLASSES, 'none')
          : outcome(MX_CLASSES, 'present', 0, [[`10 ${host}`], [1, host]]),
      spf:
        number % 3 === 2
          ? outcome(SPF_CLASSES, 'absent')
          : outcome(SPF_CLASSES, 'tilde_all', 1, [[spf], ['tilde_all', 1, 0]]),
      dmarc: isSilentOn(number, nightNumber) ? failed : found,
    },
  };
}

function addTrouble(store: StoreWriter, listId: number): void {
  const other = Array.from({ length: LISTED }, (_, i) => ({
    name: `other${i}.net`,
    rank: undefined,
    labels: [],
  }));
  const otherList = addRichList(store, 'other.txt', other, [], false);
  const nothing: DomainState = {
    existence: 0,
    existenceReason: 0,
    attempts: 1,
    checks: {
      mx: outcome(MX_CLASSES, 'none'),
      spf: outcome(SPF_CLASSES, 'absent'),
      dmarc: NO_DMARC,
    },
  };
  const fourth = store.planRun(plan(4, config([otherList.row.id])));
  surveyAll(store, fourth, () => nothing);
  store.finishRun(fourth.id, 4500);
  store.abortRun(store.planRun(plan(5, config([listId]))).id);
  store.planRun(plan(6, config([listId])));
}

/** Names that night asked, without hostile ones. */
export const namesOn = (nightNumber: number): readonly string[] =>
  Array.from({ length: LISTED }, (_, i) => nameOf((nightNumber === 1 ? 0 : CHURN) + i));

export function writeAnalysisStore(path: string, options: AnalysisStoreOptions = {}): void {
  const { isTroubled = false, isHostile = false } = options;
  const store = openWriter(path, { checks: SHAPES });
  try {
    const lists = [0, CHURN].map((from, i) =>
      addRichList(store, `list${i + 1}.csv`, listed(from, isHostile), LABEL_COLUMNS),
    );
    const idOf = (nightNumber: number) => lists[nightNumber === 1 ? 0 : 1]?.row.id as number;
    for (const number of [1, 2, 3]) {
      const run = store.planRun(plan(number, config([idOf(number)])));
      surveyAll(store, run, (name) => stateOn(name, number));
      store.finishRun(run.id, 1000 * number + 500);
    }
    if (isTroubled) addTrouble(store, idOf(2));
  } finally {
    store.close();
  }
}
