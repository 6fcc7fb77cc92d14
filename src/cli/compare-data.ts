/** Brings together what a comparison of two nights is made from, and refuses what cannot be compared. */
import { count } from '../report/text/numbers.ts';
import { type ComparisonRequest, compareNights } from '../statistics/compare-nights.ts';
import type { Comparison } from '../statistics/comparison.ts';
import { MEASURES } from '../statistics/measures.ts';
import { standingsIn } from '../statistics/membership.ts';
import type { MeasureKey } from '../statistics/metrics.ts';
import {
  FIRST_PROFILE,
  type NightProfiles,
  type SegmentKeys,
} from '../statistics/night-profiles.ts';
import { talliesOf } from '../statistics/segment-counts.ts';
import type { StoreReader } from '../store/store.ts';
import { SurveyError } from '../survey/errors.ts';
import type { RunRow } from '../survey/ports.ts';
import type { NightPair } from './chosen-nights.ts';
import { keysOfRuns } from './segment-data.ts';

export interface ComparisonWish {
  readonly by: readonly string[];
  /** Shown by segment, beside the headline measures. */
  readonly measure?: MeasureKey;
  /** Compares lists that have little in common, too. */
  readonly isAnyList: boolean;
  /** `drivers` names those behind a change and reads of the names that moved alone. */
  readonly operators: 'none' | 'drivers' | 'all';
}

/** What every comparison shows of the whole, where its checks were asked. */
const HEADLINES: readonly MeasureKey[] = [
  { metric: 'dmarc.adoption', class: '', denominatorId: 'existing' },
  { metric: 'dmarc.adoption', class: '', denominatorId: 'mail' },
  { metric: 'dmarc.enforced_of', class: '', denominatorId: 'existing' },
  { metric: 'dmarc.enforce_published', class: '', denominatorId: 'dmarc_valid' },
  { metric: 'spf.adoption', class: '', denominatorId: 'existing' },
  { metric: 'spf.adoption', class: '', denominatorId: 'mail' },
  { metric: 'protected', class: '', denominatorId: 'existing' },
];

/** Names whose operators are looked up one by one; of more, it takes longer than the rest together. */
const MOST_MOVED = 5_000;

const tooManyNote = (moved: number): string =>
  `${count(moved)} names moved: who is behind it was not looked at (--operators does)`;

/** Lists that share less than this of the smaller one are other lists, not later ones. */
const LEAST_COMMON = 0.5;

export function comparisonOf(
  store: StoreReader,
  { from, to }: NightPair,
  wish: ComparisonWish,
): Comparison {
  const checks = from.config.checks.filter((check) => to.config.checks.includes(check));
  const measures = measuresFor(checks, wish.measure);
  const runIds = [from.id, to.id];
  const segments = wish.by.map((by) => pairOf(keysOfRuns(store, runIds, by)));
  const [first, second] = store.nightProfiles(runIds) as [NightProfiles, NightProfiles];
  const only = wish.operators === 'drivers' ? movedNames(first, second, measures) : undefined;
  const moved = only?.reduce((sum, one) => sum + one, 0) ?? 0;
  const isTooMany = moved > MOST_MOVED;
  const operators =
    wish.operators === 'none' || isTooMany ? [] : operatorsOf(store, runIds, checks, only);
  const before = store.runAccounting(from.id).union;
  const after = store.runAccounting(to.id).union;
  const isSample = before.notSampled > 0 || after.notSampled > 0;
  const request: ComparisonRequest = {
    design: isSample ? 'srs' : 'census',
    measures,
    segments,
    operators,
    hasContributions: wish.operators === 'all',
    populations: { from: before.targets, to: after.targets },
    notes: [...differences(from, to), ...(isTooMany ? [tooManyNote(moved)] : [])],
  };
  const comparison = compareNights(first, second, request);
  refuseEmptySegments(comparison, wish.by);
  if (!wish.isAnyList) refuseOtherLists(comparison);
  return comparison;
}

function measuresFor(
  checks: readonly string[],
  wanted: MeasureKey | undefined,
): readonly MeasureKey[] {
  const headlines = HEADLINES.filter(
    ({ metric, denominatorId }) =>
      MEASURES.find((one) => one.metric === metric)?.needs.every((need) => checks.includes(need)) &&
      (denominatorId !== 'mail' || checks.includes('mx')),
  );
  const isSame = (one: MeasureKey) =>
    one.metric === wanted?.metric &&
    one.class === wanted.class &&
    one.denominatorId === wanted.denominatorId;
  // The one that was asked for is first: it is the one that operators are told of.
  return wanted === undefined ? headlines : [wanted, ...headlines.filter((one) => !isSame(one))];
}

