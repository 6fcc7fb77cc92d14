import { describe, expect, it } from 'vitest';
import { checkResolvers, type ResolverHealth } from '../../../src/dns/client/health.ts';
import { at, serve } from '../../support/dns-engine.ts';
import { closedPort, reply, type Script } from '../../support/scripted-server.ts';

const NAMES = ['a.jp', 'b.jp', 'c.jp', 'd.jp'];
const failing =
  (rcode: number): Script =>
  (query) => [reply(query, { flags: 0x8180 | rcode })];

const scripts: readonly [string, Script, ResolverHealth][] = [
  ['answers', failing(0), 'answers'],
  ['says SERVFAIL to everything', failing(2), 'answers'],
  ['says FORMERR to everything', failing(1), 'answers'],
  ['refuses everything', failing(5), 'refuses'],
  ['refuses the root alone', (query) => failing(query.qname === '' ? 5 : 3)(query), 'answers'],
  ['refuses one and drops the rest', (q) => (q.qname === '' ? failing(5)(q) : []), 'refuses'],
  ['answers the second attempt alone', dropFirst(), 'answers'],
  ['answers without EDNS alone', (q) => (q.hasEdns ? [] : failing(0)(q)), 'answers'],
  ['is silent', () => [], 'silent'],
  ['talks to the wrong question', (q) => [reply(q, { qname: 'x.y', qtype: 1 })], 'silent'],
];

function dropFirst(): Script {
  const known = new Set<string>();
  return (query) => {
    const isRepeat = known.has(query.qname);
    known.add(query.qname);
    return isRepeat ? failing(0)(query) : [];
  };
}

describe('checkResolvers', () => {
  it.each(scripts)('of one that %s', async (_, script, health) => {
    const server = await serve(script);
    const startedAtMs = performance.now();
    expect(await checkResolvers([at(server)], NAMES)).toEqual([{ resolver: at(server), health }]);
    expect(performance.now() - startedAtMs).toBeLessThan(3500);
  });

  it('asks the NS of the root and the MX of three names', async () => {
    const server = await serve(failing(5));
    await checkResolvers([at(server)], NAMES);
    const questions = new Set(server.seen.map(({ qname, qtype }) => `${qname} ${qtype}`));
    expect([...questions].toSorted()).toEqual([' 2', 'a.jp 15', 'b.jp 15', 'c.jp 15']);
  });

  it('reports each resolver, side by side, and a closed port as an error', async () => {
    const [good, silent] = await Promise.all([serve(failing(3)), serve(() => [])]);
    const resolvers = [at(good), at(silent), at({ port: await closedPort() })];
    const startedAtMs = performance.now();
    const reports = await checkResolvers(resolvers, []);
    expect(reports.map(({ health }) => health)).toEqual(['answers', 'silent', 'error']);
    expect(performance.now() - startedAtMs).toBeLessThan(3500);
  });
});
