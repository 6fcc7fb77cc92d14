/**
 * What the domains of the fault server publish, and what each such record set is, by construction:
 * the class stands beside the record that was written to have it. Nothing here reads a record, and
 * nothing of `src/checks` or `src/records` is used, so that a survey can be held against it.
 */

/** All names that no list may contain are at or below it. */
export const TARGET_ZONE = 'fault-server.test';

/** Kinds draw a number below this to vary. */
export const VARIANTS = 64;

export interface MxKind {
  readonly weight: number;
  readonly class: string;
  /** Preference and exchange, octets as `\DDD`, in the order of service. */
  readonly records: (variant: number) => readonly (readonly [number, string])[];
  /** As `mx_hosts` must show them; undefined where escaping is involved. */
  readonly hosts: ((variant: number) => string) | undefined;
}

const host = (label: string, variant: number): string => `${label}.h${variant}.${TARGET_ZONE}`;

/** Labels that a spreadsheet, a browser, a terminal or a database might take for its own. */
const HOSTILE_LABELS = [
  '\\061cmd\\124\\039\\047C\\032calc\\039\\033A0',
  '\\060script\\062alert(1)\\060\\047script\\062',
  '\\027[31mred\\027[0m',
  'x\\039\\059DROP\\032TABLE\\032run\\059--',
  '\\000\\255\\046\\092',
  '-1+1',
  '\\064SUM(1)',
] as const;

export const MX_KINDS: readonly MxKind[] = [
  {
    weight: 50,
    class: 'present',
    records: (variant) => [[10, host('mx', variant)]],
    hosts: (variant) => host('mx', variant),
  },
  {
    weight: 20,
    class: 'present',
    records: (variant) => [
      [20, host('b', variant)],
      [5, host('a', variant)],
      [20, host('c', variant)],
    ],
    hosts: (variant) => ['a', 'b', 'c'].map((label) => host(label, variant)).join(' '),
  },
  { weight: 5, class: 'null', records: () => [[0, '.']], hosts: () => '' },
  {
    weight: 2,
    class: 'null_mixed',
    records: (variant) => [
      [0, '.'],
      [10, host('mx', variant)],
    ],
    hosts: (variant) => host('mx', variant),
  },
  {
    weight: 3,
    class: 'present',
    records: (variant) => [
      [10, host(HOSTILE_LABELS[variant % HOSTILE_LABELS.length] ?? 'x', variant)],
    ],
    hosts: undefined,
  },
  { weight: 20, class: 'none', records: () => [], hosts: () => '' },
];

export interface SpfKind {
  readonly weight: number;
  readonly class: string;
  /** Latin1, one char an octet. */
  readonly texts: (variant: number) => readonly string[];
  /** Names that the class rests on beside the domain's own; `undefined` for none. */
  readonly targets?: (variant: number) => readonly string[];
}

const target = (label: string, variant: number): string => `${label}${variant}.${TARGET_ZONE}`;

const plain = (weight: number, name: string, text: string): SpfKind => ({
  weight,
  class: name,
  texts: (variant) => [text.replace('$V', String(variant))],
});

const ELEVEN = Array.from({ length: 11 }, (_, i) => `a:a${i}.${TARGET_ZONE}`).join(' ');

