/**
 * Numbers of the DNS that this codec reads and writes, from the IANA registry "Domain Name System
 * (DNS) Parameters". Pure data; it names nothing that no module uses.
 */

/** Types that a question may ask (RFC 1035 §3.2.2, RFC 3596 §2.1). */
export const QTYPES = {
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  PTR: 12,
  MX: 15,
  TXT: 16,
  AAAA: 28,
} as const;

/** RFC 6672 §2.1. */
export const TYPE_DNAME = 39;
/** RFC 6891 §6.1.2. */
export const TYPE_OPT = 41;

/** RFC 1035 §3.2.4. */
export const CLASS_IN = 1;

/** RFC 1035 §4.1.1. */
export const RCODES = {
  NOERROR: 0,
  FORMERR: 1,
  SERVFAIL: 2,
  NXDOMAIN: 3,
  NOTIMP: 4,
  REFUSED: 5,
  /** Extended: its upper bits stand in the OPT record (RFC 6891 §9). */
  BADVERS: 16,
} as const;

/** OPTION-CODE of an Extended DNS Error (RFC 8914 §2). */
export const OPTION_EXTENDED_ERROR = 15;

/** RFC 1035 §4.2. */
export const DNS_PORT = 53;
