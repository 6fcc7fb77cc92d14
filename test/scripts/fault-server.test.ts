import dgram from 'node:dgram';
import net from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { type Fault, parseFaults, strikesName } from '../../scripts/fault-server-faults.ts';
import { deform, HOSTILE_FORMS, type HostileForm } from '../../scripts/fault-server-forms.ts';
import {
  badVersion,
  bareRcode,
  type LaidOut,
  layOut,
  NODATA,
  NXDOMAIN,
  type Query,
  readQuery,
  respond,
  truncated,
} from '../../scripts/fault-server-message.ts';
import { Planner } from '../../scripts/fault-server-plan.ts';
import type { FaultServer } from '../../scripts/fault-server-start.ts';
import { Truth } from '../../scripts/fault-server-truth.ts';
import { FaultZone } from '../../scripts/fault-server-zone.ts';
import { createEngine } from '../../src/dns/client/engine.ts';
import type { Outcome } from '../../src/dns/client/lookup.ts';
import type { Answer } from '../../src/dns/talk.ts';
import { decodeResponse, encodeQuery, MAX_QUERY_OCTETS } from '../../src/dns/wire/message.ts';
import { faultNames, openFaultServer } from '../support/fault-server.ts';

const SEED = 3;
const TXT = 16;
const MX = 15;
const SP_NP = 'v=DMARC1; p=none; sp=quarantine; np=reject';

function queryFor(name: string, type = TXT, ednsSize = 1232): Query {
  const bytes = Buffer.alloc(MAX_QUERY_OCTETS);
  const end = encodeQuery(bytes, 0, 0x1234, name, type, ednsSize);
  const query = readQuery(bytes.subarray(0, end));
  if (query === undefined) throw new Error(`no query: ${name}`);
  return query;
}

const decode = (bytes: Buffer, name: string, type = TXT) =>
  decodeResponse(bytes, bytes.length, name, type);

describe('the truth of a fault server', () => {
  const truth = new Truth({ seed: SEED, names: faultNames(4000) });

  it('is the same for the same seed, whatever the order of the names, and another for another', () => {
    const again = new Truth({ seed: SEED, names: [...truth.domains].reverse() });
    const other = new Truth({ seed: SEED + 1, names: truth.domains });
    for (const domain of truth.domains) expect(again.of(domain)).toEqual(truth.of(domain));
    const same = truth.domains.filter((one) => truth.of(one).spf === other.of(one).spf);
    expect(same.length).toBeLessThan(truth.domains.length / 2);
  });

  it('has every class that can be published', () => {
    const all = truth.domains.map((domain) => truth.of(domain));
    const classes = (of: 'mx' | 'spf' | 'dmarc') => [...new Set(all.map((one) => one[of]))].sort();
    expect(classes('mx')).toEqual(['none', 'null', 'null_mixed', 'nxdomain', 'present']);
    expect(classes('dmarc')).toEqual([
      ...['absent', 'invalid', 'multiple', 'none', 'nxdomain', 'quarantine', 'reject'],
    ]);
    expect(classes('spf')).toEqual([
      ...['absent', 'minus_all', 'no_all', 'nxdomain', 'permerror_include_missing'],
      ...['permerror_lookups', 'permerror_loop', 'permerror_multiple', 'permerror_syntax'],
      ...['plus_all', 'question_all', 'tilde_all'],
    ]);
  });

  it('has a name below a record without one of its own inherit sp, or np if it is not there', () => {
    const parents = Array.from({ length: 1000 }, (_, i) => `p${i}.com`);
    const family = new Truth({ seed: SEED, names: parents.flatMap((one) => [one, `a.${one}`]) });
    const heirs = parents.filter((parent) => {
      const above = family.plan(parent);
      const own = family.plan(`a.${parent}`);
      const hasNone = own?.existence === 'nonexistent' || own?.dmarc.texts.length === 0;
      const isThere = above?.existence !== 'nonexistent';
      return isThere && hasNone && own?.dmarc.isAlias !== true && above?.dmarc.texts[0] === SP_NP;
    });
    const policies = heirs.map((parent) => family.of(`a.${parent}`));
    expect(new Set(policies.map(({ status }) => status)).size).toBe(2);
    for (const { status, dmarc } of policies) {
      expect(dmarc).toBe(status === 'exists' ? 'quarantine' : 'reject');
    }
  });

  it('has no name of the list where the server keeps its targets', () => {
    expect(() => new Truth({ seed: 1, names: ['x.fault-server.test'] })).toThrow(RangeError);
  });

  it('stands in the answers of its zone: existence, and records where the classes say so', () => {
    const zone = new FaultZone(truth);
    for (const domain of truth.domains) {
      const { status, mx } = truth.of(domain);
      const answer = decode(respond(queryFor(domain, MX), zone.look(domain, MX)), domain, MX);
      if (typeof answer !== 'object' || 'extendedError' in answer) throw new Error(domain);
      const isThere = answer.status !== 'nxdomain' || answer.aliases.length > 0;
      expect(isThere, domain).toBe(status === 'exists');
      expect(answer.status === 'noerror', domain).toBe(mx !== 'none' && mx !== 'nxdomain');
    }
  });
});

