/**
 * Domain names as the survey keeps them: A-labels, lower case, no final dot. Pure: text in, name or
 * refusal out. The grammar is RFC 1035 §2.3.4 (lengths) with RFC 5891 / UTS-46 for U-labels.
 */
declare const brand: unique symbol;

/** A name of one or more labels, 1 to 63 octets each, 253 in all; A-labels, lower case, no final dot. */
export type DomainName = string & { readonly [brand]: true };
