/**
 * Names and clauses of what is wrong or noteworthy with a domain's DMARC records. Pure; a domain
 * without anything to say costs no string.
 */
import { DMARC_DEFECT } from '../records/dmarc-defect.ts';
import type { DmarcRecord } from '../records/dmarc-record.ts';
import { parseTagList } from '../records/tag-list.ts';
import type { Finding } from './check.ts';
import { type DmarcPolicy, isReadOtherwise } from './dmarc-reading.ts';
import { type DmarcSet, usableRecord } from './dmarc-set.ts';

const DEFECT_FINDINGS: readonly (readonly [bit: number, code: string, clause: string])[] = [
  [DMARC_DEFECT.duplicateTag, 'duplicate-tag', 'RFC 6376 §3.2'],
  [DMARC_DEFECT.syntaxJunk, 'syntax-junk', 'RFC 9989 §4.8'],
  [DMARC_DEFECT.tagCase, 'tag-case', 'RFC 6376 §3.2'],
  [DMARC_DEFECT.nonAscii, 'non-ascii', 'RFC 9989 §4.8'],
  [DMARC_DEFECT.controlByte, 'control-byte', 'RFC 9989 §4.8'],
  [DMARC_DEFECT.escapedSemicolon, 'escaped-semicolon', 'RFC 9989 §4.8'],
  [DMARC_DEFECT.pMissing, 'p-missing', 'RFC 9989 §4.7'],
  [DMARC_DEFECT.pInvalid, 'p-invalid', 'RFC 9989 §4.10.1'],
  [DMARC_DEFECT.spInvalid, 'sp-invalid', 'RFC 9989 §4.10.1'],
  [DMARC_DEFECT.npInvalid, 'np-invalid', 'RFC 9989 §4.10.1'],
  [DMARC_DEFECT.tInvalid, 't-invalid', 'RFC 9989 §4.8'],
  [DMARC_DEFECT.psdInvalid, 'psd-invalid', 'RFC 9989 §4.8'],
  [DMARC_DEFECT.adkimInvalid, 'adkim-invalid', 'RFC 9989 §4.8'],
  [DMARC_DEFECT.aspfInvalid, 'aspf-invalid', 'RFC 9989 §4.8'],
  [DMARC_DEFECT.foInvalid, 'fo-invalid', 'RFC 9989 §4.8'],
  [DMARC_DEFECT.ruaInvalid, 'rua-invalid', 'RFC 9989 §4.8'],
  [DMARC_DEFECT.rufInvalid, 'ruf-invalid', 'RFC 9989 §4.8'],
  [DMARC_DEFECT.ruaSize, 'rua-size', 'RFC 9989 §4.8'],
  [DMARC_DEFECT.rufSize, 'ruf-size', 'RFC 9989 §4.8'],
  [DMARC_DEFECT.pct, 'pct', 'RFC 9989 §A.6'],
  [DMARC_DEFECT.pctInvalid, 'pct-invalid', 'RFC 7489 §6.3'],
  [DMARC_DEFECT.testMode, 'test-mode', 'RFC 9989 §4.7'],
  [DMARC_DEFECT.obsoleteTag, 'obsolete-tag', 'RFC 9989 §A.6'],
  [DMARC_DEFECT.unknownTag, 'unknown-tag', 'RFC 9989 §4.7'],
];

/** Everything to say of a domain: its own name first, then the applied record, then the walk. */
export function dmarcFindings(reading: DmarcPolicy): readonly Finding[] {
  const findings: Finding[] = [];
  const { own, parents } = reading.walk;
  findInSet(findings, own);
  if (own.record !== undefined) findInRecord(findings, own.record, undefined);
  const { record, recordDomain, source } = reading.discovery;
  if (source !== 'own' && record !== undefined) findInRecord(findings, record, recordDomain);
  for (const parent of parents) findInParent(findings, parent);
  if (reading.walk.failed !== undefined && source === 'own')
    findings.push({
      code: 'org-domain-unknown',
      clause: 'RFC 9989 §4.10.2',
      detail: `${reading.walk.failed.failure?.reason} at _dmarc.${reading.walk.failed.domain}`,
    });
  if (isReadOtherwise(reading))
    findings.push({
      code: 'psl-differs',
      clause: 'RFC 7489 §6.6.3',
      detail: reading.rfc7489.class,
    });
  return findings;
}

/** What the own record set holds beside one record. */
function findInSet(findings: Finding[], set: DmarcSet): void {
  if (set.isDangling) findings.push({ code: 'cname-dangling', clause: 'RFC 6604 §3' });
  if (set.selected.length > 1)
    findings.push({
      code: 'multiple-at-author',
      clause: 'RFC 9989 §4.10',
      detail: String(set.selected.length),
    });
  for (const text of set.nearMisses) findInNearMiss(findings, text);
  if (set.hasSpf) findings.push({ code: 'spf-at-dmarc', clause: 'RFC 9989 §4.10' });
  if (set.unrelated > 0)
    findings.push({
      code: 'unrelated-txt',
      clause: 'RFC 9989 §4.10',
      detail: String(set.unrelated),
    });
}

function findInNearMiss(findings: Finding[], text: string): void {
  findings.push({ code: 'near-miss', clause: 'RFC 9989 §4.7', detail: text.slice(0, 40) });
  if (text.includes('\\;')) findings.push({ code: 'escaped-semicolon', clause: 'RFC 9989 §4.8' });
}

function findInRecord(findings: Finding[], record: DmarcRecord, at: string | undefined): void {
  if (record.verdict === 'assumed-none' || record.verdict === 'not-applied')
    findings.push({ code: record.verdict, clause: 'RFC 9989 §4.10.1', ...detailOf(at) });
  if (record.verdict === 'not-applied' && (record.defects & DMARC_DEFECT.pMissing) !== 0)
    findings.push({ code: 'p-missing-no-rua', clause: 'RFC 9989 §4.10.1', ...detailOf(at) });
  if (record.defects === 0) return;
  for (const [bit, code, clause] of DEFECT_FINDINGS) {
    if ((record.defects & bit) === 0) continue;
    const more = bit === DMARC_DEFECT.duplicateTag ? duplicateDetail(record.text) : at;
    findings.push({ code, clause, ...detailOf(more) });
  }
}

const detailOf = (detail: string | undefined) => (detail === undefined ? {} : { detail });

/** Many receivers take the last of repeated tags, some the first: what each would apply. */
function duplicateDetail(text: string): string {
  const { tags, duplicate } = parseTagList(text);
  const policies = tags.filter(({ name }) => name === 'p').map(({ value }) => value.slice(0, 20));
  const first = policies[0] ?? 'absent';
  const last = policies.at(-1) ?? 'absent';
  return `tag=${duplicate} first-wins p=${first} last-wins p=${last}`;
}

/** What keeps a parent's records out of the walk, or lets one of them take too much. */
function findInParent(findings: Finding[], set: DmarcSet): void {
  const detail = set.domain;
  if (set.selected.length > 1)
    findings.push({ code: 'multiple-at-parent', clause: 'RFC 9989 §4.10', detail });
  if (set.record?.verdict === 'malformed')
    findings.push({ code: 'malformed-at-parent', clause: 'RFC 6376 §3.2', detail });
  const record = usableRecord(set);
  if (record !== undefined && record.psd !== 'y' && !set.domain.includes('.'))
    findings.push({ code: 'tld-record-without-psd', clause: 'RFC 9989 §5.2', detail });
}