describe('a list of faults', () => {
  it.each([
    ['[{"kind":"loss","rate":0.05},{"kind":"form","form":"cname-loop","share":0.01}]'],
    ['[{"kind":"rate-limit","perSecond":100,"how":"drop"},{"kind":"outage","ms":20}]'],
  ])('is taken as JSON: %s', (json) => {
    expect(parseFaults(json)).toEqual(JSON.parse(json));
  });

  it.each([
    ['{"kind":"loss"}', /array/u],
    ['[{"kind":"los"}]', /kind is none of/u],
    ['[{"kind":"loss","rate":2}]', /0 to 1/u],
    ['[{"kind":"loss","ms":2}]', /ms is no field/u],
    ['[{"kind":"delay","distribution":"normal","ms":1}]', /distribution is none of/u],
    ['[{"kind":"duplicate"}]', /copies is no number/u],
    ['[{"kind":"loss","types":["ANY"]}]', /types/u],
    ['[null]', /no object/u],
  ])('is refused with what is wrong with it: %s', (json, why) => {
    expect(() => parseFaults(json)).toThrow(why);
  });

  it('strikes a share of the names, the same for ever, each fault others', () => {
    const loss: Fault = { kind: 'loss', share: 0.1 };
    const truncate: Fault = { kind: 'truncate', share: 0.1 };
    const names = faultNames(10_000);
    const struck = names.filter((name) => strikesName(loss, name, SEED));
    expect(struck.length).toBeGreaterThan(900);
    expect(struck.length).toBeLessThan(1100);
    const both = struck.filter((name) => strikesName(truncate, name, SEED));
    expect(both.length).toBeLessThan(200);
  });
});

describe('the plan for a query', () => {
  const planner = (...faults: Fault[]): Planner => {
    const made = new Planner(SEED);
    made.set(faults, 0);
    return made;
  };
  const plan = (from: Planner, name: string, nowMs = 0, client = '127.0.0.1') =>
    from.plan(queryFor(name), client, nowMs);

  it('draws a rate anew for each repetition, and the same in another order', () => {
    const names = faultNames(500);
    const loss: Fault = { kind: 'loss', rate: 0.3 };
    const seen = (order: readonly string[]) => {
      const from = planner(loss);
      return new Map(order.map((name) => [name, [0, 1, 2].map(() => plan(from, name).isLost)]));
    };
    const forwards = seen(names);
    const backwards = seen([...names].reverse());
    for (const name of names) expect(backwards.get(name)).toEqual(forwards.get(name));
    const lost = [...forwards.values()].flat().filter(Boolean).length;
    expect(lost / 1500).toBeGreaterThan(0.25);
    expect(lost / 1500).toBeLessThan(0.35);
    const always = [...forwards.values()].filter((all) => all.every(Boolean)).length;
    expect(always).toBeLessThan(40);
  });

  it('strikes a `_dmarc` name with the one below it, and no other type than those named', () => {
    const from = planner({ kind: 'loss', names: ['a.example'], types: ['TXT'] });
    expect(plan(from, 'a.example').isLost).toBe(true);
    expect(plan(from, '_dmarc.a.example').isLost).toBe(true);
    expect(plan(from, 'b.a.example').isLost).toBe(false);
    expect(from.plan(queryFor('a.example', MX), '127.0.0.1', 0).isLost).toBe(false);
  });

  it('limits each client by a bucket that fills with time', () => {
    const from = planner({ kind: 'rate-limit', perSecond: 10, burst: 2, how: 'refused' });
    const limits = [0, 0, 0, 100, 100].map((nowMs) => plan(from, 'a.example', nowMs).limit);
    expect(limits).toEqual([undefined, undefined, 'refused', undefined, 'refused']);
    expect(plan(from, 'a.example', 100, '127.0.0.9').limit).toBeUndefined();
  });

  it('is out for a number of queries, or for a time, and then back', () => {
    const byQueries = planner({ kind: 'outage', fromQuery: 1, queries: 2 });
    const out = (from: Planner, nowMs: number) => plan(from, 'a.example', nowMs).limit;
    expect([0, 0, 0, 0].map((nowMs) => out(byQueries, nowMs))).toEqual([
      ...[undefined, 'outage', 'outage', undefined],
    ]);
    const byTime = planner({ kind: 'outage', fromMs: 10, ms: 20 });
    expect([0, 10, 29, 30].map((nowMs) => out(byTime, nowMs))).toEqual([
      ...[undefined, 'outage', 'outage', undefined],
    ]);
  });
});

