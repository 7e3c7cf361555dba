import { describe, expect, test } from 'vitest';
import { documents } from './known.ts';
import { ssmWorld } from './ssm-world.ts';

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
      const { ssm, source, pass, failures } = await ssmWorld();
      ssm.failAll(fault);
      const error = await source.tables().catch((error: Error) => error);
      expect(error).toMatchObject({ name: 'SourceUnavailable', cause: expect.anything() });
      expect(String((error as Error).message)).toContain(name);
      expect(failures()).toBe(1);
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
      const { ssm, source, failures } = await ssmWorld({ attempts: 3, times: { dead: 5000 } });
      ssm.failNext(fault);
      expect((await source.tables()).config.max_workers).toBe(3);
      expect(failures()).toBe(0);
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

  test('each failed call is told, but not one that was frozen, nor one that was ended by close()', async () => {
    const { ssm, source, pass, failures, rest } = await ssmWorld({ times: { wait: 20 } });
    await source.tables();
    await source.credential('ses');
    ssm.failAll('access-denied');
    pass(61);
    await source.tables();
    await rest();
    // the documents, the credentials
    expect(failures()).toBe(2);
    ssm.failAll('hang');
    pass(61);
    await source.tables();
    pass(3600);
    await rest(300);
    expect(failures()).toBe(2);
    pass(61);
    await source.tables();
    source.close();
    await rest();
    expect(failures()).toBe(2);
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
    expect(performance.now() - started).toBeLessThan(1500);
    expect(reported[0]).toBe('SSM: no answer within 100 ms; tables of 3600 s ago serve');
  });

  test('a hang without older tables ends with the reading', async () => {
    const { ssm, source } = await ssmWorld({ attempts: 3, times: { attempt: 2000, dead: 200 } });
    ssm.failAll('hang');
    const started = performance.now();
    await expect(source.tables()).rejects.toMatchObject({ name: 'SourceUnavailable' });
    expect(performance.now() - started).toBeLessThan(1500);
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
