/**
 * What a check and the DNS say to each other: questions out, answers in. Pure: no sockets, no clock.
 *
 * `recordSet` is the one place that decides what counts as absence (NODATA, RFC 2308 §2.2; NXDOMAIN,
 * RFC 8020) and what is not known. No caller reads an rcode, so a failure cannot become an absence.
 */

export type QType = 'A' | 'NS' | 'CNAME' | 'SOA' | 'PTR' | 'MX' | 'TXT' | 'AAAA';

export interface Question {
  /** A-labels, lower case, no final dot; underscore labels allowed. At most 253 octets. */
  readonly qname: string;
  readonly qtype: QType;
  /**
   * Many domains ask it (an SPF include target, `_dmarc.<tld>`): the answer is kept for the run, so
   * that it is asked once. False for names that only one domain asks.
   */
  readonly shared: boolean;
}

/** Why a question has no definitive answer. The spelling is that of the store and of every CSV. */
export const FAILURES = [
  'servfail',
  'refused',
  'other_rcode',
  'timeout',
  'malformed',
  'truncated',
  'network',
  'over_budget',
] as const;

export type FailureReason = (typeof FAILURES)[number];

/** A definitive answer, or the reason why there is none. */
export type Answer =
  | {
      readonly status: 'noerror';
      /**
       * Records of the asked type at the end of the CNAME chain, in order of arrival, RRs with
       * byte-identical RDATA once (RFC 2181 §5). One latin1 char is one byte.
       * TXT: character-strings joined (RFC 7208 §3.3). MX: `"<preference> <exchange>"`, exchange `.`
       * for the root. A, AAAA: address text. NS, PTR, CNAME: the name. SOA: `mname rname serial`.
       * Names are lower case, no final dot, with octets beyond letters, digits, `-` and `_` as `\DDD`.
       */
      readonly records: readonly string[];
      /** CNAME targets followed, in order; empty without a CNAME. */
      readonly aliases: readonly string[];
    }
  | { readonly status: 'nodata'; readonly aliases: readonly string[] }
  | {
      readonly status: 'nxdomain';
      /** With aliases, the asked name exists and the last alias does not (RFC 6604 §3). */
      readonly aliases: readonly string[];
    }
  | {
      readonly status: FailureReason;
      /** INFO-CODE of an Extended DNS Error (RFC 8914), where the response carried one. */
      readonly extendedError: number | undefined;
    };

/** A conversation yields questions (asked side by side) and is handed their answers in that order. */
export type Conversation<Result> = Generator<readonly Question[], Result, readonly Answer[]>;

export function* ask(question: Question): Conversation<Answer> {
  const [answer] = yield [question];
  if (answer === undefined) throw new TypeError('a question was handed no answer');
  return answer;
}

export function* askAll(questions: readonly Question[]): Conversation<readonly Answer[]> {
  return questions.length === 0 ? [] : yield questions;
}

/** What an answer says of the asked record set. */
export type RecordSet =
  | {
      readonly state: 'records';
      readonly records: readonly string[];
      readonly aliases: readonly string[];
    }
  | {
      readonly state: 'absent';
      /** The end of the chain does not exist (RCODE 3), rather than having no such record. */
      readonly nxdomain: boolean;
      readonly aliases: readonly string[];
    }
  | {
      readonly state: 'unknown';
      readonly reason: FailureReason;
      /** The resolver said that no authority works: extended error 22 or 23 (RFC 8914 §4.23, §4.24). */
      readonly lame: boolean;
    };

const EDE_NO_REACHABLE_AUTHORITY = 22;
const EDE_NETWORK_ERROR = 23;

export function recordSet(answer: Answer): RecordSet {
  switch (answer.status) {
    case 'noerror':
      return { state: 'records', records: answer.records, aliases: answer.aliases };
    case 'nodata':
      return { state: 'absent', nxdomain: false, aliases: answer.aliases };
    case 'nxdomain':
      return { state: 'absent', nxdomain: true, aliases: answer.aliases };
    default:
      return {
        state: 'unknown',
        reason: answer.status,
        lame:
          answer.extendedError === EDE_NO_REACHABLE_AUTHORITY ||
          answer.extendedError === EDE_NETWORK_ERROR,
      };
  }
}

/**
 * Whether the asked name exists: any record, NODATA or a CNAME says yes, NXDOMAIN without a CNAME no
 * (RFC 8020, RFC 6604 §3); undefined when the question failed.
 */
export function nameExists(answer: Answer): boolean | undefined {
  const set = recordSet(answer);
  if (set.state === 'unknown') return undefined;
  return set.state === 'records' || !set.nxdomain || set.aliases.length > 0;
}

/** Classes of a failed look-up, the same in every check (statistics: `error_*`). */
export const ERROR_CLASSES = [
  'error_servfail',
  'error_timeout',
  'error_refused',
  'error_lame',
  'error_network',
  'error_other',
] as const;

export type ErrorClass = (typeof ERROR_CLASSES)[number];

export function errorClass(reason: FailureReason, lame: boolean): ErrorClass {
  if (lame) return 'error_lame';
  switch (reason) {
    case 'servfail':
      return 'error_servfail';
    case 'timeout':
      return 'error_timeout';
    case 'refused':
      return 'error_refused';
    case 'network':
      return 'error_network';
    default:
      return 'error_other';
  }
}
