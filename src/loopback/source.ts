/**
 * What a loopback name server can be asked: the interface between its sockets and the records it
 * stands for. No code. A name without records that has names below it is `nodata` (RFC 8020 §2), a
 * name that does not exist `nxdomain`; no other outcome is played here.
 */

/** Type codes of RFC 1035 §3.2.2 that a source may hold. */
export const TYPE_CODES = { A: 1, SOA: 6, MX: 15, TXT: 16 } as const;

export type SourceAnswer =
  /** One entry a record: its RDATA, uncompressed. */
  | { readonly status: 'noerror'; readonly rdata: readonly Uint8Array[] }
  | { readonly status: 'nodata' }
  | { readonly status: 'nxdomain' };

export interface AnswerSource {
  /** `qname` in lower case, without the final dot; the root is the empty text. */
  look(qname: string, typeCode: number): SourceAnswer;
}
