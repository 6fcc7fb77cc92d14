/** Flow matrices: names by DMARC class on two nights, and what their movements come to. Pure. */
import { FLOW_STATES, type FlowMatrix, type FlowState, type Movements } from './flows.ts';
import { FIRST_PROFILE, type NightProfiles, NO_TARGET } from './night-profiles.ts';
import type { Profile } from './profile.ts';

/** What a target that was not asked shares with one that did not answer: nothing is known of it. */
const UNSEEN: FlowState = 'error';

/** By the class that applies to the name; a name that does not exist is `nxdomain`. */
export function flowState({ existence, checks }: Profile): FlowState {
  if (existence === 'nxdomain') return 'nxdomain';
  const dmarc = checks['dmarc'];
  if (existence === 'unknown' || dmarc === undefined || !dmarc.isKnown) return 'error';
  return FLOW_STATES.find((state) => state === dmarc.class) ?? 'error';
}

/** Of `NightProfiles.ofDomain` to the state's index; one entry a value. */
export function flowIndexes({ profiles }: NightProfiles): Uint8Array {
  const indexes = new Uint8Array(FIRST_PROFILE + profiles.length);
  indexes.fill(FLOW_STATES.indexOf(UNSEEN));
  indexes[NO_TARGET] = FLOW_STATES.indexOf('not_listed');
  for (const [i, profile] of profiles.entries()) {
    indexes[FIRST_PROFILE + i] = FLOW_STATES.indexOf(flowState(profile));
  }
  return indexes;
}

const WITHOUT_POLICY: readonly FlowState[] = ['absent', 'invalid', 'multiple', 'nxdomain'];
/** Ascending in strictness. */
const POLICIES = ['none', 'quarantine', 'reject'] as const;

export function movementsOf({ counts }: FlowMatrix): Movements {
  const sum = (from: readonly FlowState[], to: readonly FlowState[]): number => {
    let total = 0;
    for (const row of from) {
      for (const column of to) {
        total += counts[FLOW_STATES.indexOf(row)]?.[FLOW_STATES.indexOf(column)] ?? 0;
      }
    }
    return total;
  };
  const seen: readonly FlowState[] = [...WITHOUT_POLICY, ...POLICIES];
  const listed: readonly FlowState[] = [...seen, 'error'];
  return {
    adopted: sum(WITHOUT_POLICY, POLICIES),
    adoptedTo: {
      none: sum(WITHOUT_POLICY, ['none']),
      quarantine: sum(WITHOUT_POLICY, ['quarantine']),
      reject: sum(WITHOUT_POLICY, ['reject']),
    },
    tightened: sum(['none'], ['quarantine', 'reject']) + sum(['quarantine'], ['reject']),
    loosened: sum(['reject'], ['none', 'quarantine']) + sum(['quarantine'], ['none']),
    dropped: sum(POLICIES, WITHOUT_POLICY),
    lostSight: sum(seen, ['error']),
    entered: sum(['not_listed'], listed),
    left: sum(listed, ['not_listed']),
  };
}
