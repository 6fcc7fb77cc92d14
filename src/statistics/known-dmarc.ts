/**
 * What names known to have had DMARC ask for now: none, quarantine, reject or error, which reproduces
 * Fig. 6 of IIJ's Internet Infrastructure Review Vol. 35 (2017). Pure.
 *
 * Here, and only here, an error is inside the 100 %: the names had a record when they were chosen, so
 * a record that is gone, cannot be used or cannot be fetched is what the figure is about. Over any other
 * list "error" would be something else, and the figure is not to be made.
 */
import { DMARC_CLASSES, DMARC_FLAGS, DMARC_POLICIES } from './layout.ts';
import { FIRST_PROFILE, type NightProfiles, NO_TARGET, NOT_ASKED } from './night-profiles.ts';
import type { Profile } from './profile.ts';

export interface Policy4 {
  /** Names known to have had DMARC that the night asked: none + quarantine + reject + error. */
  readonly known: number;
  readonly none: number;
  readonly quarantine: number;
  readonly reject: number;
  readonly error: number;
  /**
   * Of `error`, by DMARC class in declared order, those that occur: `absent` is a record that is gone,
   * also where a parent's applies now; `invalid` includes an unusable record with a parent's applied.
   */
  readonly parts: Readonly<Record<string, number>>;
  /** Known names that the night was to ask and did not; outside of all of the above. */
  readonly notAsked: number;
}

const ANY = 1 << DMARC_FLAGS.indexOf('any');
const VALID_OWN = 1 << DMARC_FLAGS.indexOf('valid_own');

/** `known` is by domain id, not 0 for a name known to have had DMARC; names beyond it are not. */
export function policy4(night: NightProfiles, known: Uint8Array): Policy4 {
  const names = new Float64Array(FIRST_PROFILE + night.profiles.length);
  const ids = Math.min(night.ofDomain.length, known.length);
  for (let id = 0; id < ids; id++) {
    if (known[id] === 0) continue;
    const value = night.ofDomain[id] ?? NO_TARGET;
    names[value] = (names[value] as number) + 1;
  }
  const byClass = new Map<string, number>(DMARC_CLASSES.map((of) => [of, 0]));
  for (const [i, profile] of night.profiles.entries()) {
    const of = ownClass(profile);
    byClass.set(of, (byClass.get(of) ?? 0) + (names[FIRST_PROFILE + i] as number));
  }
  const parts = [...byClass].filter(([of, count]) => count > 0 && !DMARC_POLICIES.includes(of));
  const error = parts.reduce((sum, [, count]) => sum + count, 0);
  const none = byClass.get('none') ?? 0;
  const quarantine = byClass.get('quarantine') ?? 0;
  const reject = byClass.get('reject') ?? 0;
  return {
    known: none + quarantine + reject + error,
    none,
    quarantine,
    reject,
    error,
    parts: Object.fromEntries(parts),
    notAsked: names[NOT_ASKED] as number,
  };
}

/** The class of the name's own record; a night without the check knows nothing of it. */
function ownClass({ existence, checks }: Profile): string {
  const dmarc = checks['dmarc'];
  if (dmarc === undefined) return 'error_other';
  if (existence === 'nxdomain' && dmarc.isKnown) return 'nxdomain';
  const isInherited = DMARC_POLICIES.includes(dmarc.class) && (dmarc.flags & VALID_OWN) === 0;
  if (!isInherited) return dmarc.class;
  return (dmarc.flags & ANY) !== 0 ? 'invalid' : 'absent';
}