export const SPF_KINDS: readonly SpfKind[] = [
  { weight: 25, class: 'absent', texts: () => [] },
  plain(12, 'minus_all', 'v=spf1 ip4:192.0.2.$V -all'),
  plain(12, 'tilde_all', 'v=spf1 a mx ip4:198.51.100.$V ~all'),
  plain(4, 'question_all', 'v=spf1 ip4:192.0.2.$V ?all'),
  plain(2, 'plus_all', 'v=spf1 +all'),
  plain(2, 'no_all', 'v=spf1 ip4:192.0.2.$V'),
  plain(2, 'permerror_syntax', 'v=spf1 ip4:192.0.2.999 -all'),
  plain(1, 'permerror_syntax', 'v=spf1 caf\xe9 -all'),
  plain(1, 'permerror_syntax', 'v=spf1 \x1b]0;owned\x07 -all'),
  plain(1, 'permerror_lookups', `v=spf1 ${ELEVEN} -all`),
  plain(1, 'minus_all', 'v=spf1 x=<script>alert($V)</script> -all'),
  plain(1, 'tilde_all', "v=spf1 x='OR/**/1=1;-- ~all"),
  plain(1, 'question_all', "v=spf1 x==cmd|'/C'!A0 ?all"),
  {
    weight: 3,
    class: 'permerror_multiple',
    texts: (variant) => [`v=spf1 ip4:192.0.2.${variant} -all`, 'v=spf1 ~all'],
  },
  {
    weight: 18,
    class: 'tilde_all',
    texts: (variant) => [`v=spf1 include:${target('spf', variant)} ~all`],
    targets: (variant) => includeChain(variant),
  },
  {
    weight: 5,
    class: 'minus_all',
    texts: (variant) => [`v=spf1 redirect=${target('minus', variant)}`],
    targets: (variant) => [target('minus', variant)],
  },
  {
    weight: 2,
    class: 'permerror_include_missing',
    texts: (variant) => [`v=spf1 include:${target('gone', variant)} -all`],
    targets: (variant) => [target('gone', variant)],
  },
  {
    weight: 1,
    class: 'permerror_loop',
    texts: () => [`v=spf1 include:${target('loop', 0)} -all`],
    targets: () => [target('loop', 0), target('loop', 1)],
  },
];

/** The include target of a variant, and the one that every fourth of them includes in turn. */
function includeChain(variant: number): readonly string[] {
  const own = target('spf', variant);
  return variant % 4 === 0 ? [own, target('spf', variant + 1)] : [own];
}

/** TXT at the apex that have nothing to do with SPF, beside whatever SPF is there. */
export const NOISE: readonly { readonly weight: number; readonly texts: readonly string[] }[] = [
  { weight: 60, texts: [] },
  { weight: 15, texts: ['google-site-verification=fault-server'] },
  { weight: 5, texts: ['MS=ms12345678', 'caf\xe9 \xff\xfe\x80', ''] },
  { weight: 3, texts: ['=HYPERLINK("http://fault-server.test","x")', '@SUM(1+1)', '\t=1'] },
  { weight: 3, texts: ['<img src=x onerror=alert(1)>', "'; DROP TABLE run; --"] },
  { weight: 3, texts: ['\x1b[2J\x1b]0;owned\x07\x00\r\n\x85\x9b31m'] },
  { weight: 5, texts: Array.from({ length: 30 }, (_, i) => `token${i}=${'0123456789'.repeat(6)}`) },
];

/** What stands at one `_dmarc` name, told without reading it. */
export type DmarcStands =
  | { readonly state: 'nothing' | 'several' | 'not-applied' }
  | { readonly state: 'policy'; readonly p: string; readonly sp: string; readonly np: string };

export interface DmarcKind {
  readonly weight: number;
  readonly stands: DmarcStands;
  readonly texts: readonly string[];
  /** The `_dmarc` name is an alias of the target that holds the record. */
  readonly isAlias?: boolean;
}

const policy = (p: string, sp = p, np = sp): DmarcStands => ({ state: 'policy', p, sp, np });
const NOTHING: DmarcStands = { state: 'nothing' };