/** What the decoder makes of each form for a name with a record. */
const SEEN_THROUGH: Readonly<Record<HostileForm, string>> = {
  'compression-loop': 'malformed',
  'compression-loop-of-two': 'malformed',
  'forward-pointer': 'malformed',
  'pointer-outside': 'malformed',
  'counts-high': 'malformed',
  'counts-one-low': 'malformed',
  'counts-zero': 'malformed',
  'counts-huge': 'malformed',
  'label-over-63': 'malformed',
  'name-over-255': 'malformed',
  'rdlength-over': 'malformed',
  'rdata-short': 'malformed',
  'cut-off': 'malformed',
  'cname-loop': 'malformed',
  'cname-long': 'malformed',
  'cname-two': 'malformed',
  'other-owner': 'malformed',
  'other-class': 'malformed',
  'nxdomain-with-records': 'malformed',
  'two-opt': 'malformed',
  'header-only': 'mismatch',
  echo: 'mismatch',
  garbage: 'mismatch',
};

describe('the messages of a fault server', () => {
  const NAME = 'example.org';
  const TWO: LaidOut = layOut(TXT, [Buffer.from('\x05v=one'), Buffer.from('\x05v=two')]);
  const decodeForm = (form: HostileForm) => {
    const decoded = decode(deform(form, queryFor(NAME), TWO), NAME);
    return typeof decoded === 'object' ? decoded.status : decoded;
  };

  it('are sound where no fault is in them', () => {
    const query = queryFor(NAME);
    const seen = (answer: LaidOut) => decode(respond(query, answer), NAME);
    expect(seen(TWO)).toEqual({ status: 'noerror', records: ['v=one', 'v=two'], aliases: [] });
    expect(seen(NODATA)).toEqual({ status: 'nodata', aliases: [] });
    expect(seen(NXDOMAIN)).toEqual({ status: 'nxdomain', aliases: [] });
    const chain = layOut(TXT, [], ['a.test', 'b.test'], true);
    expect(seen(chain)).toEqual({ status: 'nxdomain', aliases: ['a.test', 'b.test'] });
    expect(decode(truncated(query, 0), NAME)).toBe('truncated');
    const servfail = { status: 'servfail', extendedError: 22 };
    expect(decode(bareRcode(query, 'servfail', 22), NAME)).toEqual(servfail);
    expect(decode(badVersion(query), NAME)).toBe('not_understood');
  });

  it.each(HOSTILE_FORMS)('of the form %s are seen through', (form) => {
    expect(decodeForm(form)).toBe(SEEN_THROUGH[form]);
  });
});

