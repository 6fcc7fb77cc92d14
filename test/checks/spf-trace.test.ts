import { describe, expect, it } from 'vitest';
import { spf } from '../../src/checks/spf.ts';
import type { Answer, Question } from '../../src/dns/talk.ts';
import type { DomainName } from '../../src/names/domain-name.ts';
import { holdAgainst } from '../support/zone.ts';

const NXDOMAIN: Answer = { status: 'nxdomain', aliases: [] };
const TIMEOUT: Answer = { status: 'timeout', extendedError: undefined };

const txt = (...records: string[]): Answer => ({ status: 'noerror', records, aliases: [] });

/** Answers that stay the same objects, as those of a run's cache do; a name not listed is NXDOMAIN. */
const zoneOf = (names: Readonly<Record<string, Answer>>) => ({
  answer: ({ qname }: Question): Answer => names[qname] ?? NXDOMAIN,
});

function observe(names: Readonly<Record<string, Answer>>, domain: string) {
  const { result, asked } = holdAgainst(zoneOf(names), spf.observe(domain as DomainName));
  return { result, asked: asked.map(({ qtype, qname }) => `${qtype} ${qname}`) };
}

/** Domains enough that the record is known and its walk has been traced. */
function observeOften(names: Readonly<Record<string, Answer>>, text: string) {
  for (let i = 0; i < 6; i++) observe({ ...names, [`d${i}.example`]: txt(text) }, `d${i}.example`);
  return (domain: string, others: Readonly<Record<string, Answer>> = names) =>
    observe({ ...others, [domain]: txt(text) }, domain);
}

describe('SPF records that many domains publish', () => {
  it('ask the same questions and come to the same observation for each domain', () => {
    const text = 'v=spf1 include:a.trace1.example ip4:192.0.2.0/24 -all';
    const names = {
      'a.trace1.example': txt('v=spf1 include:b.trace1.example ~all'),
      'b.trace1.example': txt('v=spf1 ip4:198.51.100.0/24 ~all'),
    };
    const often = observeOften(names, text);
    const first = often('first.example');
    const second = often('second.example');
    expect(first.asked).toEqual([
      'TXT first.example',
      'TXT a.trace1.example',
      'TXT b.trace1.example',
    ]);
    expect(second.asked.slice(1)).toEqual(first.asked.slice(1));
    expect(second.result).toBe(first.result);
    expect(second.result).toMatchObject({ class: 'minus_all', records: [text], findings: [] });
    expect(spf.cells(second.result)).toEqual([
      '-all',
      2,
      undefined,
      undefined,
      undefined,
      undefined,
      512,
    ]);
  });

  it('are walked again where an answer is another, from the step at which it is', () => {
    const text = 'v=spf1 include:a.trace2.example -all';
    const names = {
      'a.trace2.example': txt('v=spf1 include:b.trace2.example ~all'),
      'b.trace2.example': txt('v=spf1 ip4:198.51.100.0/24 ~all'),
    };
    const often = observeOften(names, text);
    const failed = often('x.example', { ...names, 'b.trace2.example': TIMEOUT });
    expect(failed.result).toMatchObject({
      state: 'unknown',
      reason: 'timeout',
      class: 'temperror',
    });
    expect(failed.asked).toHaveLength(3);
    const changed = often('y.example', { ...names, 'a.trace2.example': txt('v=spf1 +all') });
    expect(changed.result).toMatchObject({ state: 'present', class: 'minus_all' });
    expect(changed.asked).toEqual(['TXT y.example', 'TXT a.trace2.example']);
    expect(often('z.example').result).toMatchObject({ state: 'present', class: 'minus_all' });
  });

  it('are a loop for the domain that they include, and for no other', () => {
    const text = 'v=spf1 include:a.trace3.example -all';
    const names = { 'a.trace3.example': txt('v=spf1 -all') };
    const often = observeOften(names, text);
    expect(often('x.example').result.class).toBe('minus_all');
    expect(often('a.trace3.example')).toMatchObject({
      result: { class: 'permerror_loop' },
      asked: ['TXT a.trace3.example'],
    });
  });

  it('are read for each domain where a macro stands in the tree (RFC 7208 §7.2)', () => {
    const text = 'v=spf1 include:a.trace4.example -all';
    const names: Record<string, Answer> = {
      'a.trace4.example': txt('v=spf1 include:%{o}.by.example ~all'),
    };
    for (let i = 0; i < 6; i++) names[`d${i}.example.by.example`] = txt('v=spf1 ~all');
    const often = observeOften(names, text);
    expect(often('d3.example').result.class).toBe('minus_all');
    expect(often('x.example')).toMatchObject({
      result: { class: 'permerror_include_missing' },
      asked: ['TXT x.example', 'TXT a.trace4.example', 'TXT x.example.by.example'],
    });
  });

  it('keep what stands beside them at one domain to that domain', () => {
    const text = 'v=spf1 -all';
    const often = observeOften({}, text);
    const beside = { 'x.example': txt(text, '"v=spf1 ~all"') };
    const { result } = observe(beside, 'x.example');
    expect(result.findings.map(({ code }) => code)).toEqual(['near-miss']);
    expect(result.records).toHaveLength(2);
    expect(often('y.example').result).toMatchObject({ records: [text], findings: [] });
  });

  it('name the octets of a set that is too long at its own domain (RFC 7208 §3.4)', () => {
    const text = 'v=spf1 ?all';
    observeOften({}, text);
    const { result } = observe({ 'x.example': txt(text, 'x'.repeat(500)) }, 'x.example');
    expect(result.findings).toMatchObject([{ code: 'over-450', detail: '520 octets' }]);
  });
});
