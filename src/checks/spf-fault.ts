/**
 * What ends an SPF check without a result, and the class that it comes to. Pure tables.
 */
import type { FailureReason } from '../dns/talk.ts';

/** Append only: the index is what the store keeps. */
export const SPF_RESULT_CLASSES = [
  'absent',
  'minus_all',
  'tilde_all',
  'question_all',
  'plus_all',
  'no_all',
  'permerror_syntax',
  'permerror_multiple',
  'permerror_lookups',
  'permerror_void',
  'permerror_include_missing',
  'permerror_loop',
  'temperror',
  'nxdomain',
] as const;

/** More than ten exchanges behind one `mx`; known only where targets are asked. */
export const MX_LIMIT_CLASS = 'permerror_mx';

export type SpfClass = (typeof SPF_RESULT_CLASSES)[number] | typeof MX_LIMIT_CLASS;

/** Why a record is a permerror. */
export type PermerrorReason =
  | 'syntax'
  | 'multiple-records'
  | 'lookup-limit'
  | 'void-limit'
  | 'mx-limit'
  | 'include-none'
  | 'redirect-none'
  | 'loop';

interface FaultRow {
  readonly class: SpfClass;
  readonly clause: string;
  /** It is counted over the whole tree, so that it does not matter in which record it is met. */
  readonly isGlobal: boolean;
}

export const PERMERRORS: Readonly<Record<PermerrorReason, FaultRow>> = {
  syntax: { class: 'permerror_syntax', clause: 'RFC 7208 §4.6', isGlobal: false },
  'multiple-records': { class: 'permerror_multiple', clause: 'RFC 7208 §4.5', isGlobal: false },
  'lookup-limit': { class: 'permerror_lookups', clause: 'RFC 7208 §4.6.4', isGlobal: true },
  'void-limit': { class: 'permerror_void', clause: 'RFC 7208 §4.6.4', isGlobal: true },
  'mx-limit': { class: MX_LIMIT_CLASS, clause: 'RFC 7208 §4.6.4', isGlobal: false },
  'include-none': { class: 'permerror_include_missing', clause: 'RFC 7208 §5.2', isGlobal: false },
  'redirect-none': {
    class: 'permerror_include_missing',
    clause: 'RFC 7208 §6.1',
    isGlobal: false,
  },
  loop: { class: 'permerror_loop', clause: 'RFC 7208 §4.6.4', isGlobal: true },
};

/** The first thing that ended the check. */
export interface SpfFault {
  readonly class: SpfClass;
  /** A PermerrorReason, with `child-` before it where it lies in a record below; `temperror` else. */
  readonly reason: string;
  /** For a temperror: what the DNS did. */
  readonly failure: FailureReason | undefined;
}
