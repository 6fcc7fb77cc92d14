import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nearestWord, suggestion } from '../../src/survey/nearest-word.ts';

const METRICS = ['dmarc.adoption', 'dmarc.policy', 'spf.adoption', 'mx.class'];

describe('what a person probably meant', () => {
  it('is the word that is fewest slips away', () => {
    expect(nearestWord('dmarc.adoptoin', METRICS)).toBe('dmarc.adoption');
    expect(nearestWord('SPF.adption', METRICS)).toBe('spf.adoption');
    expect(nearestWord('tdl', ['registry', 'mx', 'tld'])).toBe('tld');
    expect(suggestion('dmarc.polcy', METRICS)).toBe(' (did you mean dmarc.policy?)');
  });

  it('is nothing where no word is near, and for an empty word', () => {
    expect(nearestWord('adoption rate of everything', METRICS)).toBeUndefined();
    expect(suggestion('', METRICS)).toBe('');
    expect(suggestion('tld', [])).toBe('');
  });

  it('is found among anything that may be typed, and is one of the candidates', () => {
    fc.assert(
      fc.property(fc.string(), fc.array(fc.string()), (word, candidates) => {
        const found = nearestWord(word, candidates);
        return found === undefined || candidates.includes(found);
      }),
    );
  });
});
