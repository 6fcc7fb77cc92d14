/**
 * The defects and noteworthy facts of one DMARC record as bits of a number, so that a sound record
 * costs nothing to describe. `checks/dmarc-findings.ts` gives them their names and clauses.
 */
export const DMARC_DEFECT = {
  duplicateTag: 1 << 0,
  syntaxJunk: 1 << 1,
  tagCase: 1 << 2,
  nonAscii: 1 << 3,
  escapedSemicolon: 1 << 4,
  pMissing: 1 << 5,
  pInvalid: 1 << 6,
  spInvalid: 1 << 7,
  npInvalid: 1 << 8,
  tInvalid: 1 << 9,
  psdInvalid: 1 << 10,
  adkimInvalid: 1 << 11,
  aspfInvalid: 1 << 12,
  foInvalid: 1 << 13,
  ruaInvalid: 1 << 14,
  rufInvalid: 1 << 15,
  ruaSize: 1 << 16,
  rufSize: 1 << 17,
  pct: 1 << 18,
  pctInvalid: 1 << 19,
  testMode: 1 << 20,
  obsoleteTag: 1 << 21,
  unknownTag: 1 << 22,
  controlByte: 1 << 23,
} as const;
