/**
 * The account of one list: every entry is blank, refused with a reason, a duplicate or a target, and
 * nothing else (statistics.md §2: the lines reconcile). It holds counts and a few examples, no names:
 * which of them are duplicates the sink tells at the end.
 */
import { type DomainName, type NameRefusal, parseDomainName } from '../names/domain-name.ts';
import { isListedSuffix, registrationOf } from '../names/organizational-domain.ts';
import type { OptOut } from './opt-out.ts';
import type { ListAccounting } from './ports.ts';

/** What happens to a name below a registrable domain. */
export const HOSTS_MODES = ['refuse', 'reduce', 'keep'] as const;

export type HostsMode = (typeof HOSTS_MODES)[number];

/** Why an entry is not a target. The spelling is that of the store and of every CSV. */
export type ListRefusal =
  | NameRefusal
  | 'line_too_long'
  | 'below_registrable'
  | 'public_suffix'
  /** One label that is no public suffix, as `localhost`. */
  | 'single_label'
  /** A zone record that cannot be read. */
  | 'zone_syntax'
  /** A delegation of a name that is not below the zone's apex. */
  | 'out_of_zone'
  /** The name, or one above it, is on the opt-out list: it is not asked. */
  | 'opted_out';

/** What a person may do about a reason; a reason without a hint says it all. */
export const REFUSAL_HINTS: Readonly<Partial<Record<string, string>>> = {
  url: 'give the host name alone',
  email: 'give the part after the @',
  ip_address: 'a survey asks names, not addresses',
  below_registrable:
    '--hosts reduce cuts it to its registrable domain, --hosts keep takes it as it is',
  public_suffix: 'names are registered below it',
  single_label: 'give the whole name',
  line_too_long: 'one name a line, 4096 bytes at most',
} satisfies Partial<Record<ListRefusal, string>>;

/** One new target, as the store takes it. */
export interface ListEntry {
  readonly name: DomainName;
  /** Registry type, as `jp:co` or `com`. */
  readonly registry: string;
  readonly tld: string;
  /** Place in a top list; undefined without one. */
  readonly rank: number | undefined;
  /** One for each label column, in the order asked for; undefined for an empty cell. */
  readonly labels: readonly (string | undefined)[];
}

export interface ListSink {
  /** Of a name that comes twice the first entry counts. */
  add(entry: ListEntry): void;
  /** Ends the adding and gives the number of different names. */
  settle(): number;
}

const MAX_EXAMPLES = 10;
const MAX_EXAMPLE_LENGTH = 80;
const NO_LABELS: readonly undefined[] = [];

export class ListLedger {
  readonly #sink: ListSink;
  readonly #hosts: HostsMode;
  readonly #optOut: OptOut | undefined;
  readonly #refused = new Map<ListRefusal, number>();
  readonly #examples: { line: number; text: string; reason: string }[] = [];
  #lines = 0;
  #blank = 0;
  #reduced = 0;
  #names = 0;

  constructor(sink: ListSink, hosts: HostsMode, optOut: OptOut | undefined = undefined) {
    this.#sink = sink;
    this.#hosts = hosts;
    this.#optOut = optOut;
  }

  /** Entries seen so far. */
  get lines(): number {
    return this.#lines;
  }

  blank(count = 1): void {
    this.#lines += count;
    this.#blank += count;
  }

  refuse(line: number, text: string, reason: ListRefusal): void {
    this.#count(reason);
    if (this.#examples.length < MAX_EXAMPLES) {
      this.#examples.push({ line, text: text.slice(0, MAX_EXAMPLE_LENGTH), reason });
    }
  }

  /** Without an example: those are for entries that a person may want to mend. */
  #count(reason: ListRefusal): void {
    this.#lines++;
    this.#refused.set(reason, (this.#refused.get(reason) ?? 0) + 1);
  }

  /** Takes one entry that should be a name. */
  offer(
    line: number,
    text: string,
    rank: number | undefined = undefined,
    labels: readonly (string | undefined)[] = NO_LABELS,
  ): void {
    const parsed = parseDomainName(text);
    if (!parsed.ok) {
      this.refuse(line, text, parsed.reason);
      return;
    }
    const { name } = parsed;
    const registration = registrationOf(name);
    if (registration === undefined) {
      this.refuse(line, text, isSingleHost(name) ? 'single_label' : 'public_suffix');
      return;
    }
    const { registrable, registry, tld } = registration;
    const isHost = registrable !== name;
    if (isHost && this.#hosts === 'refuse') {
      this.refuse(line, text, 'below_registrable');
      return;
    }
    const isReduced = isHost && this.#hosts === 'reduce';
    const target = isReduced ? registrable : name;
    if (this.#optOut?.matches(target)) {
      this.#count('opted_out');
      return;
    }
    this.#lines++;
    if (isReduced) this.#reduced++;
    this.#names++;
    this.#sink.add({ name: target, registry, tld, rank, labels });
  }

  /** Ends the list. */
  accounting(): ListAccounting {
    const targets = this.#sink.settle();
    return {
      lines: this.#lines,
      blank: this.#blank,
      refused: Object.fromEntries([...this.#refused].sort(([a], [b]) => (a < b ? -1 : 1))),
      duplicates: this.#names - targets,
      reduced: this.#reduced,
      targets,
      examples: [...this.#examples],
    };
  }
}

function isSingleHost(name: DomainName): boolean {
  return !name.includes('.') && !isListedSuffix(name);
}
