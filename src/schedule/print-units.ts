/**
 * The surveys of a configuration as systemd units or crontab lines, for hosts where those keep the
 * times instead of a scheduler of ours. Each calls `schedule --once SURVEY`, so that missed nights,
 * retries, folders and `status` are the same. Pure: text out; nothing is installed.
 */
import { dirname } from 'node:path';
import { onCalendar } from './on-calendar.ts';
import type { LoadedConfig } from './read-config.ts';

export interface UnitParts {
  readonly config: LoadedConfig;
  /** The command that is mailcensus on this machine: node, its options, the entry. */
  readonly command: readonly string[];
}

/** Both units of every survey, each under a line with its file name. */
export function systemdUnits({ config, command }: UnitParts): string {
  return Object.entries(config.surveys)
    .map(([name, survey]) => {
      const start = [...command, 'schedule', '--config', config.path, '--once', name];
      const writable = outermost([
        dirname(config.state),
        dirname(survey.store),
        ...(survey.outputs === undefined ? [] : [survey.outputs.folder]),
      ]);
      const unit = `mailcensus-${name}`;
      return `# /etc/systemd/system/${unit}.service
[Unit]
Description=mailcensus survey ${name}
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
User=mailcensus
WorkingDirectory=${unitPath(config.folder)}
ExecStart=${start.map(unitWord).join(' ')}
KillMode=mixed
TimeoutStopSec=60
${HARDENING.join('\n')}
ReadWritePaths=${writable.map(unitWord).join(' ')}

# /etc/systemd/system/${unit}.timer
[Unit]
Description=Times of mailcensus survey ${name}

[Timer]
${onCalendar(survey)
  .map((at) => `OnCalendar=${at}`)
  .join('\n')}
Persistent=true
AccuracySec=1s

[Install]
WantedBy=timers.target
`;
    })
    .join('\n');
}

/** The folders without those that lie in another of them. A unit does not start where one is missing. */
function outermost(folders: readonly string[]): readonly string[] {
  return [...new Set(folders)].filter(
    (folder) => !folders.some((other) => other !== folder && `${folder}/`.startsWith(`${other}/`)),
  );
}

/** What a unit may not do; memory that is both written and run is V8's own way to compile. */
export const HARDENING: readonly string[] = [
  'NoNewPrivileges=true',
  'ProtectSystem=strict',
  'ProtectHome=read-only',
  'PrivateTmp=true',
  'PrivateDevices=true',
  'ProtectKernelTunables=true',
  'ProtectKernelModules=true',
  'ProtectKernelLogs=true',
  'ProtectControlGroups=true',
  'ProtectClock=true',
  'ProtectHostname=true',
  'RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK',
  'RestrictNamespaces=true',
  'RestrictRealtime=true',
  'RestrictSUIDSGID=true',
  'LockPersonality=true',
  'CapabilityBoundingSet=',
  'SystemCallArchitectures=native',
  'SystemCallFilter=@system-service',
  'UMask=0027',
];

/** One line a survey; the time zone as cronie takes it. */
export function crontabLines({ config, command }: UnitParts): string {
  const head = [
    '# CRON_TZ is read by cronie. Debian’s cron does not know it: the times are then those of the host,',
    '# whose zone must be the survey’s.',
  ];
  const lines = Object.entries(config.surveys).flatMap(([name, { cron, timeZone }]) => {
    const words = [...command, 'schedule', '--config', config.path, '--once', name];
    return [
      `CRON_TZ=${timeZone}`,
      `${cron}  ${words.map(shellWord).join(' ').replaceAll('%', '\\%')}`,
    ];
  });
  return `${[...head, ...lines].join('\n')}\n`;
}

/** Quoted where it must be; `%` and `$` mean something to systemd (systemd.unit(5), systemd.service(5)). */
function unitWord(word: string): string {
  const escaped = word.replaceAll('%', '%%').replaceAll('$', '$$$$');
  if (/^[\w@%+=:,./$-]+$/u.test(escaped)) return escaped;
  return `"${escaped.replace(/["\\]/gu, '\\$&')}"`;
}

const unitPath = (path: string): string => path.replaceAll('%', '%%');

function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/u.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
