import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { onCalendar } from '../../src/schedule/on-calendar.ts';
import { crontabLines, HARDENING, systemdUnits } from '../../src/schedule/print-units.ts';
import { nextSlots } from '../../src/schedule/slots.ts';
import { saySkipped } from '../support/skipped.ts';
import { at, configWith, SURVEY, tempFolder } from './fixture.ts';

const ANALYZE = '/usr/bin/systemd-analyze';
const hasSystemd = existsSync(ANALYZE);
if (!hasSystemd) saySkipped('systemd units', 'systemd-analyze is missing');

describe('onCalendar', () => {
  it.each([
    ['15 2 * * *', 'Asia/Tokyo', ['*-*-* 02:15:00 Asia/Tokyo']],
    ['0 3 1,15 * *', 'UTC', ['*-*-01,15 03:00:00 UTC']],
    ['0 3 * JAN-MAR/2 *', 'UTC', ['*-01,03-* 03:00:00 UTC']],
    ['0 3 * * 5-7', 'UTC', ['Sun,Fri,Sat *-*-* 03:00:00 UTC']],
    ['0 3 1 * MON', 'UTC', ['*-*-01 03:00:00 UTC', 'Mon *-*-* 03:00:00 UTC']],
    ['*/20 3 * * */3', 'UTC', ['Sun,Wed,Sat *-*-* 03:00,20,40:00 UTC']],
  ])('writes %j in %s as systemd reads it', (cron, timeZone, expected) => {
    expect(onCalendar({ cron, timeZone })).toEqual(expected);
  });

  it.runIf(hasSystemd).each(['15 2 * * *', '0 3 1,15 * *', '0 4 * JAN-MAR/2 *', '30 3 * * 5-7'])(
    'comes when systemd itself says that it comes: %j',
    (cron) => {
      const pattern = { cron, timeZone: 'Asia/Tokyo' };
      const [expression = ''] = onCalendar(pattern);
      const text = execFileSync(
        ANALYZE,
        ['calendar', '--iterations=6', '--base-time=2026-11-24 12:00:00 UTC', expression],
        { encoding: 'utf8', env: { ...process.env, TZ: 'UTC' } },
      );
      const times = [...text.matchAll(/(\d{4}-\d\d-\d\d) (\d\d:\d\d):\d\d UTC/gu)].map((match) =>
        Date.parse(`${match[1]}T${match[2]}Z`),
      );
      const seen = [...new Set(times)].sort((a, b) => a - b);
      expect(seen).toEqual(nextSlots(pattern, at('2026-11-24T12:00Z'), 6));
    },
  );
});

describe('units and lines', () => {
  const command = ['/usr/bin/env', '--max-semi-space-size=8', '/opt/mail census/main.js'];

  it('quotes what systemd and a shell would read otherwise', () => {
    const config = { ...configWith(), path: '/srv/50% $HOME/it\'s "x".json' };
    expect(systemdUnits({ config, command })).toContain(
      'ExecStart=/usr/bin/env --max-semi-space-size=8 "/opt/mail census/main.js" schedule --config "/srv/50%% $$HOME/it\'s \\"x\\".json" --once jp',
    );
    expect(crontabLines({ config, command })).toContain(
      `0 3 * * *  /usr/bin/env --max-semi-space-size=8 '/opt/mail census/main.js' schedule --config '/srv/50\\% $HOME/it'\\''s "x".json' --once jp`,
    );
  });

  it('has one pair of units and one line a survey, each with its zone', () => {
    const surveys = {
      jp: { ...SURVEY, timeZone: 'Asia/Tokyo' },
      tv: { ...SURVEY, store: 'tv.sqlite' },
    };
    const config = configWith({}, { surveys });
    expect(systemdUnits({ config, command }).match(/^# \/etc.*$/gmu)).toEqual([
      '# /etc/systemd/system/mailcensus-jp.service',
      '# /etc/systemd/system/mailcensus-jp.timer',
      '# /etc/systemd/system/mailcensus-tv.service',
      '# /etc/systemd/system/mailcensus-tv.timer',
    ]);
    expect(crontabLines({ config, command }).match(/^CRON_TZ=.*$/gmu)).toEqual([
      'CRON_TZ=Asia/Tokyo',
      'CRON_TZ=UTC',
    ]);
  });

  it.runIf(hasSystemd)('passes systemd-analyze verify, as do those of deploy/', () => {
    const folder = tempFolder();
    const config = configWith({ outputs: { folder: 'out' } });
    mkdirSync(join(config.folder, 'out'));
    const node = [process.execPath, '/opt/mailcensus/main.js'];
    for (const part of systemdUnits({ config, command: node }).split(/^# /gmu).slice(1)) {
      const [path = '', ...lines] = part.split('\n');
      writeFileSync(join(folder, path.split('/').at(-1) ?? ''), lines.join('\n'));
    }
    const deploy = join(import.meta.dirname, '..', '..', 'deploy');
    for (const name of ['mailcensus-schedule.service', 'mailcensus-worker@.service']) {
      const text = readFileSync(join(deploy, name), 'utf8');
      // The entry of a real installation; here it only has to be a program that is there.
      writeFileSync(
        join(folder, name),
        text.replaceAll('/opt/mailcensus/scripts/mailcensus', '/usr/bin/env'),
      );
    }
    writeFileSync(
      join(folder, 'mailcensus-worker@a.service'),
      readFileSync(join(folder, 'mailcensus-worker@.service')),
    );
    const units = [
      'mailcensus-jp.service',
      'mailcensus-jp.timer',
      'mailcensus-schedule.service',
      'mailcensus-worker@a.service',
    ];
    const { status, stderr } = spawnSync(
      ANALYZE,
      ['verify', '--man=no', ...units.map((unit) => join(folder, unit))],
      { encoding: 'utf8' },
    );
    const ours = stderr.split('\n').filter((line) => line.includes('mailcensus'));
    expect(ours).toEqual([]);
    expect(status).toBe(0);
  });

  it('hardens the units of deploy/ like the printed ones', () => {
    const deploy = join(import.meta.dirname, '..', '..', 'deploy');
    for (const name of ['mailcensus-schedule.service', 'mailcensus-worker@.service']) {
      const lines = readFileSync(join(deploy, name), 'utf8').split('\n');
      expect(
        HARDENING.filter((line) => !lines.includes(line)),
        name,
      ).toEqual([]);
    }
  });
});
