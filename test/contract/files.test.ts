import { mkdir, mkdtemp, rename, rm, unlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { fileSource } from '../../functions/store/files.ts';
import { knownFor } from './known.ts';

const hash = `{SSHA}${Buffer.alloc(28, 7).toString('base64')}`;
let directory: string;
let reported: string[];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'haineko-'));
  reported = [];
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
});

const write = (name: string, text: string) => writeFile(join(directory, name), text);
const source = (options: Parameters<typeof fileSource>[2] = {}) =>
  fileSource(directory, knownFor(), {
    checkEvery: 0,
    settle: 10,
    report: (problem) => void reported.push(problem),
    ...options,
  });

describe('fileSource()', () => {
  test('looks at the files at most once a second', async () => {
    let time = 1_000_000;
    const files = source({ checkEvery: 1000, now: () => time });
    const before = await files.tables();
    await write('haineko.cf', 'max_workers: 7');
    time += 999;
    expect(await files.tables()).toBe(before);
    expect(files.status()).toMatchObject({ age: 1, versions: {} });
    time += 1;
    expect((await files.tables()).config.max_workers).toBe(7);
    expect(Object.keys(files.status().versions)).toEqual(['haineko.cf']);
  });

  test('reads YAML, names line and column of what is none, and recovers', async () => {
    await write('mailertable', 'default:\n  mailer: Discard\n # a comment\n');
    const files = source();
    expect((await files.tables()).mailertable.get('default')?.mailer).toBe('Discard');
    await write('mailertable', 'default:\n  mailer: [Discard\n');
    expect((await files.tables()).mailertable.get('default')?.mailer).toBe('Discard');
    expect(reported).toHaveLength(1);
    expect(reported[0]).toMatch(
      /^mailertable: expected YAML or JSON, got a syntax error at line \d+, column \d+/,
    );
    await write('mailertable', '');
    expect((await files.tables()).mailertable.get('default')).toBeUndefined();
    expect(files.status().problem).toBeNull();
  });

  test('sees a change that keeps size and time', async () => {
    await write('haineko.cf', 'max_workers: 7');
    const time = new Date('2026-01-01');
    await utimes(join(directory, 'haineko.cf'), time, time);
    const files = source();
    expect((await files.tables()).config.max_workers).toBe(7);
    await write('haineko.cf', 'max_workers: 8');
    await utimes(join(directory, 'haineko.cf'), time, time);
    expect((await files.tables()).config.max_workers).toBe(8);
  });

  test('waits for a file that is being written, and for one between two renames', async () => {
    await write('recipients', JSON.stringify({ domainpart: ['example.com', 'example.jp'] }));
    const files = source({ settle: 40 });
    const before = await files.tables();
    await write('recipients', 'domainpart: [example.com]');
    const reading = files.tables();
    await new Promise((resolve) => setTimeout(resolve, 15));
    await write('recipients', 'domainpart: [example.com, example.org]');
    const recipients = (await reading).documents.recipients;
    expect(recipients).toEqual({ domainpart: ['example.com', 'example.org'] });
    await rename(join(directory, 'recipients'), join(directory, 'recipients~'));
    const between = files.tables();
    await new Promise((resolve) => setTimeout(resolve, 15));
    await rename(join(directory, 'recipients~'), join(directory, 'recipients'));
    expect((await between).documents.recipients).toEqual(recipients);
    expect(before.documents.recipients).toEqual({ domainpart: ['example.com', 'example.jp'] });
  });

  test('takes the password file from where the option says', async () => {
    await write('password', `haineko: '${hash}'`);
    await write('elsewhere', `kijitora: '${hash}'`);
    const tables = await source({ passwordFile: join(directory, 'elsewhere') }).tables();
    expect(tables.password.get('haineko')).toBeUndefined();
    expect(tables.password.get('kijitora')?.hash).toBe(hash);
  });

  test('a directory that is not there, or a file that cannot be read, is unavailable; older tables serve', async () => {
    let time = 1_000_000;
    const files = source({ now: () => time });
    await rm(directory, { recursive: true });
    await expect(files.tables()).rejects.toMatchObject({
      name: 'SourceUnavailable',
      cause: expect.anything(),
    });
    await mkdir(directory);
    const tables = await files.tables();
    await mkdir(join(directory, 'mailertable'));
    expect(await files.tables()).toBe(tables);
    await files.tables();
    expect(reported).toHaveLength(2);
    expect(reported[1]).toContain(`cannot read ${join(directory, 'mailertable')}: it is no file`);
    time += 200_000;
    await files.tables();
    expect(files.status()).toMatchObject({ age: 200, problem: expect.stringContaining('it is no file') });
    await rm(join(directory, 'mailertable'), { recursive: true });
    await files.tables();
    expect(files.status()).toMatchObject({ age: 0, problem: null });
  });

  test('a credential keeps its version while others change', async () => {
    await write('authinfo', JSON.stringify({ ses: { username: 'u', password: 'x' } }));
    const files = source();
    const before = await files.credential('ses');
    await write(
      'authinfo',
      JSON.stringify({ ses: { username: 'u', password: 'x' }, b: { username: 'u', password: 'y' } }),
    );
    expect(await files.credential('b')).toMatchObject({ password: 'y' });
    expect(await files.credential('ses')).toBe(before);
    const oauth2 = { tokenUrl: 'https://login.example.com/', clientId: 'x', clientSecret: 'old' };
    const versionWith = async (clientSecret: string) => {
      const google = { username: 'u', oauth2: { ...oauth2, clientSecret } };
      await write('authinfo', JSON.stringify({ google }));
      return (await files.credential('google'))?.version;
    };
    const old = await versionWith('old');
    expect(await versionWith('new')).not.toBe(old);
    await unlink(join(directory, 'authinfo'));
    expect(await files.credential('ses')).toBeUndefined();
  });

  test('costs a request nothing more with 100,000 entries', async () => {
    const entries = Array.from({ length: 100_000 }, (_, n) => [
      `${n}.example.com`,
      { host: 'mx.example.net' },
    ]);
    await write('mailertable', JSON.stringify(Object.fromEntries(entries)));
    const files = source({ checkEvery: 1000, now: () => 0 });
    await files.tables();
    const started = performance.now();
    for (let n = 0; n < 10_000; n++) {
      const { mailertable } = await files.tables();
      if (!mailertable.get(`${n}.example.com`)) expect.fail();
    }
    // 10,000 requests: what any of them reads or parses anew would take minutes
    expect(performance.now() - started).toBeLessThan(5000);
  });
});
