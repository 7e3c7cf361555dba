import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { ssmSource } from '../../functions/store/ssm.ts';
import type { Credential } from '../../functions/tables/authinfo.ts';
import { DOCUMENTS } from '../../functions/tables/tables.ts';
import { knownFor } from './known.ts';
import { ssmWorld } from './ssm-world.ts';

const SIX = [...DOCUMENTS];

describe('calls', () => {
  test('two when cold, none when warm, signed', async () => {
    const { ssm, source, calls, rest } = await ssmWorld();
    await source.tables();
    expect((await source.credential('ses'))?.password).toBe('first');
    expect(calls()).toEqual([SIX, ['authinfo/ses', 'authinfo/other']]);
    await source.tables();
    await source.credential('ses');
    // an absent credential is remembered too
    expect(await source.credential('other')).toBeUndefined();
    await rest();
    expect(calls()).toEqual([]);
    expect(ssm.complaints).toEqual([]);
  });

  test('the key that a route names in dkim is read with the credentials', async () => {
    const mailertable = { default: { mailer: 'ESMTP', host: 'smtp.example.com', auth: 'ses', dkim: 'key' } };
    const authinfo = {
      ses: { username: 'AKIA', password: 'first' },
      key: { username: 'no', password: 'key at all' },
    };
    const { source, calls } = await ssmWorld({ lay: { mailertable, authinfo } });
    await source.tables();
    expect(await source.credential('key')).toMatchObject({ name: 'key', username: 'no' });
    expect(calls()).toEqual([SIX, ['authinfo/ses', 'authinfo/key']]);
  });

  test('fifty requests at once make one reading of each', async () => {
    const { source, calls } = await ssmWorld();
    await Promise.all(
      Array.from({ length: 50 }, async () => {
        await source.tables();
        await source.credential('ses');
      }),
    );
    expect(calls()).toHaveLength(2);
  });

  test('more than ten credentials go in chunks of ten', async () => {
    const names = Array.from({ length: 25 }, (_, number) => `c${number}`);
    const mailertable = Object.fromEntries(names.map((auth) => [`${auth}.example.com`, { auth }]));
    const authinfo = Object.fromEntries(names.map((name) => [name, { username: name, password: 'x' }]));
    const { source, calls } = await ssmWorld({ lay: { mailertable, authinfo } });
    await source.tables();
    expect((await source.credential('c24'))?.username).toBe('c24');
    expect(calls().map((each) => each.length)).toEqual([6, 10, 10, 5]);
  });

  test('a name that no route names is never read', async () => {
    const { source, calls } = await ssmWorld();
    await source.prefetch();
    for (const name of ['password', '../password', 'neko', 'ses/../../x', '']) {
      expect(await source.credential(name)).toBeUndefined();
      expect(await source.refresh(name, {} as Credential)).toBeUndefined();
    }
    expect(new Set(calls().flat())).toEqual(new Set([...SIX, 'authinfo/ses', 'authinfo/other']));
  });

  test('a route that is new brings its credential', async () => {
    const { source, calls, put, pass } = await ssmWorld();
    await source.tables();
    put('authinfo/new', { username: 'new', password: 'key' });
    put('mailertable', { default: { auth: 'new' } });
    pass(61);
    await source.tables();
    calls();
    expect((await source.credential('new'))?.password).toBe('key');
    expect(await source.credential('ses')).toBeUndefined();
  });
});

describe('ages', () => {
  test.each([
    [0, 35, 37],
    [1, 53, 55],
  ])('soft (chance %d) is older than %d s: read anew beside the request', async (random, young, old) => {
    const { source, calls, pass, put, rest } = await ssmWorld({ random });
    await source.tables();
    await rest();
    calls();
    put('haineko.cf', { max_workers: 9 });
    pass(young);
    await source.tables();
    expect(calls()).toEqual([]);
    pass(old - young);
    expect((await source.tables()).config.max_workers).toBe(3);
    await rest();
    expect(calls()[0]).toEqual(SIX);
    expect((await source.tables()).config.max_workers).toBe(9);
    expect(calls()).toEqual([]);
  });

  test('hard: the request waits for the new tables, and the credentials come beside', async () => {
    const { source, calls, pass, put } = await ssmWorld();
    await source.tables();
    await source.credential('ses');
    calls();
    put('haineko.cf', { max_workers: 9 });
    put('authinfo/ses', { username: 'AKIA', password: 'second' });
    pass(61);
    expect((await source.tables()).config.max_workers).toBe(9);
    expect((await source.credential('ses'))?.password).toBe('second');
    expect(calls()).toHaveLength(2);
  });

  test('a jump of three hours over a reading that was under way: it counts as dead', async () => {
    const { ssm, source, pass, put } = await ssmWorld();
    await source.tables();
    await source.credential('ses');
    ssm.failNext('hang');
    pass(50);
    await source.tables();
    put('haineko.cf', { max_workers: 9 });
    pass(3 * 3600);
    expect((await source.tables()).config.max_workers).toBe(9);
    expect(source.status().age).toBe(0);
  });

  test('a clock that was set back does not keep old tables alive', async () => {
    const { source, pass, put } = await ssmWorld();
    await source.tables();
    put('haineko.cf', { max_workers: 9 });
    pass(-3600);
    expect((await source.tables()).config.max_workers).toBe(9);
    expect(source.status().age).toBe(0);
  });

  test('unchanged parameters are not parsed again', async () => {
    const { source, pass } = await ssmWorld();
    const before = await source.tables();
    const ses = await source.credential('ses');
    pass(100);
    expect(await source.tables()).toBe(before);
    expect(await source.credential('ses')).toBe(ses);
    expect(source.status().age).toBe(0);
  });
});

