/**
 * What the TXT answer at one name comes to for SPF (RFC 7208 §4.3 to §4.6): the same for a surveyed
 * domain and for the target of an include.
 */
import { type Answer, type FailureReason, recordSet } from '../dns/talk.ts';
import { SetMemo } from '../records/set-memo.ts';
import {
  parseSpfRecord,
  type SpfRecord,
  type SpfSyntaxError,
  selectSpf,
} from '../records/spf-record.ts';
import type { WalkTrace } from './spf-trace.ts';

/** A text that is an SPF record, read, and how the walk from it went when it was last walked. */
export interface KnownRecord {
  readonly text: string;
  readonly parsed: SpfRecord | SpfSyntaxError;
  /** Domains, and targets, at which it was met since it is known. */
  sightings: number;
  /** Set where a walk may be repeated for another domain. */
  trace: WalkTrace | undefined;
}

const RECORDS = new SetMemo<KnownRecord>(4096, ([text = '']) => ({
  text,
  parsed: parseSpfRecord(text),
  sightings: 0,
  trace: undefined,
}));

export type SpfReading =
  | { readonly kind: 'failed'; readonly reason: FailureReason; readonly isLame: boolean }
  | {
      readonly kind: 'none';
      /** The name does not exist: RCODE 3 without a CNAME (RFC 6604 §3). */
      readonly isNxdomain: boolean;
      /** A CNAME stands at the name and leads to one that does not exist. */
      readonly isDangling: boolean;
      readonly nearMisses: readonly string[];
    }
  | {
      readonly kind: 'multiple';
      readonly texts: readonly string[];
      readonly nearMisses: readonly string[];
    }
  | {
      readonly kind: 'syntax';
      readonly text: string;
      readonly error: SpfSyntaxError;
      readonly nearMisses: readonly string[];
    }
  | {
      readonly kind: 'record';
      readonly text: string;
      readonly record: SpfRecord;
      readonly nearMisses: readonly string[];
      readonly known: KnownRecord;
    };

export function readSpf(answer: Answer): SpfReading {
  const set = recordSet(answer);
  if (set.state === 'unknown') return { kind: 'failed', reason: set.reason, isLame: set.lame };
  if (set.state === 'absent') {
    const isDangling = set.nxdomain && set.aliases.length > 0;
    return { kind: 'none', isNxdomain: set.nxdomain && !isDangling, isDangling, nearMisses: [] };
  }
  const { records, nearMisses } = selectSpf(set.records);
  const [text] = records;
  if (text === undefined) return { kind: 'none', isNxdomain: false, isDangling: false, nearMisses };
  if (records.length > 1) return { kind: 'multiple', texts: records, nearMisses };
  const known = RECORDS.of(records);
  known.sightings++;
  const { parsed } = known;
  return parsed.ok
    ? { kind: 'record', text, record: parsed, nearMisses, known }
    : { kind: 'syntax', text, error: parsed, nearMisses };
}
