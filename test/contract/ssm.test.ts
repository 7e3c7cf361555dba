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
