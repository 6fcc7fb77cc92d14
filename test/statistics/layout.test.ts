import { describe, expect, it } from 'vitest';
import { CHECKS } from '../../src/checks/table.ts';
import { CHECK_LAYOUTS, DMARC_FLAGS, SPF_FLAGS } from '../../src/statistics/layout.ts';

const FLAGS: Readonly<Record<string, readonly string[]>> = { spf: SPF_FLAGS, dmarc: DMARC_FLAGS };

describe('the counters and the table of checks', () => {
  it.each(CHECKS.map((check) => [check.name, check] as const))(
    'have the same classes and flags: %s (append what is new to statistics/layout.ts)',
    (name, check) => {
      const layout = CHECK_LAYOUTS.find((one) => one.name === name);
      expect(layout?.classes).toEqual(check.classes);
      expect(FLAGS[name] ?? []).toEqual(check.flagNames);
    },
  );
});
