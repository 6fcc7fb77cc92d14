import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRedisUrl, withoutRedisPasswords } from '../../src/queue/redis-url.ts';

function targetOf(url: string) {
  const parsed = parseRedisUrl(url);
  if ('problem' in parsed) throw new Error(parsed.problem);
  return parsed.target;
}

describe('parseRedisUrl', () => {
  it('reads one server, with and without TLS', () => {
    expect(targetOf('redis://db.example')).toEqual({
      kind: 'server',
      nodes: [{ host: 'db.example', port: 6379 }],
      master: undefined,
      username: undefined,
      password: undefined,
      db: 0,
      isTls: false,
      prefix: undefined,
      shown: 'redis://db.example:6379',
    });
    expect(targetOf('rediss://me:p%40ss%3a@[::1]:7000/3?prefix=jp.night')).toEqual({
      kind: 'server',
      nodes: [{ host: '::1', port: 7000 }],
      master: undefined,
      username: 'me',
      password: 'p@ss:',
      db: 3,
      isTls: true,
      prefix: 'jp.night',
      shown: 'rediss://[::1]:7000/3',
    });
  });

  it('reads a password without a user, and one that holds an @', () => {
    expect(targetOf('redis://:secret@h')).toMatchObject({
      username: undefined,
      password: 'secret',
    });
    expect(targetOf('redis://u:a@b@h:1')).toMatchObject({
      password: 'a@b',
      nodes: [{ host: 'h' }],
    });
  });

  it('reads a sentinel group and a cluster', () => {
    expect(targetOf('redis+sentinel://a:26379,b/main/2')).toMatchObject({
      kind: 'sentinel',
      nodes: [
        { host: 'a', port: 26_379 },
        { host: 'b', port: 26_379 },
      ],
      master: 'main',
      db: 2,
      shown: 'redis+sentinel://a:26379,b:26379/main/2',
    });
    expect(targetOf('rediss+cluster://:p@a:1,b:2')).toMatchObject({
      kind: 'cluster',
      isTls: true,
      password: 'p',
      shown: 'rediss+cluster://a:1,b:2',
    });
  });

  it.each([
    'localhost:6379',
    'http://h',
    'redis://',
    'redis://h:0',
    'redis://h:70000',
    'redis://a,b',
    'redis://h/x',
    'redis://h/1/2',
    'redis://h?db=1',
    'redis://h?prefix={a}',
    'redis+sentinel://h',
    'redis+cluster://h/1',
    'redis://%zz:x@h',
  ])('refuses %s', (url) => {
    expect(parseRedisUrl(url)).toHaveProperty('problem');
  });

  it('never throws, and shows no password in target or problem', () => {
    const part = fc.stringMatching(/^[ -~]{0,12}$/u);
    fc.assert(
      fc.property(part, part, part, (user, host, path) => {
        const secret = 'Zq7secretZq7';
        const parsed = parseRedisUrl(`redis://${user}:${secret}@${host}/${path}`);
        const shown = 'problem' in parsed ? parsed.problem : parsed.target.shown;
        expect(shown).not.toContain(secret);
      }),
    );
  });
});

describe('withoutRedisPasswords', () => {
  it('leaves out what stands before the @, however the option is written', () => {
    expect(
      withoutRedisPasswords([
        'survey',
        '--redis=rediss://u:secret@h:1/2',
        'redis+cluster://:a@b@x,y',
        'redis://:a/b?c#d@h',
        'redis://h',
        'a@b.example',
      ]),
    ).toEqual([
      'survey',
      '--redis=rediss://***@h:1/2',
      'redis+cluster://***@x,y',
      'redis://***@h',
      'redis://h',
      'a@b.example',
    ]);
  });
});