const pairOf = (keys: readonly SegmentKeys[]) => ({
  from: keys[0] as SegmentKeys,
  to: keys[1] as SegmentKeys,
});

function operatorsOf(
  store: StoreReader,
  runIds: readonly number[],
  checks: readonly string[],
  only: Uint8Array | undefined,
) {
  const roles = [
    ...(checks.includes('mx') ? ['mx'] : []),
    ...(checks.includes('dmarc') ? ['rua'] : []),
  ];
  return roles.map((role) => ({ role, ...pairOf(store.segmentKeys(runIds, role, only)) }));
}

/** 1 by domain id for names that were asked on both nights and moved in one of the measures. */
function movedNames(
  from: NightProfiles,
  to: NightProfiles,
  measures: readonly MeasureKey[],
): Uint8Array {
  const numbers = new Map<string, number>();
  const before = standingsOf(from, measures, numbers);
  const after = standingsOf(to, measures, numbers);
  const size = Math.min(from.ofDomain.length, to.ofDomain.length);
  const moved = new Uint8Array(size);
  for (let id = 0; id < size; id++) {
    const was = from.ofDomain[id] as number;
    const is = to.ofDomain[id] as number;
    const isKnown = was >= FIRST_PROFILE && is >= FIRST_PROFILE;
    if (isKnown && before[was] !== after[is]) moved[id] = 1;
  }
  return moved;
}

/** Where each value of `ofDomain` stands in all of the measures, as one number. */
function standingsOf(
  { profiles }: NightProfiles,
  measures: readonly MeasureKey[],
  numbers: Map<string, number>,
): Uint32Array {
  const tallies = talliesOf(profiles);
  const all = measures.map((measure) => standingsIn(measure).of(tallies));
  return Uint32Array.from({ length: FIRST_PROFILE + profiles.length }, (_, value) => {
    const key = all.map((of) => of[value]).join();
    const number = numbers.get(key) ?? numbers.size;
    numbers.set(key, number);
    return number;
  });
}

/** A type of which neither night has a name, as a label column without a value. */
function refuseEmptySegments({ from, to, changes }: Comparison, by: readonly string[]): void {
  const found = new Set(changes.map(({ segmentType }) => segmentType));
  const empty = by.find((type) => !found.has(type));
  if (empty === undefined || changes.length === 0) return;
  throw new SurveyError(
    'usage',
    `neither ${from.night} nor ${to.night} has a name in any segment of ${empty}; leave it out`,
  );
}

function refuseOtherLists({ from, to, common }: Comparison): void {
  const smaller = Math.min(from.targets, to.targets);
  if (smaller > 0 && common / smaller >= LEAST_COMMON) return;
  const share = smaller === 0 ? 0 : (common / smaller) * 100;
  throw new SurveyError(
    'usage',
    `${from.night} and ${to.night} asked different lists: only ${share.toFixed(1)} % of the smaller one is in both; --any-list compares them all the same`,
  );
}

/** What was not the same on both nights and may look like a change of the domains. */
function differences(from: RunRow, to: RunRow): string[] {
  const a = from.provenance;
  const b = to.provenance;
  const versions = Object.keys(b.checkVersions).filter(
    (check) =>
      a.checkVersions[check] !== undefined && a.checkVersions[check] !== b.checkVersions[check],
  );
  const isSame = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);
  return [
    ...versions.map(
      (check) =>
        `the check ${check} had version ${a.checkVersions[check]} and ${b.checkVersions[check]}: records may be read otherwise`,
    ),
    ...(isSame(a.resolvers, b.resolvers)
      ? []
      : [`resolvers: ${a.resolvers.join(', ')}; then ${b.resolvers.join(', ')}`]),
    ...(a.pslVersion === b.pslVersion
      ? []
      : [`public suffix lists: ${a.pslVersion}, then ${b.pslVersion}`]),
    ...(isSame(from.config.listIds, to.config.listIds) ? [] : ['the lists are not the same bytes']),
    ...(from.config.design === to.config.design && from.config.sample === to.config.sample
      ? []
      : ['one night is a sample of another size than the other']),
    ...(isSame([a.timeoutMs, a.attempts], [b.timeoutMs, b.attempts])
      ? []
      : [
          `patience: ${a.attempts} attempts of ${a.timeoutMs} ms, then ${b.attempts} of ${b.timeoutMs} ms`,
        ]),
    ...(from.config.isSpfVoids === to.config.isSpfVoids
      ? []
      : ['SPF void look-ups were asked on one of the nights only']),
  ];
}
