/**
 * What a fault server can do wrong: the closed list of faults, each with a dose, and the check of a
 * list that came as JSON. Pure; what a fault does to a response is in the other files.
 */
import { hashText, mix } from './fault-server-draw.ts';
import { HOSTILE_FORMS, type HostileForm } from './fault-server-forms.ts';
import { RCODES, type RcodeName } from './fault-server-message.ts';

/** Which queries a fault meets. Without any of these it meets all. */
export interface Dose {
  /** Of the queries it could meet, 0 to 1: drawn anew for each repetition of a question. */
  readonly rate?: number;
  /** Of the names, 0 to 1: the same names for ever. A `_dmarc` name goes with the one below it. */
  readonly share?: number;
  /** These names and their `_dmarc` names, nothing below. */
  readonly names?: readonly string[];
  readonly types?: readonly QueryType[];
}

export const QUERY_TYPES = { A: 1, NS: 2, MX: 15, TXT: 16 } as const;
export type QueryType = keyof typeof QUERY_TYPES;

export type FaultBody =
  /** UDP: no response. */
  | { readonly kind: 'loss' }
  /**
   * `constant` takes `ms`, `uniform` 0 to `ms`; `heavy-tail` is Pareto from `ms` on with shape 1.1, cut
   * at `maxMs` (10,000).
   */
  | {
      readonly kind: 'delay';
      readonly distribution: 'constant' | 'uniform' | 'heavy-tail';
      readonly ms: number;
      readonly maxMs?: number;
    }
  /** UDP: as many more of the same response. */
  | { readonly kind: 'duplicate'; readonly copies: number }
  /** UDP: kept back until so many later responses have gone out, 50 ms at most. */
  | { readonly kind: 'reorder'; readonly behind: number }
  /** A token bucket for each client address; `burst` is a tenth of a second's worth if not given. */
  | {
      readonly kind: 'rate-limit';
      readonly perSecond: number;
      readonly burst?: number;
      readonly how: 'drop' | 'servfail' | 'refused';
    }
  /** Silence, from a number of queries or milliseconds after the faults were set, for so many. */
  | {
      readonly kind: 'outage';
      readonly fromQuery?: number;
      readonly queries?: number;
      readonly fromMs?: number;
      readonly ms?: number;
    }
  /** UDP: the response has another id, or another question, or both UDP and TCP. */
  | { readonly kind: 'wrong-id' | 'wrong-question' }
  /** UDP: a false answer just before the true one, and how it is false beside what it says. */
  | {
      readonly kind: 'spoof';
      readonly by: 'id' | 'question' | 'port' | 'address';
      readonly says: 'nxdomain' | 'nodata' | 'records';
    }
  /** UDP: TC=1 and no records. */
  | { readonly kind: 'truncate' }
  /** What becomes of a TCP connection, or of a message on it. */
  | { readonly kind: 'tcp'; readonly how: TcpFault }
  /** Queries with EDNS: an error, or silence. */
  | { readonly kind: 'edns'; readonly how: 'formerr' | 'notimp' | 'badvers' | 'silent' }
  /** The RCODE alone; with an Extended DNS Error where one is given and EDNS was used. */
  | { readonly kind: 'rcode'; readonly rcode: RcodeName; readonly extendedError?: number }
  /** A message that breaks the protocol, with records that would mislead. */
  | { readonly kind: 'form'; readonly form: HostileForm }
  /** The question comes back in mixed case, as a resolver with 0x20 gives it. */
  | { readonly kind: 'mixed-case' }
  /** NXDOMAIN for a name that has names below it but no records. */
  | { readonly kind: 'ent-nxdomain' };

export const TCP_FAULTS = [
  'refuse',
  'silent',
  'reset',
  'partial-prefix',
  'partial-message',
  'wrong-id',
  'segments',
] as const;
export type TcpFault = (typeof TCP_FAULTS)[number];

export type Fault = Dose & FaultBody;
export type FaultKind = Fault['kind'];

