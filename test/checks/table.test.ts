/** What every check owes the table; a new check inherits these tests. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Observation } from '../../src/checks/check.ts';
import { CHECKS, checkByName } from '../../src/checks/table.ts';
import { type Answer, type Conversation, FAILURES } from '../../src/dns/talk.ts';
import type { DomainName } from '../../src/names/domain-name.ts';
import { holdAgainst } from '../support/zone.ts';

const DOMAIN = 'www.example.co.uk' as DomainName;

const hold = (conversation: Conversation<Observation<unknown>>, answer: () => Answer) =>
  holdAgainst({ answer }, conversation).result;

/** `observe` and `observeInDepth` of every check. */
const CONVERSATIONS = CHECKS.flatMap((check) => [
  { name: `${check.name}.observe`, check, begin: check.observe },
  { name: `${check.name}.observeInDepth`, check, begin: check.observeInDepth },
]);

describe('CHECKS', () => {
  it('are found by their names, and nothing else is', () => {
    for (const check of CHECKS) expect(checkByName(check.name)).toBe(check);
    for (const name of ['', 'constructor', '__proto__', 'MX'])
      expect(checkByName(name)).toBeUndefined();
  });

  it('have unique names and columns, in snake_case', () => {
    const columns = CHECKS.flatMap((check) => check.columns.map(({ column }) => column));
    for (const names of [CHECKS.map(({ name }) => name), columns]) {
      expect(new Set(names).size).toBe(names.length);
      for (const name of names) expect(name).toMatch(/^[a-z][a-z0-9]*(?:_[a-z0-9]+)*$/u);
    }
  });

  it.each(CHECKS)(
    '$name has unique flags and classes, a version and a clause for each column',
    (check) => {
      expect(new Set(check.flagNames).size).toBe(check.flagNames.length);
      expect(new Set(check.classes).size).toBe(check.classes.length);
      expect(check.version).toBeGreaterThanOrEqual(1);
      for (const column of check.columns) {
        expect(column.clause).toMatch(/^RFC \d+ §/u);
        expect(column.meaning).not.toBe('');
      }
    },
  );

  describe.each(CONVERSATIONS)('$name', ({ check, begin }) => {
    it.each(FAILURES)('is unknown when every answer is %s, and says so', (status) => {
      const seen = hold(begin(DOMAIN), () => ({ status, extendedError: undefined }));
      expect(seen).toMatchObject({ state: 'unknown', reason: status });
      expect(check.classes).toContain(seen.class);
      expect(seen.class).toMatch(/^error_/u);
    });

    it('is lame with extended error 22 or 23 (RFC 8914)', () => {
      for (const extendedError of [22, 23]) {
        const seen = hold(begin(DOMAIN), () => ({ status: 'servfail', extendedError }));
        expect(seen.class).toBe('error_lame');
      }
    });

    it.each(['nodata', 'nxdomain'] as const)('is absent when every answer is %s', (status) => {
      const seen = hold(begin(DOMAIN), () => ({ status, aliases: [] }));
      expect(seen).toMatchObject({ state: 'absent', reason: undefined });
      expect(seen.class === 'nxdomain').toBe(status === 'nxdomain');
    });

    it('gives as many cells as columns, also without a policy', () => {
      const seen = hold(begin(DOMAIN), () => ({ status: 'nodata', aliases: [] }));
      expect(check.cells(seen)).toHaveLength(check.columns.length);
      expect(check.cells({ ...seen, policy: undefined })).toHaveLength(check.columns.length);
      expect(check.flags({ ...seen, policy: undefined })).toBe(0);
      expect(Object.keys(check.detail({ ...seen, policy: undefined }))).toEqual(
        Object.keys(check.detail(seen)),
      );
    });

    it('never throws on hostile records, and what it gives is plain and of its type', () => {
      const word = fc.constantFrom(
        'v=spf1',
        'v=DMARC1;',
        'p=none',
        'include:a.b',
        '-all',
        '0 .',
        '%{d}',
      );
      const text = fc.oneof(
        fc.string({ unit: 'binary', maxLength: 60 }),
        fc.array(word, { maxLength: 6 }).map((words) => words.join(' ')),
      );
      const answer = fc.oneof(
        { weight: 4, arbitrary: fc.array(text, { minLength: 1, maxLength: 3 }) },
        { weight: 1, arbitrary: fc.constantFrom(...FAILURES) },
      );
      fc.assert(
        fc.property(fc.array(answer, { minLength: 1, maxLength: 5 }), (answers) => {
          let turn = 0;
          const seen = hold(begin(DOMAIN), () => {
            const next = answers[turn++ % answers.length] ?? 'servfail';
            return typeof next === 'string'
              ? { status: next, extendedError: undefined }
              : { status: 'noerror', records: next, aliases: [] };
          });
          expect(check.classes).toContain(seen.class);
          expect(seen.state === 'unknown').toBe(seen.reason !== undefined);
          for (const [i, cell] of check.cells(seen).entries())
            if (cell !== undefined)
              expect(typeof cell).toBe(
                { text: 'string', number: 'number', boolean: 'boolean' }[
                  check.columns[i]?.type ?? 'text'
                ],
              );
          const detail = check.detail(seen);
          expect(JSON.parse(JSON.stringify(detail))).toEqual(detail);
        }),
      );
    });
  });
});
