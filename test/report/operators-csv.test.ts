import { describe, expect, it } from 'vitest';
import { operatorsCsv } from '../../src/report/operators-csv.ts';
import { COMPARISON } from './small-comparison.ts';

describe('operators.csv', () => {
  it('has the published columns, largest contribution of each role first, numbers unguarded', () => {
    expect([...operatorsCsv(COMPARISON)].join('')).toBe(
      [
        'wave_from,wave_to,role,operator,domains,x_from,x_to,contribution',
        '2026-06-01,2026-11-24,mx,hoster.example,20,1,6,0.062500',
        "2026-06-01,2026-11-24,mx,'-evil.example,3,4,0,-0.050000",
        '2026-06-01,2026-11-24,mx,self,30,9,8,-0.012500',
        '2026-06-01,2026-11-24,rua,reports.example,9,0,2,0.025000',
        '',
      ].join('\r\n'),
    );
  });
});
