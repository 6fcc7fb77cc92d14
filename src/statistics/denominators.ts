/**
 * Who is in a denominator, who is in it with an unknown class, and who might belong to it. Pure.
 * Definitions: docs/methodology.md. A failed look-up is never inside a denominator as an absence; it
 * is outside and widens the bounds.
 */
import type { CounterReader } from './counts.ts';
import { BASES, type Base, EXISTING_BASES } from './layout.ts';

export const DENOMINATOR_IDS = [
  'existing',
  'mail',
  'no_mail',
  'measured_mx',
  'measured_spf',
  'measured_dmarc',
  'attempted',
  'targets',
  'spf_any',
  'spf_valid',
  'dmarc_any',
  'dmarc_valid',
] as const;

export type DenominatorId = (typeof DENOMINATOR_IDS)[number];

/** One line each, for reports and documentation. */
export const DENOMINATOR_MEANINGS: Readonly<Record<DenominatorId, string>> = {
  existing: 'names that exist (not NXDOMAIN at the apex) and gave an answer to the check',
  mail: 'existing names with at least one exchange that is not the null MX',
  no_mail: 'existing names with a null MX or without MX',
  measured_mx: 'attempted names whose MX question got a definitive answer',
  measured_spf: 'attempted names whose SPF questions got a definitive answer',
  measured_dmarc: 'attempted names whose DMARC questions got a definitive answer',
  attempted: 'names that were asked',
  targets: 'unique valid names of the lists that the run is to ask',
  spf_any: 'existing names with at least one v=spf1 record',
  spf_valid: 'existing names with exactly one SPF record that can be evaluated',
  dmarc_any: 'existing names with at least one v=DMARC1 record at their own _dmarc name',
  dmarc_valid: 'existing names with exactly one usable DMARC record of their own',
};

/** What must be known of a domain for a measure to count it. */
export type Subject = 'mx' | 'spf' | 'dmarc' | 'spf_any' | 'dmarc_any' | 'joint' | 'none';

export interface DenominatorParts {
  readonly denominator: number;
  readonly unknownInside: number;
  readonly unknownOutside: number;
  /** Bases whose domains may be in the numerator. */
  readonly bases: readonly Base[];
}

const MAIL: readonly Base[] = ['mail'];
const NO_MAIL: readonly Base[] = ['no_mail'];
const MX_UNKNOWN: readonly Base[] = ['mx_unknown'];
const EXISTENCE_UNKNOWN: readonly Base[] = ['existence_unknown'];

/** Undefined for a segment whose number of targets is not known. */
export function denominatorParts(
  id: DenominatorId,
  subject: Subject,
  counts: CounterReader,
  targets: number | undefined,
): DenominatorParts | undefined {
  switch (id) {
    case 'existing':
      return byBases(counts, subject, EXISTING_BASES, EXISTENCE_UNKNOWN);
    case 'mail':
      return byBases(counts, subject, MAIL, [...MX_UNKNOWN, ...EXISTENCE_UNKNOWN]);
    case 'no_mail':
      return byBases(counts, subject, NO_MAIL, [...MX_UNKNOWN, ...EXISTENCE_UNKNOWN]);
    case 'measured_mx':
    case 'measured_spf':
    case 'measured_dmarc':
      return byBases(counts, subject, BASES, []);
    case 'attempted':
      return {
        denominator: domains(counts, BASES),
        unknownInside: domains(counts, BASES) - known(counts, subject, BASES),
        unknownOutside: 0,
        bases: BASES,
      };
    case 'targets':
      return targets === undefined
        ? undefined
        : {
            denominator: targets,
            unknownInside: targets - known(counts, subject, BASES),
            unknownOutside: 0,
            bases: BASES,
          };
    case 'spf_any':
      return byRecords(counts, 'spf_any', ['spf.flag.any'], ['spf.unknown_any']);
    case 'spf_valid':
      return byRecords(counts, 'spf', ['spf.valid'], []);
    case 'dmarc_any':
      return byRecords(counts, 'dmarc_any', ['dmarc.flag.any'], []);
    case 'dmarc_valid':
      return byRecords(counts, 'dmarc', ['dmarc.valid'], []);
    default:
      return id satisfies never;
  }
}

function domains(counts: CounterReader, bases: readonly Base[]): number {
  return counts.sum(['domains'], bases);
}

/** Domains of which the subject is known; a check is asked of every domain of a run or of none. */
function known(counts: CounterReader, subject: Subject, bases: readonly Base[]): number {
  const all = domains(counts, bases);
  switch (subject) {
    case 'none':
      return all;
    case 'joint':
      return counts.sum(['joint.known'], bases);
    case 'spf_any':
      return all - counts.sum(['spf.unknown'], bases) + counts.sum(['spf.unknown_any'], bases);
    case 'dmarc_any':
      return all - counts.sum(['dmarc.unknown'], bases) + counts.sum(['dmarc.unknown_any'], bases);
    default:
      return all - counts.sum([`${subject}.unknown`], bases);
  }
}

function byBases(
  counts: CounterReader,
  subject: Subject,
  members: readonly Base[],
  possible: readonly Base[],
): DenominatorParts {
  const denominator = known(counts, subject, members);
  return {
    denominator,
    unknownInside: 0,
    unknownOutside: domains(counts, members) - denominator + domains(counts, possible),
    bases: members,
  };
}

function byRecords(
  counts: CounterReader,
  subject: Subject,
  rows: readonly string[],
  unknownRows: readonly string[],
): DenominatorParts {
  const unseen = domains(counts, EXISTING_BASES) - known(counts, subject, EXISTING_BASES);
  return {
    denominator: counts.sum(rows, EXISTING_BASES),
    unknownInside: counts.sum(unknownRows, EXISTING_BASES),
    unknownOutside: unseen + domains(counts, EXISTENCE_UNKNOWN),
    bases: EXISTING_BASES,
  };
}