/** The fields of each kind beside its dose, and what each may be. */
const FIELDS: Readonly<Record<FaultKind, Readonly<Record<string, Field>>>> = {
  loss: {},
  delay: {
    distribution: ['constant', 'uniform', 'heavy-tail'],
    ms: 'number',
    maxMs: 'optional',
  },
  duplicate: { copies: 'number' },
  reorder: { behind: 'number' },
  'rate-limit': { perSecond: 'number', burst: 'optional', how: ['drop', 'servfail', 'refused'] },
  outage: { fromQuery: 'optional', queries: 'optional', fromMs: 'optional', ms: 'optional' },
  'wrong-id': {},
  'wrong-question': {},
  spoof: { by: ['id', 'question', 'port', 'address'], says: ['nxdomain', 'nodata', 'records'] },
  truncate: {},
  tcp: { how: TCP_FAULTS },
  edns: { how: ['formerr', 'notimp', 'badvers', 'silent'] },
  rcode: { rcode: Object.keys(RCODES), extendedError: 'optional' },
  form: { form: HOSTILE_FORMS },
  'mixed-case': {},
  'ent-nxdomain': {},
};

/** A number that must be there, one that may, or one of these words. */
type Field = 'number' | 'optional' | readonly string[];

export const FAULT_KINDS = Object.keys(FIELDS) as readonly FaultKind[];

/** Reads a list of faults that came as JSON; throws RangeError that says what is wrong where. */
export function parseFaults(json: string): readonly Fault[] {
  const value: unknown = JSON.parse(json);
  if (!Array.isArray(value)) throw new RangeError('the faults are no JSON array');
  value.forEach(checkFault);
  return value as readonly Fault[];
}

function checkFault(value: unknown, index: number): void {
  const why = faultProblem(value);
  if (why !== undefined) throw new RangeError(`fault ${index}: ${why}`);
}

function faultProblem(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return 'no object';
  const { kind, rate, share, names, types, ...rest } = value as Record<string, unknown>;
  const fields = FIELDS[kind as FaultKind];
  if (fields === undefined) return `kind is none of ${FAULT_KINDS.join(', ')}`;
  if (!isPart(rate) || !isPart(share)) return 'rate and share are numbers from 0 to 1';
  if (!isListOf(names, () => true)) return 'names is a list of names';
  if (!isListOf(types, (type) => type in QUERY_TYPES)) return 'types has a type that is not known';
  const stranger = Object.keys(rest).find((name) => !(name in fields));
  if (stranger !== undefined) return `${stranger} is no field of it`;
  for (const [name, field] of Object.entries(fields)) {
    const why = fieldProblem(rest[name], field);
    if (why !== undefined) return `${name} ${why}`;
  }
  return undefined;
}

const isPart = (value: unknown): boolean =>
  value === undefined || (typeof value === 'number' && value >= 0 && value <= 1);

function isListOf(value: unknown, isGood: (text: string) => boolean): boolean {
  if (value === undefined) return true;
  return Array.isArray(value) && value.every((one) => typeof one === 'string' && isGood(one));
}

function fieldProblem(value: unknown, field: Field): string | undefined {
  if (typeof field !== 'string') {
    return field.includes(value as string) ? undefined : `is none of ${field.join(', ')}`;
  }
  if (value === undefined && field === 'optional') return undefined;
  return typeof value === 'number' && value >= 0 ? undefined : 'is no number from 0';
}

/** Tells faults of one list apart, and nothing else: another order strikes the same names. */
export function saltOf(fault: Fault): number {
  const parts = Object.entries(fault).filter(([name]) => !DOSE_FIELDS.has(name));
  return hashText(JSON.stringify(parts.sort()), 0);
}

const DOSE_FIELDS: ReadonlySet<string> = new Set(['rate', 'share', 'names', 'types']);

/** Whether a name, by its hash under the server's seed, is in the share that a fault strikes. */
export const isInShare = (nameHash: number, salt: number, share: number): boolean =>
  mix(nameHash ^ salt) / 2 ** 32 < share;

/** Whether `name` is one that the fault may strike, whatever its rate and types. */
export function strikesName(fault: Fault, name: string, seed: number): boolean {
  if (fault.names !== undefined && !fault.names.includes(name)) return false;
  const { share } = fault;
  return share === undefined || isInShare(hashText(name, seed), saltOf(fault), share);
}