export const DMARC_KINDS: readonly DmarcKind[] = [
  { weight: 40, stands: NOTHING, texts: [] },
  {
    weight: 20,
    stands: policy('none'),
    texts: ['v=DMARC1; p=none; rua=mailto:d@fault-server.test'],
  },
  { weight: 8, stands: policy('quarantine'), texts: ['v=DMARC1; p=quarantine; pct=50'] },
  { weight: 10, stands: policy('reject'), texts: ['v=DMARC1; p=reject'] },
  { weight: 3, stands: policy('reject'), texts: ['v=DMARC1; p=reject; x=<b>=1+1</b>'] },
  {
    weight: 4,
    stands: policy('none', 'quarantine', 'reject'),
    texts: ['v=DMARC1; p=none; sp=quarantine; np=reject'],
  },
  { weight: 3, stands: { state: 'not-applied' }, texts: ['v=DMARC1; p=bogus'] },
  {
    weight: 2,
    stands: policy('none'),
    texts: ['v=DMARC1; p=bogus; rua=mailto:d@fault-server.test'],
  },
  {
    weight: 3,
    stands: { state: 'several' },
    texts: ['v=DMARC1; p=reject', 'v=DMARC1; p=none'],
  },
  { weight: 3, stands: NOTHING, texts: ['v=spf1 -all'] },
  { weight: 1, stands: NOTHING, texts: ['\x1b[31m\xff', '=1+1', '<script>alert(1)</script>'] },
  { weight: 3, stands: policy('reject'), texts: ['v=DMARC1; p=reject', '=1+1', 'caf\xe9'] },
  { weight: 3, stands: policy('reject'), texts: [], isAlias: true },
];

/** Whether a domain is there, and what makes it so. */
export const EXISTENCE_KINDS: readonly {
  readonly weight: number;
  readonly kind: ExistenceKind;
}[] = [
  { weight: 10, kind: 'nonexistent' },
  { weight: 4, kind: 'empty' },
  { weight: 5, kind: 'alias' },
  { weight: 1, kind: 'dangling' },
  { weight: 1, kind: 'big' },
  { weight: 79, kind: 'plain' },
];

/**
 * `empty` has neither MX nor TXT; `alias` is a CNAME chain to a name with both, `dangling` one to a
 * name that does not exist; `big` is plain with some 64,000 octets of TXT.
 */
export type ExistenceKind = 'nonexistent' | 'empty' | 'alias' | 'dangling' | 'big' | 'plain';

/** What stands in the target zone: TXT by name, latin1. */
export function targetTexts(): Map<string, string> {
  const texts = new Map<string, string>();
  for (let variant = 0; variant < VARIANTS; variant++) {
    const below = variant % 4 === 0 ? ` include:${target('spf', variant + 1)}` : '';
    texts.set(target('spf', variant), `v=spf1 ip4:203.0.113.${variant}${below} ?all`);
    texts.set(target('minus', variant), `v=spf1 ip4:203.0.113.${variant} -all`);
    texts.set(target('policy', variant), 'v=DMARC1; p=reject; adkim=s');
  }
  texts.set(target('loop', 0), `v=spf1 include:${target('loop', 1)} -all`);
  texts.set(target('loop', 1), `v=spf1 include:${target('loop', 0)} -all`);
  return texts;
}

export const policyTarget = (variant: number): string => target('policy', variant);

/** Aliases from a domain to the end of its chain, 1 to 6. */
export function chainOf(variant: number, isDangling: boolean): readonly string[] {
  const end = isDangling ? 'nowhere' : 'end';
  const links = Array.from({ length: variant % 6 }, (_, i) => target(`link${i}-`, variant));
  return [...links, target(end, variant)];
}

export const endOfChain = (variant: number): string => target('end', variant);

/** MX and SPF at the end of a chain, and the class of either. */
export const CHAIN_END = {
  spf: 'v=spf1 mx -all',
  spfClass: 'minus_all',
  mxClass: 'present',
} as const;

export const chainHost = (variant: number): string => host('mx', variant);

/** Filler that makes a TXT answer as large as a message can be. */
export const BIG_FILLER: readonly string[] = Array.from(
  { length: 57 },
  (_, i) => `filler${i}=${'abcdefghij'.repeat(103)}`,
);