describe('refresh', () => {
  test('is one call for many refusals, and none for some seconds after', async () => {
    const { source, calls, pass, put } = await ssmWorld();
    const refused = (await source.credential('ses')) as Credential;
    calls();
    const refresh = () => source.refresh('ses', refused);
    await Promise.all(Array.from({ length: 20 }, refresh));
    for (let times = 0; times < 20; times++) expect((await refresh())?.version).toBe('1');
    expect(calls()).toEqual([['authinfo/ses']]);
    put('authinfo/ses', { username: 'AKIA', password: 'second' });
    pass(6);
    expect((await refresh())?.version).toBe('2');
    // the newer one is known: nothing to read
    expect((await refresh())?.version).toBe('2');
    expect(calls()).toHaveLength(1);
  });

  test('waits for the next reading where one was made within a second, and has what was laid since', async () => {
    const { source, calls, pass, put } = await ssmWorld({ times: { rotationPace: 100 } });
    const refused = (await source.credential('ses')) as Credential;
    calls();
    expect((await source.refresh('ses', refused))?.version).toBe('1');
    pass(0.01);
    put('authinfo/ses', { username: 'AKIA', password: 'second' });
    const all = await Promise.all(Array.from({ length: 20 }, () => source.refresh('ses', refused)));
    expect(new Set(all.map((each) => each?.password))).toEqual(new Set(['second']));
    expect(calls()).toEqual([['authinfo/ses'], ['authinfo/ses']]);
  });

  test('lets nobody wait half a minute after the first refusal', async () => {
    const { source, calls, pass, put } = await ssmWorld();
    const refused = (await source.credential('ses')) as Credential;
    for (let at = 0; at <= 30; at += 10) {
      await source.refresh('ses', refused);
      pass(10);
    }
    await source.refresh('ses', refused);
    calls();
    put('authinfo/ses', { username: 'AKIA', password: 'second' });
    pass(4.9);
    const started = performance.now();
    expect((await source.refresh('ses', refused))?.version).toBe('1');
    expect(performance.now() - started).toBeLessThan(900);
    expect(calls()).toEqual([]);
    pass(0.1);
    expect((await source.refresh('ses', refused))?.version).toBe('2');
  });

  test('gives the credential in memory when SSM fails or hangs', async () => {
    const { ssm, source, pass } = await ssmWorld();
    const refused = (await source.credential('ses')) as Credential;
    ssm.failNext('internal', 'hang');
    expect(await source.refresh('ses', refused)).toBe(refused);
    pass(6);
    const started = performance.now();
    expect(await source.refresh('ses', refused)).toBe(refused);
    expect(performance.now() - started).toBeLessThan(1500);
  });
});

