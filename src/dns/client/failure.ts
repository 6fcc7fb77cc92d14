/** What a response comes to that has no answer in it. */
import type { FailureReason } from '../talk.ts';
import type { Decoded } from '../wire/message.ts';
import type { Refusal } from './lane.ts';
import type { Failure } from './open-question.ts';

export const failed = (status: FailureReason): Failure => ({ status, extendedError: undefined });

export const DECODED_FAILURES = {
  malformed: 'malformed',
  truncated: 'truncated',
  not_understood: 'other_rcode',
} as const satisfies Partial<Record<Decoded & string, FailureReason>>;

/** What of a response may be said because the resolver is pressed. */
export function refusalOf(decoded: Exclude<Decoded, 'mismatch'>): Refusal | undefined {
  if (typeof decoded !== 'object') return undefined;
  const { status } = decoded;
  return status === 'servfail' || status === 'refused' ? status : undefined;
}
