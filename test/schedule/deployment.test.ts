/** What docs/ and deploy/ tell a person to run must exist: every verb, every option, every file. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { keysAt } from '../../src/schedule/config.ts';
import { readConfig } from '../../src/schedule/read-config.ts';
import { runCli } from '../support/cli.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const text = (name: string): string => readFileSync(join(ROOT, name), 'utf8');

interface Service {
  readonly command?: readonly string[];
  readonly build?: string | { readonly context: string; readonly dockerfile: string };
  readonly volumes?: readonly string[];
  readonly networks?: unknown;
  readonly depends_on?: Readonly<Record<string, unknown>>;
}

interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly networks: {
    readonly survey: { readonly ipam: { readonly config: { subnet: string }[] } };
  };
}

const compose = parse(text('compose.yaml'), { strict: true, uniqueKeys: true }) as Compose;
const dockerfile = text('Dockerfile');

/** The JSON form of an instruction of the last stage. */
const instruction = (name: string): readonly string[] =>
  JSON.parse(
    new RegExp(`^${name} (\\[.*\\])$`, 'mu').exec(dockerfile)?.[1] ?? 'null',
  ) as readonly string[];

/** Calls of the command line in the files of a deployment, as words. */
function calls(): readonly (readonly string[])[] {
  const fromUnits = ['mailcensus-schedule.service', 'mailcensus-worker@.service'].flatMap((name) =>
    [
      ...text(`deploy/${name}`).matchAll(/scripts\/mailcensus (.+)$|MAILCENSUS_WORKER=(.+)$/gmu),
    ].map(([, call, options]) => (call ?? `worker ${options}`).split(' ')),
  );
  const fromDocs = [...text('docs/operations.md').matchAll(/scripts\/mailcensus ([^`\n]+)/gu)].map(
    ([, call = '']) => call.split(' '),
  );
  return [...fromUnits, ...fromDocs, instruction('CMD'), compose.services['worker']?.command ?? []];
}

describe('what a deployment calls', () => {
  const helps = new Map<string, string>();

  beforeAll(async () => {
    for (const verb of ['schedule', 'worker', 'status', 'survey', 'report']) {
      helps.set(verb, (await runCli(['help', verb])).stdout);
    }
  });

  it('are verbs that there are, with options that they have', () => {
    expect(calls().length).toBeGreaterThan(8);
    for (const [verb = '', ...words] of calls()) {
      if (verb.startsWith('--')) continue;
      const help = helps.get(verb);
      expect(help, verb).toBeDefined();
      for (const word of words.filter((one) => one.startsWith('--'))) {
        expect(help, `${verb} ${word}`).toMatch(new RegExp(`^ {2}(?:-\\w, )?${word}\\b`, 'mu'));
      }
    }
  });

  it('names no option in docs/operations.md that no verb has', () => {
    const all = [...helps.values()].join('\n');
    const inDocs = new Set(text('docs/operations.md').match(/(?<=`|^| )--[a-z][a-z-]+/gmu));
    // Of other programs: systemctl, useradd, docker.
    for (const foreign of [
      '--system',
      '--home-dir',
      '--create-home',
      '--build',
      '--scale',
      '--now',
      '--version',
    ]) {
      inDocs.delete(foreign);
    }
    expect(inDocs.size).toBeGreaterThan(10);
    expect([...inDocs].filter((option) => !all.includes(option))).toEqual([]);
  });
});

describe('the container', () => {
  it('gives Node the flags of scripts/node-flags', () => {
    const flags = text('scripts/node-flags').trim().split(' ');
    expect(instruction('ENTRYPOINT').slice(1, -1)).toEqual(flags);
  });

  it('copies what there is, and all that the build reads', () => {
    const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gmu)].flatMap(
      ([, names = '']) => names.split(' '),
    );
    expect(copied.filter((name) => !existsSync(join(ROOT, name)))).toEqual([]);
    const { include } = JSON.parse(text('tsconfig.json')) as { include: string[] };
    expect(include.filter((name) => !copied.includes(name))).toEqual([]);
    const ignored = text('.dockerignore').split('\n');
    expect(copied.filter((name) => ignored.includes(name))).toEqual([]);
  });

  it('runs as a user without rights, and looks after itself', () => {
    expect(dockerfile).toMatch(/^USER mailcensus$/mu);
    expect(dockerfile).toMatch(/^HEALTHCHECK /mu);
    expect(instruction('CMD')).toContain('--metrics');
  });
});

describe('compose.yaml', () => {
  it('mounts and builds from files that there are', () => {
    for (const [name, { build, volumes = [] }] of Object.entries(compose.services)) {
      if (typeof build === 'object') {
        expect(existsSync(join(ROOT, build.context, build.dockerfile)), name).toBe(true);
      }
      const files = volumes
        .map((volume) => volume.split(':')[0] ?? '')
        .filter((path) => path.startsWith('./deploy'));
      expect(files.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
    }
  });

  it('depends on services that there are, and lets the workers ask its unbound', () => {
    const names = Object.keys(compose.services);
    for (const { depends_on: needs = {} } of Object.values(compose.services)) {
      expect(Object.keys(needs).filter((name) => !names.includes(name))).toEqual([]);
    }
    const networks = compose.services['unbound']?.networks;
    const { survey } = (networks ?? {}) as { survey: { ipv4_address: string } };
    expect(compose.services['worker']?.command).toContain(survey.ipv4_address);
    const [{ subnet } = { subnet: '' }] = compose.networks.survey.ipam.config;
    expect(subnet.startsWith(survey.ipv4_address.replace(/\d+$/u, ''))).toBe(true);
    expect(text('deploy/unbound.conf')).toContain(`access-control: ${subnet} allow`);
  });

  it('has a Redis that a survey takes', () => {
    expect(text('deploy/redis.conf')).toMatch(/^maxmemory-policy noeviction$/mu);
    expect(text('deploy/redis.conf')).toMatch(/^appendonly yes$/mu);
  });
});

describe('configurations to begin with', () => {
  const nowMs = Date.parse('2026-11-24T00:00Z');

  it('is right in deploy/', () => {
    const path = join(ROOT, 'deploy', 'mailcensus.config.json');
    expect(readConfig(path, { nowMs, areFilesChecked: false })).toHaveProperty('config');
  });

  it('names every setting in docs/operations.md', () => {
    const page = text('docs/operations.md');
    for (const keys of [
      keysAt([]),
      keysAt(['redis']),
      keysAt(['surveys', 'jp']),
      keysAt(['surveys', 'jp', 'outputs']),
    ]) {
      expect(keys.filter((key) => !page.includes(`\`${key}\``))).toEqual([]);
    }
  });
});
