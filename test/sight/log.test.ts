import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SCHEDULE_EVENTS, WARNING_EVENTS } from '../../src/schedule/events.ts';
import { type LogFormat, openLog } from '../../src/sight/log.ts';

function lines(format: LogFormat, ...said: [string, Record<string, string | number>][]): string {
  let text = '';
  const log = openLog({
    format,
    write: (line) => {
      text += line;
    },
    now: () => Date.parse('2026-11-24T02:15:00.250Z'),
    warnings: WARNING_EVENTS,
    part: 'schedule',
  });
  for (const [event, values] of said) log(event, values);
  return text;
}

describe('openLog', () => {
  it('writes one JSON object a line, with time, level, event and values', () => {
    const text = lines(
      'json',
      ['night_started', { survey: 'jp', night: '2026-11-24' }],
      ['night_failed', { survey: 'jp', exitStatus: 3 }],
    );
    const events = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as object);
    expect(events).toEqual([
      {
        level: 'info',
        time: '2026-11-24T02:15:00.250Z',
        part: 'schedule',
        pid: process.pid,
        event: 'night_started',
        survey: 'jp',
        night: '2026-11-24',
      },
      expect.objectContaining({ level: 'warn', event: 'night_failed', exitStatus: 3 }),
    ]);
  });

  it('writes a line for a person, quoted where it must be', () => {
    expect(
      lines('text', ['night_said', { survey: 'jp', line: 'left out: "x" is silent', n: 3 }]),
    ).toBe('2026-11-24T02:15:00Z night_said survey=jp line="left out: \\"x\\" is silent" n=3\n');
  });

  it.each(['json', 'text'] as const)(
    'lets nothing that was said steer a terminal, as %s',
    (format) => {
      const hostile = 'a\u001b[2J\r\nfake\u009b\u202e\u2028';
      const text = lines(format, ['night_said', { line: hostile }]);
      expect(text.split('\n')).toHaveLength(2);
      expect(text.slice(0, -1)).not.toMatch(/[\p{Cc}\u202e\u2028]/u);
      if (format === 'json') expect((JSON.parse(text) as { line: string }).line).toBe(hostile);
    },
  );
});

describe('the events', () => {
  const page = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'operations.md'), 'utf8');

  it('are those that docs/operations.md lists, with what they say', () => {
    const rows = [
      ...(page.split('## Events')[1]?.split('\n## ')[0] ?? '').matchAll(
        /^\| `([a-z_]+)` \| (.+) \|$/gmu,
      ),
    ].map(([, name, means]) => [name, means]);
    expect(rows).toEqual(Object.entries(SCHEDULE_EVENTS));
  });
});
