import { describe, expect, test } from 'vitest';
import type { Credential } from '../../functions/tables/authinfo.ts';
import { DOCUMENTS } from '../../functions/tables/tables.ts';
import { documents } from './known.ts';
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

describe('failures', () => {
  test.each([
    ['throttling', 'ThrottlingException'],
    ['internal', 'InternalServerError'],
    ['access-denied', 'AccessDeniedException'],
    ['reset', ''],
    ['hang', 'TimeoutError'],
    ['half', ''],
  ] as const)(
    '%s and no tables: SourceUnavailable with its cause; later it recovers',
    async (fault, name) => {
      const { ssm, source, pass } = await ssmWorld();
      ssm.failAll(fault);
      const error = await source.tables().catch((error: Error) => error);
      expect(error).toMatchObject({ name: 'SourceUnavailable', cause: expect.anything() });
      expect(String((error as Error).message)).toContain(name);
      expect(source.status()).toMatchObject({ age: null, problem: expect.stringContaining('SSM: ') });
      await expect(source.credential('ses')).rejects.toMatchObject({ name: 'SourceUnavailable' });
      ssm.failAll(undefined);
      pass(2);
      expect((await source.tables()).config.max_workers).toBe(3);
      expect(source.status().problem).toBeNull();
    },
  );

  test.each(['throttling', 'internal', 'reset', 'hang', 'half'] as const)(
    '%s once is tried again',
    async (fault) => {
      const { ssm, source } = await ssmWorld({ attempts: 3, times: { dead: 5000 } });
      ssm.failNext(fault);
      expect((await source.tables()).config.max_workers).toBe(3);
    },
  );

  test('access denied is not tried again', async () => {
    const { ssm, source, calls } = await ssmWorld({ attempts: 3 });
    ssm.failAll('access-denied');
    await expect(source.tables()).rejects.toThrow('AccessDeniedException');
    // nor by the next request of the same second
    await expect(source.tables()).rejects.toThrow('AccessDeniedException');
    expect(calls()).toHaveLength(1);
  });

  test('older tables serve while SSM fails; the log says why and how old they are, once a reading', async () => {
    const { ssm, source, calls, pass, reported, rest } = await ssmWorld();
    const before = await source.tables();
    await source.credential('ses');
    ssm.failAll('throttling');
    pass(83);
    calls();
    for (let times = 0; times < 5; times++) expect(await source.tables()).toBe(before);
    expect((await source.credential('ses'))?.password).toBe('first');
    await rest();
    expect(calls()).toHaveLength(2);
    expect(reported).toContain('SSM: ThrottlingException: Rate exceeded; tables of 83 s ago serve');
    expect(reported).toHaveLength(2);
    expect(source.status()).toMatchObject({
      age: 83,
      problem: expect.stringContaining('ThrottlingException'),
    });
    ssm.failAll(undefined);
    pass(7);
    await source.tables();
    expect(source.status()).toMatchObject({ age: 0, problem: null });
  });

  test('a hang holds a request with older tables no longer than its patience', async () => {
    const { ssm, source, pass, reported } = await ssmWorld({ times: { attempt: 2000, dead: 2000 } });
    const before = await source.tables();
    await source.credential('ses');
    ssm.failAll('hang');
    pass(3600);
    const started = performance.now();
    expect(await source.tables()).toBe(before);
    expect((await source.credential('ses'))?.password).toBe('first');
    expect(performance.now() - started).toBeLessThan(600);
    expect(reported[0]).toBe('SSM: no answer within 100 ms; tables of 3600 s ago serve');
  });

  test('a hang without older tables ends with the reading', async () => {
    const { ssm, source } = await ssmWorld({ attempts: 3, times: { attempt: 2000, dead: 200 } });
    ssm.failAll('hang');
    const started = performance.now();
    await expect(source.tables()).rejects.toMatchObject({ name: 'SourceUnavailable' });
    expect(performance.now() - started).toBeLessThan(800);
  });

  test('credentials that cannot be read do not take the tables with them', async () => {
    const { ssm, source, pass } = await ssmWorld();
    const reading = source.tables();
    await expect.poll(() => ssm.calls.length, { interval: 1 }).toBe(1);
    ssm.failAll('access-denied');
    await reading;
    await expect(source.credential('ses')).rejects.toMatchObject({ name: 'SourceUnavailable' });
    ssm.failAll(undefined);
    pass(2);
    expect((await source.credential('ses'))?.password).toBe('first');
  });
});

describe('changes', () => {
  test('a deleted document closes its table; a deleted credential is absent', async () => {
    const { ssm, source, pass } = await ssmWorld();
    await source.tables();
    await source.credential('ses');
    ssm.remove('/haineko/test/relayhosts');
    ssm.remove('/haineko/test/authinfo/ses');
    pass(61);
    const tables = await source.tables();
    expect(tables.relayhosts.permits('192.0.2.1')).toBe(false);
    expect(await source.credential('ses')).toBeUndefined();
  });

  test('a deployed relay keeps the tables that it cannot do without', async () => {
    const { ssm, source, pass, reported } = await ssmWorld({ deployed: true });
    const before = await source.tables();
    ssm.remove('/haineko/test/mailertable');
    pass(61);
    expect(await source.tables()).toBe(before);
    const problem = 'mailertable: default: expected a route for mail that no entry matches, got nothing';
    expect(reported).toEqual([`${problem}\nThe last good version stays in force.`]);
  });

  test('a parameter deleted and made anew has version 1 again, and is seen', async () => {
    const { ssm, source, pass, put } = await ssmWorld();
    await source.tables();
    const before = await source.credential('ses');
    ssm.remove('/haineko/test/haineko.cf');
    ssm.remove('/haineko/test/authinfo/ses');
    put('haineko.cf', { max_workers: 9 });
    put('authinfo/ses', { username: 'AKIA', password: 'second' });
    pass(61);
    expect((await source.tables()).config.max_workers).toBe(9);
    const after = await source.credential('ses');
    expect(after?.password).toBe('second');
    expect(after?.version).not.toBe(before?.version);
  });

  test('a broken document quotes no secret, and tables from the start rejected are read again only with age', async () => {
    const password = 'haineko: *hunter2\n';
    const { source, calls, pass, put, reported } = await ssmWorld({ lay: { ...documents, password } });
    const error = await source.tables().catch((error: Error) => error);
    expect(error).toMatchObject({ name: 'ConfigError', code: 'TABLE_SYNTAX' });
    expect(String(error)).toContain('password: expected YAML or JSON, got a syntax error at line 1');
    expect(`${error} ${reported} ${JSON.stringify(source.status())}`).not.toContain('hunter2');
    calls();
    await expect(source.tables()).rejects.toBe(error as Error);
    expect(calls()).toEqual([]);
    put('password', {});
    pass(61);
    await source.tables();
  });

  test('YAML is read as JSON is', async () => {
    const { source } = await ssmWorld({
      lay: { mailertable: 'default:\n  host: smtp.example.net\n  port: 587\n' },
    });
    expect((await source.tables()).mailertable.get('default')?.port).toBe(587);
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
    expect(performance.now() - started).toBeLessThan(500);
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
    expect(performance.now() - started).toBeLessThan(600);
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