describe('a fault server', () => {
  let server: FaultServer | undefined;
  afterEach(async () => {
    await server?.close();
    server = undefined;
  });
  const open = async (faults: readonly Fault[] = []): Promise<FaultServer> => {
    server = await openFaultServer({ seed: SEED, names: faultNames(400), faults });
    return server;
  };

  /** Asks the TXT of each name; `count` stray datagrams have come by the end. */
  async function askAll(port: number, names: readonly string[]) {
    const engine = createEngine({
      resolvers: [{ address: '127.0.0.1', family: 4, port }],
      ...{ timeoutMs: 400, attempts: 3, window: 50 },
    });
    const answers = await Promise.all(
      names.map(
        (qname) =>
          new Promise<Answer>((resolve) => {
            const done = ({ answer }: Outcome): void => resolve(answer);
            engine.ask({ qname, qtype: 'TXT', shared: false }, Number.POSITIVE_INFINITY, done);
          }),
      ),
    );
    await engine.close();
    return { answers, counters: engine.counters };
  }

  it('answers over UDP, and over TCP what does not fit, and counts both', async () => {
    const { port, truth, counters } = await open();
    const big = truth.domains.filter((one) => truth.plan(one)?.existence === 'big');
    const names = [...big, ...truth.domains.slice(0, 100)];
    const { answers } = await askAll(port, names);
    expect(big.length).toBeGreaterThan(0);
    answers.forEach((answer, i) => {
      const isThere = answer.status === 'nxdomain' && answer.aliases.length === 0;
      expect(isThere, names[i]).toBe(truth.of(names[i] ?? '').status === 'nxdomain');
    });
    const { udpQueries, tcpQueries, truncated: cut, silent, wrong } = await counters();
    expect(udpQueries).toBeGreaterThanOrEqual(names.length);
    expect(tcpQueries).toBe(cut);
    expect(tcpQueries).toBeGreaterThanOrEqual(big.length);
    expect([silent, wrong]).toEqual([0, 0]);
  });

  it('does what it is newly told, and no more what it was told before', async () => {
    const { port, truth, set, counters } = await open([{ kind: 'rcode', rcode: 'servfail' }]);
    const names = truth.domains.slice(0, 20);
    const failed = await askAll(port, names);
    expect(failed.answers.every(({ status }) => status === 'servfail')).toBe(true);
    await set([{ kind: 'duplicate', copies: 2 }]);
    const { duplicates: before } = await counters();
    const doubled = await askAll(port, names);
    expect(doubled.answers.some(({ status }) => status === 'servfail')).toBe(false);
    expect((await counters()).duplicates - before).toBeGreaterThanOrEqual(2 * names.length);
  });

  it('sends false answers before the true ones, from each place', async () => {
    const { port, truth, set, counters } = await open();
    const names = truth.domains.slice(0, 20);
    const { answers: honest } = await askAll(port, names);
    for (const by of ['id', 'question', 'port', 'address'] as const) {
      await set([{ kind: 'spoof', by, says: 'records' }]);
      const spoofed = await askAll(port, names);
      expect(spoofed.answers, by).toEqual(honest);
    }
    expect((await counters()).spoofs).toBeGreaterThanOrEqual(4 * names.length);
  });

  it('answers several queries on one connection, and breaks it where it is told to', async () => {
    const { port, set } = await open();
    const framed = (name: string): Buffer => {
      const { bytes } = queryFor(name);
      return Buffer.concat([Buffer.of(bytes.length >> 8, bytes.length & 0xff), bytes]);
    };
    const ask = async () => {
      const socket = net.connect({ port, host: '127.0.0.1' });
      const chunks: Buffer[] = [];
      socket.on('data', (chunk: Buffer) => chunks.push(chunk));
      socket.on('error', () => undefined);
      socket.end(Buffer.concat([framed('gone0.test'), framed('gone1.test')]));
      await new Promise((closed) => socket.on('close', closed));
      return Buffer.concat(chunks);
    };
    const both = await ask();
    const first = both.readUInt16BE(0);
    expect(decode(both.subarray(2, 2 + first), 'gone0.test')).toMatchObject({ status: 'nxdomain' });
    expect(decode(both.subarray(4 + first), 'gone1.test')).toMatchObject({ status: 'nxdomain' });
    await set([{ kind: 'tcp', how: 'partial-prefix' }]);
    expect(await ask()).toHaveLength(1);
    await set([{ kind: 'tcp', how: 'refuse' }]);
    expect(await ask()).toHaveLength(0);
  });

  it('says nothing to datagrams that are no query, and lives', async () => {
    const { port, counters } = await open();
    const { answers } = await askAll(port, ['n0.com']);
    expect(answers).toHaveLength(1);
    const socket = dgram.createSocket('udp4');
    for (const octets of [
      '',
      '00',
      'ff'.repeat(12),
      '0001010000010000000000003f61',
      '00'.repeat(600),
    ])
      await new Promise((done) => socket.send(Buffer.from(octets, 'hex'), port, '127.0.0.1', done));
    socket.close();
    expect((await askAll(port, ['n0.com'])).answers).toEqual(answers);
    expect((await counters()).unreadable).toBeGreaterThan(0);
  });
});
