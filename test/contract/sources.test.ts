import { mkdtemp, rename, rm, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { addressOf } from '../../functions/mail/address.ts';
import { fileSource } from '../../functions/store/files.ts';
import { memorySource } from '../../functions/store/memory.ts';
import type { AllDocuments } from '../../functions/store/snapshot.ts';
import type { TableSource } from '../../functions/store/source.ts';
import { ssmSource } from '../../functions/store/ssm.ts';
import { ssmClient } from '../../functions/store/ssm-client.ts';
import type { Credential } from '../../functions/tables/authinfo.ts';
import { DOCUMENTS } from '../../functions/tables/tables.ts';
import { startSsmDouble } from '../doubles/ssm.ts';
import { documents, knownFor } from './known.ts';
import { whereOf } from './ssm-world.ts';

/** A source, a way to change what it reads, and what it reported. */
type Stage = {
  readonly source: TableSource;
  /** Replaces all documents; a string is laid down as it is. */
  change(next: AllDocuments): Promise<void>;
  /** Lets the source's clock go on. */
  pass(seconds: number): void;
  readonly reported: string[];
  dispose(): Promise<void>;
};

const stages: Record<string, (first: AllDocuments) => Promise<Stage>> = {
  async memory(first) {
    const reported: string[] = [];
    let time = Date.now();
    const options = { report: (problem: string) => void reported.push(problem), now: () => time };
    const source = memorySource(first, knownFor(), options);
    const pass = (seconds: number) => {
      time += seconds * 1000;
    };
    return { source, reported, pass, change: async (next) => source.replace(next), dispose: async () => {} };
  },

  async file(first) {
    const reported: string[] = [];
    const directory = await mkdtemp(join(tmpdir(), 'haineko-'));
    const change = async (next: AllDocuments) => {
      for (const name of [...DOCUMENTS, 'authinfo'] as const) {
        const path = join(directory, name);
        if (next[name] === undefined) await unlink(path).catch(() => {});
        else {
          // as editors do
          await writeFile(`${path}.new`, JSON.stringify(next[name]));
          await rename(`${path}.new`, path);
        }
      }
    };
    await change(first);
    let time = Date.now();
    const source = fileSource(directory, knownFor(), {
      checkEvery: 0,
      settle: 5,
      now: () => time,
      report: (problem) => void reported.push(problem),
    });
    const pass = (seconds: number) => {
      time += seconds * 1000;
    };
    return { source, reported, change, pass, dispose: () => rm(directory, { recursive: true }) };
  },

  async ssm(first) {
    const reported: string[] = [];
    const ssm = await startSsmDouble();
    let time = Date.now();
    const laid = new Map<string, string>();
    const lay = (name: string, document: unknown, type?: 'SecureString') => {
      const text = JSON.stringify(document);
      if (laid.get(name) === text) return;
      laid.set(name, text);
      if (document === undefined) ssm.remove(name);
      else ssm.put(name, text, type);
    };
    const change = async ({ authinfo, ...next }: AllDocuments) => {
      for (const name of DOCUMENTS) {
        lay(`/haineko/test/${name}`, next[name], name === 'password' ? 'SecureString' : undefined);
      }
      const credentials = Object.entries((authinfo ?? {}) as Record<string, unknown>);
      for (const name of ['ses', 'other']) {
        lay(`/haineko/test/authinfo/${name}`, new Map(credentials).get(name), 'SecureString');
      }
      time += 61_000;
    };
    await change(first);
    const source = ssmSource({
      prefix: '/haineko/test/',
      known: knownFor(),
      client: (patience) => ssmClient(whereOf(ssm), patience),
      clock: { now: () => time, random: () => 0.5 },
      report: (problem) => void reported.push(problem),
    });
    return {
      source,
      reported,
      change,
      pass(seconds) {
        time += seconds * 1000;
      },
      async dispose() {
        source.close();
        await expect.poll(() => ssm.connections(), { timeout: 2000 }).toBe(0);
        await ssm.stop();
      },
    };
  },
};

const to = (text: string) => addressOf(text) ?? expect.fail(`${text} is no address`);

describe.each(Object.keys(stages))('%s source', (kind) => {
  let stage: Stage;
  const start = async (first: AllDocuments) => {
    stage = await (stages[kind]?.(first) ?? expect.fail());
    return stage;
  };
  afterEach(async () => {
    stage.source.close();
    await stage.dispose();
  });

  test('tables() answers lookups as the documents say', async () => {
    const { source } = await start(documents);
    const tables = await source.tables();
    await tables.need({ mailertable: ['example.com'], recipients: ['a@example.com'], password: ['haineko'] });
    expect(tables.config).toMatchObject({ hostname: 'relay.example.jp', max_workers: 3 });
    expect(tables.mailertable.get('example.com')).toMatchObject({ host: 'smtp.example.net', auth: 'ses' });
    expect(tables.mailertable.get('default')?.mailer).toBe('Discard');
    expect(tables.mailertable.get('example.jp')).toBeUndefined();
    expect(tables.sendermt.get('example.org')?.host).toBe('mx.example.net');
    expect(tables.relayhosts.permits('192.0.2.9')).toBe(true);
    expect(tables.relayhosts.permits('127.0.0.1')).toBe(false);
    expect(tables.recipients.permits(to('neko@EXAMPLE.com'))).toBe(true);
    expect(tables.recipients.permits(to('Kijitora@example.org'))).toBe(true);
    expect(tables.recipients.permits(to('neko@example.org'))).toBe(false);
    expect(tables.password.get('haineko')?.hash).toBe(documents.password.haineko);
    expect(source.status()).toMatchObject({ kind, age: 0, problem: null });
  });

  test('missing tables are closed', async () => {
    const { source } = await start({});
    const tables = await source.tables();
    expect(tables.config.hostname).toBe('machine.example.jp');
    expect(tables.relayhosts.permits('127.0.0.1')).toBe(true);
    expect(tables.relayhosts.permits('192.0.2.9')).toBe(false);
    expect(tables.recipients.permits(to('root@machine.example.jp'))).toBe(true);
    expect(tables.recipients.permits(to('neko@example.com'))).toBe(false);
    expect(tables.password.get('haineko')).toBeUndefined();
    expect(tables.mailertable.get('default')).toBeUndefined();
  });

  test('a change becomes visible, whole, and the tables of a request under way stay', async () => {
    const { source, change } = await start(documents);
    const before = await source.tables();
    await change({ ...documents, recipients: {}, mailertable: { default: { mailer: 'ESMTP' } } });
    const after = await source.tables();
    expect(after.recipients.permits(to('neko@example.com'))).toBe(false);
    expect(after.mailertable.get('default')?.mailer).toBe('ESMTP');
    expect(before.recipients.permits(to('neko@example.com'))).toBe(true);
  });

  test('unchanged tables are not built again', async () => {
    const { source, change } = await start(documents);
    const before = await source.tables();
    if (kind !== 'memory') await (kind === 'ssm' ? change(documents) : undefined);
    expect(await source.tables()).toBe(before);
  });

  test('a broken change keeps the last good tables, says what is wrong once, and is over when mended', async () => {
    const { source, change, reported } = await start(documents);
    await source.tables();
    const broken = { ...documents, recipients: {}, mailertable: { 'example.com': { port: 'neko' } } };
    await change(broken);
    await source.tables();
    const tables = await source.tables();
    expect(tables.recipients.permits(to('neko@example.com'))).toBe(true);
    expect(tables.mailertable.get('example.com')?.port).toBe(587);
    const problem = 'mailertable: example.com.port: expected a whole number from 1 to 65535, got "neko"';
    expect(source.status().problem).toContain(problem);
    await change({ ...broken, recipients: { domainpart: [] } });
    await source.tables();
    expect(reported).toHaveLength(1);
    expect(reported[0]).toContain(problem);
    await change({ ...documents, recipients: {} });
    expect((await source.tables()).recipients.permits(to('neko@example.com'))).toBe(false);
    expect(source.status().problem).toBeNull();
  });

  test('the age grows from the moment that a newer table is wrong, until it is mended', async () => {
    const { source, change, pass } = await start(documents);
    await source.tables();
    pass(300);
    await source.tables();
    expect(source.status().age).toBe(0);
    pass(5);
    await change({ ...documents, mailertable: { 'example.com': { port: 'neko' } } });
    await source.tables();
    // as old as the last look that found nothing newer; where there is nothing to look at, as old as the change
    const begun = { memory: 0, file: 5, ssm: 66 }[kind] ?? expect.fail();
    expect(source.status().age).toBe(begun);
    pass(200);
    await source.tables();
    expect(source.status().age).toBe(begun + 200);
    await change({ ...documents, recipients: { domainpart: 'wrong too' } });
    const later = kind === 'ssm' ? 61 : 0;
    await source.tables();
    expect(source.status().age).toBe(begun + 200 + later);
    await change({ ...documents, recipients: {} });
    await source.tables();
    expect(source.status()).toMatchObject({ age: 0, problem: null });
  });

  test('there is no age where no tables are in force', async () => {
    const { source, pass } = await start({ ...documents, 'haineko.cf': { max_workers: 0 } });
    await expect(source.tables()).rejects.toMatchObject({ name: 'ConfigError' });
    pass(200);
    await expect(source.tables()).rejects.toMatchObject({ name: 'ConfigError' });
    expect(source.status().age).toBeNull();
  });

  test('broken from the start rejects with every issue, and recovers when mended', async () => {
    const { source, change } = await start({
      ...documents,
      'haineko.cf': { max_workers: 0 },
      relayhosts: { relayhosts: ['192.0.2.0/24', 'neko'] },
    });
    const issues = [
      { table: 'haineko.cf', path: 'max_workers', expected: 'a whole number from 1 to 100', got: '0' },
      {
        table: 'relayhosts',
        path: 'relayhosts[1]',
        expected: 'an IPv4 or IPv6 address, or a network in CIDR notation',
        got: '"neko"',
      },
    ];
    await expect(source.tables()).rejects.toMatchObject({ name: 'ConfigError', code: 'TABLE_VALUE', issues });
    await expect(source.credential('ses')).rejects.toMatchObject({ name: 'ConfigError' });
    await expect(source.tables()).rejects.toThrow('max_workers');
    expect(source.status().problem).toContain('max_workers');
    await change(documents);
    expect((await source.tables()).config.max_workers).toBe(3);
  });

  test('credential() gives what authinfo has under a name', async () => {
    const { source } = await start(documents);
    await source.tables();
    const ses = await source.credential('ses');
    expect(ses).toMatchObject({ name: 'ses', username: 'AKIA', password: 'first' });
    expect(await source.credential('other')).toBeUndefined();
    expect(await source.credential('../password')).toBeUndefined();
  });

  test('refresh() gets a changed credential, of another version', async () => {
    const { source, change } = await start(documents);
    const refused = (await source.credential('ses')) as Credential;
    expect((await source.refresh('ses', refused))?.version).toBe(refused.version);
    await change({ ...documents, authinfo: { ses: { username: 'AKIA', password: 'second' } } });
    const newer = await source.refresh('ses', refused);
    expect(newer?.password).toBe('second');
    expect(newer?.version).not.toBe(refused.version);
    expect(await source.credential('ses')).toEqual(newer);
  });

  test('newest() gives tables that were changed since those at hand, and these where nothing was', async () => {
    const { source, change } = await start(documents);
    const held = await source.tables();
    expect(await source.newest(held, ['haineko'])).toBe(held);
    const hash = `{SSHA}${Buffer.alloc(28, 8).toString('base64')}`;
    await change({ ...documents, password: { haineko: hash, mike: hash } });
    const newest = await source.newest(held, ['haineko', 'mike']);
    expect(newest.password.get('haineko')?.hash).toBe(hash);
    expect(newest.password.get('mike')?.hash).toBe(hash);
    expect(held.password.get('haineko')?.hash).toBe(documents.password.haineko);
    expect(await source.tables()).toBe(newest);
  });

  test('newest() gives the tables at hand where newer ones are wrong', async () => {
    const { source, change } = await start(documents);
    const held = await source.tables();
    await change({ ...documents, password: { haineko: 'in the clear' } });
    expect(await source.newest(held, ['haineko'])).toBe(held);
    expect(source.status().problem).toContain('password');
  });

  test('a broken credential is never shown', async () => {
    const { source, reported } = await start({ ...documents, authinfo: { ses: { pasword: 'hunter2' } } });
    await expect(source.tables().then(() => source.credential('ses'))).rejects.toMatchObject({
      name: 'ConfigError',
      message: expect.stringMatching(/^authinfo.*ses/),
    });
    expect(JSON.stringify([reported, source.status()])).not.toContain('hunter2');
  });

  test('many requests at once get the same tables', async () => {
    const { source } = await start(documents);
    const all = await Promise.all(Array.from({ length: 50 }, () => source.tables()));
    expect(new Set(all).size).toBe(1);
  });
});
