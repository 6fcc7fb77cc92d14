/**
 * Whether a domain exists, told from the answers at its apex. Pure; it asks nothing (RFC 8020,
 * RFC 6604 §3: `dns/talk.ts` reads the single answer).
 */
import type { Outcome } from '../dns/client/lookup.ts';
import { type FailureReason, nameExists, type Question, recordSet } from '../dns/talk.ts';
import type { DomainName } from '../names/domain-name.ts';

export interface AskedQuestion {
  readonly question: Question;
  /** Undefined while it is not answered. */
  readonly outcome: Outcome | undefined;
}

/** Any definitive apex answer decides; one that says the name exists wins over NXDOMAIN. */
export function existenceOf(
  asked: readonly AskedQuestion[],
  domain: DomainName,
): {
  exists: boolean | undefined;
  existenceReason: FailureReason | undefined;
} {
  let exists: boolean | undefined;
  let existenceReason: FailureReason | undefined;
  for (const { question, outcome } of asked) {
    if (question.qname !== domain || outcome === undefined) continue;
    const answer = nameExists(outcome.answer);
    if (answer === true) exists = true;
    else if (answer === false) exists ??= false;
    else {
      const set = recordSet(outcome.answer);
      if (set.state === 'unknown') existenceReason ??= set.reason;
    }
  }
  return { exists, existenceReason: exists === undefined ? existenceReason : undefined };
}
