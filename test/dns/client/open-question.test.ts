import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OpenQuestion, QuestionList } from '../../../src/dns/client/open-question.ts';
import { question } from '../../support/dns-engine.ts';

const make = (index: number, deadlineAtMs = 1e9): OpenQuestion =>
  new OpenQuestion(question(`d${index}.jp`), deadlineAtMs, () => {});

function namesIn(list: QuestionList): string[] {
  const names: string[] = [];
  for (let each = list.first; each !== undefined; each = each.next) names.push(each.qname);
  return names;
}

type Verb = 'push' | 'unshift' | 'remove';

/** The same step on the list and on an array. */
function apply(
  list: QuestionList,
  model: OpenQuestion[],
  fresh: OpenQuestion,
  verb: Verb,
  at: number,
): void {
  if (verb !== 'remove') {
    list[verb](fresh);
    model[verb](fresh);
    return;
  }
  const [taken] = model.splice(at % Math.max(1, model.length), 1);
  if (taken !== undefined) list.remove(taken);
}

describe('QuestionList', () => {
  it('does what an array does, whatever is pushed, put first and taken out', () => {
    const step = fc.tuple(fc.constantFrom<Verb>('push', 'unshift', 'remove'), fc.nat(50));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const list = new QuestionList();
        const model: OpenQuestion[] = [];
        for (const [i, [verb, at]] of steps.entries()) {
          apply(list, model, make(i), verb, at);
          expect(namesIn(list)).toEqual(model.map(({ qname }) => qname));
          expect(list.size).toBe(model.length);
        }
      }),
    );
  });

  it('takes out what is overdue and gives the earliest deadline that stays', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(20), { maxLength: 30 }), fc.nat(20), (deadlines, nowMs) => {
        const list = new QuestionList();
        for (const [i, deadlineAtMs] of deadlines.entries()) list.push(make(i, deadlineAtMs));
        const overdue: OpenQuestion[] = [];
        const earliest = list.takeOverdue(nowMs, overdue);
        const later = deadlines.filter((each) => each > nowMs);
        expect(earliest).toBe(Math.min(...later));
        expect(list.size).toBe(later.length);
        expect(overdue.map(({ deadlineAtMs }) => deadlineAtMs)).toEqual(
          deadlines.filter((each) => each <= nowMs),
        );
      }),
    );
  });
});
