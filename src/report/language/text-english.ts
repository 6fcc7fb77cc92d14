/**
 * The words of the terminal report in English. Pure data: numbers come in as they are printed, and no
 * text decides a figure. Its shape is the shape of every other language, so that a text that is
 * missing in one of them does not compile.
 */
import type { ListRefusal } from '../../survey/list-ledger.ts';
import type { RunStatus } from '../../survey/ports.ts';

const REFUSALS: Readonly<Record<ListRefusal, string>> = {
  empty: 'empty',
  url: 'url',
  email: 'email',
  ip_address: 'ip address',
  numeric_tld: 'numeric tld',
  character: 'character',
  empty_label: 'empty label',
  label_too_long: 'label too long',
  too_long: 'too long',
  idna: 'idna',
  line_too_long: 'line too long',
  below_registrable: 'below registrable',
  public_suffix: 'public suffix',
  single_label: 'single label',
  zone_syntax: 'zone syntax',
  out_of_zone: 'out of zone',
  opted_out: 'opted out',
};

const STATUS: Readonly<Record<RunStatus, string>> = {
  running: 'running',
  finished: 'finished',
  aborted: 'aborted',
};

export const REPORT_ENGLISH = {
  notAvailable: 'n/a',
  hours: (hours: number, minutes: number) => `${hours} h ${minutes} min`,
  minutes: (minutes: number, seconds: number) => `${minutes} min ${seconds} s`,
  seconds: (seconds: number) => `${seconds} s`,
  /** Between two sentences. */
  sentenceSpace: ' ',
  head: {
    title: (version: string, night: string, run: number) =>
      `mailcensus ${version} · night ${night} · run ${run}`,
    list: 'list',
    lists: 'lists',
    more: (n: string) => `and ${n} more`,
    names: (n: string) => `${n} names`,
    design: 'design',
    census: 'census: every name of the lists',
    sample: (asked: string, targets: string, seed: number) =>
      `simple random sample: ${asked} of ${targets} names, seed ${seed}`,
    endedEarly: (metric: string, halfWidth: string) =>
      `ended when ${metric} was known to ±${halfWidth} pp`,
    resolvers: 'resolvers',
    time: 'time',
    notComplete: (status: string) => `${status}, not complete`,
    status: STATUS,
    resumed: (times: number) => `resumed ${times === 1 ? 'once' : `${times} times`}`,
    span: (start: string, end: string, zone: string) => `${start} to ${end} ${zone}`,
    asked: 'asked',
    queries: (n: string) => `${n} queries`,
    eachName: (n: string) => `${n} a name`,
    threads: (transport: string, n: number) =>
      `${transport} on ${n} ${n === 1 ? 'thread' : 'threads'}`,
    attempts: (n: number, timeoutMs: number) => `${n} attempts of ${timeoutMs} ms`,
    voids: 'SPF void look-ups',
    readBy: 'read by',
    suffixes: (version: string) => `public suffixes ${version}`,
  },
  names: {
    title: 'Names',
    part: (n: string, what: string) => `${n} ${what}`,
    lines: 'lines',
    blank: 'blank or comment',
    refused: 'refused',
    duplicate: 'duplicate',
    names: 'names',
    notInSample: 'not in the sample',
    asked: 'asked',
    notAsked: 'not asked',
    exist: 'exist',
    nxdomain: 'do not (NXDOMAIN)',
    unknown: 'unknown',
    existing: 'existing',
    withMail: 'with mail (MX)',
    withoutMail: 'without mail',
    mxUnknown: 'MX unknown',
    refusals: REFUSALS,
  },
  failures: {
    title: 'No answer',
    titleOf: (asked: string) => `No answer, of ${asked} asked`,
    none: 'none: every question was answered',
    existence: 'existence',
    explanation:
      'A failed look-up is never "no record": it is outside every share, and [low–high] says what ' +
      'the share could be if it were known.',
  },
  breakdown: {
    title: 'DMARC policy',
    of: (n: string) => ` of the ${n} existing names that publish one`,
    nothing: 'no existing name publishes a DMARC record',
    labels: { none: 'none', quarantine: 'quarantine', reject: 'reject', error: 'error' },
    withoutRua: (share: string) => `${share} without rua`,
    kind: (name: string, n: string) => `${name} ${n}`,
    kindSeparator: ', ',
    invalid: 'invalid',
    multiple: 'several records',
    other: 'unusable, a parent applies',
    failedLookups: (n: string, kinds: string) => `${n} failed DMARC look-ups (${kinds})`,
    existenceUnknown: (n: string) => `${n} names whose existence is unknown`,
    missing: (parts: readonly string[]) =>
      `Not among them: ${parts.join(' and ')}; were they known, each share would lie in its [range].`,
  },
  adoption: {
    title: 'Adoption',
    names: 'names',
    share: 'share',
    range: '[range]',
    shortRange: '[range]',
    interval: '95 % CI',
    spf: 'SPF',
    dmarc: 'DMARC',
    inherited: '  inherited too',
    enforced: '  enforced',
    protected: 'protected',
    ready: 'SPF only',
    existing: 'existing',
    mail: 'with mail',
  },
  records: {
    dmarcTitle: 'DMARC records',
    dmarcOf: (n: string) => `: of the ${n} usable ones`,
    enforcePublished: 'quarantine or reject',
    enforceStrict: 'strictly enforced',
    silent: 'neither',
    pMissing: 'no p',
    spWeaker: 'weaker sp',
    pctPartial: 'pct below 100',
    strictAlignment: 'strict alignment',
    otherReading: (n: string) =>
      `RFC 7489 with the Public Suffix List reads ${n} existing names otherwise.`,
    spfTitle: 'SPF',
    spfOf: (n: string) => `: how the ${n} usable records end`,
    spfNothing: 'no existing name publishes an SPF record',
    noAll: 'no all',
    noPermerror: 'permerror: none',
    permerror: (share: string, n: string, published: string) =>
      `permerror ${share} (${n} of ${published} published)`,
    permerrors: {
      permerror_syntax: 'syntax',
      permerror_multiple: 'several records',
      permerror_lookups: 'over 10 look-ups',
      permerror_void: 'void look-ups',
      permerror_include_missing: 'included record missing',
      permerror_loop: 'loop',
      permerror_mx: 'over 10 exchanges',
    },
    exactDeny: (published: string, rate: string) =>
      `of ${published} published: exactly v=spf1 -all ${rate}`,
    lax: (rate: string) => `over 100,000 IPv4 addresses ${rate}`,
    open: (rate: string) => `open to everybody ${rate}`,
    mxTitle: 'MX',
    mxOf: (n: string) => ` of the ${n} existing names that answered`,
    mxPresent: 'MX',
    mxNone: 'no MX',
    mxNull: 'null MX',
    mxNullMixed: 'null MX beside others',
    mxNxdomain: 'alias to nothing',
    locksTitle: 'Locks',
    locksOf: (n: string) => ` on the ${n} existing names without mail`,
    lockDmarc: 'DMARC reject',
    lockedFull: 'all three',
    unlocked: 'none of them',
  },
  segments: {
    tld: 'By top-level domain',
    registry: 'By registry type',
    rank: 'By rank',
    list: 'By list',
    mx: 'By mail operator (MX)',
    rua: 'By report receiver (rua)',
    label: (column: string) => `By label ${column}`,
    other: (type: string) => `By ${type}`,
    crossed: (parts: readonly string[]) => `By ${parts.join(' and ')}`,
    part: {
      tld: 'top-level domain',
      registry: 'registry type',
      rank: 'rank',
      list: 'list',
      mx: 'mail operator (MX)',
      rua: 'report receiver (rua)',
    },
    total: 'all',
    unranked: 'no rank',
    asked: 'asked',
    existing: 'existing',
    withMail: 'w. mail',
    records: 'records',
    quarantine: 'quar.',
    error: 'error',
    enforced: 'enforced',
    percentOf: (hasSpf: boolean) =>
      `Percent: ${hasSpf ? 'SPF and ' : ''}DMARC of the existing names, policies of the DMARC records.`,
    percentOfExisting: 'Percent of the existing names.',
    lowN: (n: number) => `Below ${n} existing names a share says little.`,
    more: (n: string, names: string) => `and ${n} more with ${names} names`,
    nothing: (title: string) => `${title}: no name is in such a segment`,
  },
  notes: {
    title: 'Notes',
    countedOtherwise: (asked: number, counted: number) =>
      `${asked} names were asked, but ${counted} are counted`,
    problem: (problem: string) => `The accounting does not reconcile: ${problem}.`,
    moreProblems: (n: string) => `${n} more such problems.`,
    incomplete: (
      asked: string,
      toAsk: string,
      blocksDone: string,
      blocks: string,
      isAborted: boolean,
    ) =>
      `The run is not complete: ${asked} of ${toAsk} names were asked (${blocksDone} of ${blocks} ` +
      'blocks, in random order), so its shares are estimates for the whole; the ranges speak of ' +
      `the names asked only. ${
        isAborted
          ? 'A newer night has closed this run.'
          : 'Run the same command again to finish it.'
      }`,
    fewBlocks: (n: number) => `Intervals (95 % CI) need ${n} finished blocks.`,
    nothingAsked: 'No name was asked yet.',
    refused: (share: string, check: string) =>
      `${share} of the ${check} look-ups were refused: the resolver refuses this ` +
      'client. Allow it there or name another with --resolver.',
    unknown: (share: string, check: string) =>
      `${share} of the names gave no ${check} answer: look at the ranges first.`,
    noVoids: 'SPF: targets of a, mx and exists were not asked (--spf-voids does).',
    meanings:
      'enforced: own record asks for reject, or quarantine of all mail, not weaker for ' +
      'subdomains, not in test mode; protected: the same of the applied record, own or ' +
      'inherited, and no open SPF; SPF only: usable SPF and no DMARC.',
    nxdomainCut:
      'Nothing was asked below a name that does not exist (RFC 8020; --no-nxdomain-cut does).',
  },
};
