import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { spfTargets } from '../../src/loopback/spf-targets.ts';

describe('spfTargets', () => {
  it('finds include and redirect targets in any case and with any qualifier (RFC 7208 §5.2, §6.1)', () => {
    expect(
      spfTargets(
        'V=spf1 Include:A.example +include:b.example. ?INCLUDE:_c.example Redirect=d.example',
      ),
    ).toEqual(['a.example', 'b.example', '_c.example', 'd.example']);
  });

  it('leaves macros, other mechanisms, bad names and other records alone', () => {
    for (const text of [
      'v=spf1 include:%{i}.a.example a:b.example exists:c.example mx:d.example -all',
      'v=spf1 include:localhost include:1.2.3.4 include:a..example include:-all include:',
      `v=spf1 include:${'a'.repeat(64)}.example include:${'a.'.repeat(130)}example`,
      'v=spf10 include:a.example',
      'spf2.0/pra include:a.example',
      'v=spf1\tinclude:a.example',
      'v=spf1 include:a.\u212aexample',
    ])
      expect(spfTargets(text), text).toEqual([]);
  });

  it('never throws, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => void spfTargets(`v=spf1 ${text}`)),
    );
  });
});