describe('newest', () => {
  const hash = (octet: number) => `{SSHA}${Buffer.alloc(28, octet).toString('base64')}`;

  test('is one call for many at once, however young the tables are, and none for ten seconds after', async () => {
    const { source, calls, pass, put } = await ssmWorld();
    const held = await source.tables();
    const newest = () => source.newest(held, ['haineko']);
    await source.credential('ses');
    calls();
    await Promise.all(Array.from({ length: 20 }, newest));
    put('password', { haineko: hash(8) });
    pass(9.9);
    expect(await newest()).toBe(held);
    expect(calls()).toEqual([SIX]);
    pass(0.1);
    expect((await newest()).password.get('haineko')?.hash).toBe(hash(8));
    expect(calls()).toEqual([SIX]);
  });

  test('reads again at once after a reading that brought something', async () => {
    const { source, calls, pass, put } = await ssmWorld();
    const first = await source.tables();
    put('password', { haineko: hash(8) });
    const second = await source.newest(first, ['haineko']);
    put('password', { haineko: hash(8), mike: hash(9) });
    pass(0.01);
    const third = await source.newest(second, ['mike']);
    expect(third.password.get('mike')?.hash).toBe(hash(9));
    calls();
    // which found nothing, and so is the last for a while
    await source.newest(third, ['mike']);
    put('password', {});
    pass(0.01);
    expect(await source.newest(third, ['mike'])).toBe(third);
    expect(calls()).toEqual([SIX]);
  });

  test('reads anew where the clock was set back', async () => {
    const { source, pass, put } = await ssmWorld();
    const held = await source.tables();
    await source.newest(held, ['haineko']);
    put('password', { haineko: hash(8) });
    pass(-3600);
    expect(await source.newest(held, ['haineko'])).not.toBe(held);
  });

  test('gives the tables at hand when SSM fails or hangs, after its patience', async () => {
    const { ssm, source, pass } = await ssmWorld();
    const held = await source.tables();
    ssm.failAll('throttling');
    expect(await source.newest(held, ['haineko'])).toBe(held);
    ssm.failAll('hang');
    pass(11);
    const started = performance.now();
    expect(await source.newest(held, ['haineko'])).toBe(held);
    expect(performance.now() - started).toBeLessThan(1500);
  });
});

describe('prefetch', () => {
  test('leaves nothing to read for the first request', async () => {
    const { source, calls } = await ssmWorld();
    await source.prefetch();
    expect(calls()).toHaveLength(2);
    await source.tables();
    await source.credential('ses');
    expect(calls()).toEqual([]);
  });

  test.each(['throttling', 'access-denied', 'hang', 'reset'] as const)('never throws: %s', async (fault) => {
    const { ssm, source, pass } = await ssmWorld({ attempts: 3, times: { attempt: 3000, dead: 3000 } });
    ssm.failAll(fault);
    const started = performance.now();
    await source.prefetch();
    expect(performance.now() - started).toBeLessThan(1500);
    ssm.failAll(undefined);
    pass(10);
    expect((await source.tables()).config.max_workers).toBe(3);
  });

  test('never throws where the tables are broken', async () => {
    const { source } = await ssmWorld({ lay: { 'haineko.cf': { neko: 1 } } });
    await source.prefetch();
    await expect(source.tables()).rejects.toThrow('haineko.cf: neko: expected no such key');
  });
});

test('close() ends what is under way, and asks no more', async () => {
  const { ssm, source, reported } = await ssmWorld();
  await source.tables();
  ssm.failAll('hang');
  const reading = source.prefetch();
  source.close();
  await reading;
  await expect.poll(() => ssm.connections()).toBe(0);
  expect(reported).toEqual([]);
});

describe('connections', () => {
  test('one is used again within seconds, and not after a pause in which it may have died', async () => {
    const { ssm, source, pass } = await ssmWorld({ times: { idle: 10_000 } });
    await source.prefetch();
    expect(ssm.calls).toHaveLength(2);
    expect(ssm.accepted()).toBe(1);
    const refused = (await source.credential('ses')) as Credential;
    pass(9);
    await source.refresh('ses', refused);
    expect(ssm.accepted()).toBe(1);
    pass(11);
    await source.refresh('ses', refused);
    expect(ssm.accepted()).toBe(2);
  });

  test('ssmSource() on Lambda finds endpoint, region and keys in the environment', async () => {
    const { ssm } = await ssmWorld();
    vi.stubEnv('AWS_LAMBDA_FUNCTION_NAME', 'submit');
    vi.stubEnv('AWS_REGION', 'ap-northeast-1');
    vi.stubEnv('AWS_ACCESS_KEY_ID', '');
    vi.stubEnv('AWS_ENDPOINT_URL', 'http://127.0.0.1:9');
    vi.stubEnv('AWS_ENDPOINT_URL_SSM', ssm.url);
    onTestFinished(() => void vi.unstubAllEnvs());
    const lines: unknown[] = [];
    const start = () =>
      ssmSource({
        prefix: '/haineko/test/',
        known: knownFor(),
        report: (problem) => void lines.push(problem),
      });
    const without = start();
    await expect(without.tables()).rejects.toThrow('AWS_ACCESS_KEY_ID');
    without.close();
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDEXAMPLE');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
    vi.stubEnv('AWS_SESSION_TOKEN', 'token');
    const source = start();
    expect((await source.tables()).config.max_workers).toBe(3);
    source.close();
    expect([ssm.complaints, lines]).toEqual([[], []]);
  });
});
