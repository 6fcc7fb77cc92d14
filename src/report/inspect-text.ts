/**
 * One domain in depth for a person at a terminal: records, the SPF tree, the DMARC walk in both
 * readings, findings with their clauses, every question with its answer. Everything that came from
 * the network is escaped. The same facts as `inspect-json.ts`, which is the contract.
 */
import type { Json, Observation } from '../checks/check.ts';
import { type Inspection, inspectionJson, queriesOf } from './inspect-json.ts';
import { escapeText } from './text-escape.ts';

type JsonObject = { readonly [key: string]: Json };

const INDENT = ' '.repeat(9);

export function inspectionText(inspection: Inspection): string {
  const json = inspectionJson(inspection) as JsonObject;
  const checks = json['checks'] as JsonObject;
  const registrable = inspection.registrableDomain;
  const lines = [
    inspection.domain === registrable || registrable === undefined
      ? inspection.domain
      : `${inspection.domain}   (below ${registrable})`,
  ];
  for (const { check, observation } of inspection.checks) {
    lines.push('', ...checkLines(check.name, observation, checks[check.name] as JsonObject));
  }
  lines.push('', ...questionLines(inspection));
  return lines.map((line) => escapeText(line)).join('\n');
}

function checkLines(
  name: string,
  observation: Observation<unknown>,
  detail: JsonObject,
): readonly string[] {
  const head = `${name.toUpperCase().padEnd(INDENT.length - 2)}  ${observation.class}`;
  const facts = factsOf(name, detail);
  return [
    observation.reason === undefined
      ? `${head}${facts}`
      : `${head}   unknown: ${observation.reason}`,
    ...observation.records.map((record) => INDENT + record),
    ...treeLines(detail['includes'], INDENT),
    ...rfc7489Lines(detail['rfc7489']),
    ...observation.findings.map(
      (finding) =>
        `${INDENT}! ${finding.code}   ${finding.clause}${finding.detail === undefined ? '' : `   ${finding.detail}`}`,
    ),
  ];
}

function factsOf(name: string, detail: JsonObject): string {
  const facts: string[] = [];
  if (name === 'spf' && typeof detail['lookups'] === 'number') {
    facts.push(`${detail['lookups']} of 10 look-ups`);
    const voids = detail['void_lookups'] as JsonObject | null;
    if (voids !== null) facts.push(`void look-ups IPv4 ${voids['ipv4']}, IPv6 ${voids['ipv6']}`);
    const full = detail['class_full'];
    if (full !== null && full !== detail['class']) facts.push(`with its addresses ${full}`);
  }
  if (name === 'dmarc') {
    const source = detail['source'];
    if (source === 'org' || source === 'psd')
      facts.push(`from ${detail['record_domain']} (${source})`);
    if (detail['effective_policy'] !== null) facts.push(`effective ${detail['effective_policy']}`);
    facts.push(`organizational domain ${detail['org_domain'] ?? 'unknown'}`);
  }
  return facts.length === 0 ? '' : `   ${facts.join(', ')}`;
}

function rfc7489Lines(reading: Json | undefined): readonly string[] {
  if (reading === undefined || reading === null) return [];
  const { class: name, record_domain, effective_policy } = reading as JsonObject;
  const where = record_domain === null ? '' : ` at ${record_domain}`;
  const effective = effective_policy === null ? '' : `, effective ${effective_policy}`;
  return [`${INDENT}by RFC 7489: ${name}${where}${effective}`];
}

/** SPF includes and redirects, each below its parent. */
function treeLines(includes: Json | undefined, indent: string): readonly string[] {
  if (!Array.isArray(includes)) return [];
  return (includes as readonly JsonObject[]).flatMap((node) => [
    `${indent}└ ${node['kind']} ${node['domain']}   ${node['outcome']}`,
    ...(typeof node['record'] === 'string' ? [`${indent}    ${node['record']}`] : []),
    ...treeLines(node['includes'], `${indent}  `),
  ]);
}

function questionLines(inspection: Inspection): readonly string[] {
  const { questions, durationMs } = inspection;
  const width = Math.max(...questions.map((question) => question.qname.length), 0);
  const rows = questions.map((question) => {
    const how = question.isInferred
      ? 'inferred (RFC 8020)'
      : question.isCached
        ? 'cached'
        : `${question.attempts} ${question.attempts === 1 ? 'attempt' : 'attempts'}   ${question.resolver ?? ''}`;
    return `${INDENT}${question.qtype.padEnd(5)} ${question.qname.padEnd(width)}  ${question.status.padEnd(10)} ${how}`;
  });
  return [
    `asked    ${questions.length} questions, ${queriesOf(inspection)} queries, ${durationMs.toFixed(0)} ms`,
    ...rows,
  ];
}
