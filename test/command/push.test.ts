import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { BY_COMMAND, BY_STACK, PREFIX, type StageWorld, stageWorld } from './stage-world.ts';

const SECRETS = {
  password: "kijitora: '{SSHA}9p2euyteR33mp0TYKjmYhTlIt1ctxuRn'\n",
  authinfo: 'Smarthost:\n  username: neko\n  password: nyanko22\n',
};
const ROUTES = 'default:\n  host: smtp.example.com\n  port: 587\n  starttls: 1\n  auth: Smarthost\n';

let world: StageWorld;
afterEach(() => world.stop());

describe('haineko push', () => {
  test('lays tables as Strings and secrets as SecureStrings, and labels them', async () => {
    world = await stageWorld(BY_COMMAND);
    world.write({ ...SECRETS, mailertable: ROUTES });
    const ended = await world.run(['push', 'production', '--yes', '--json']);
    expect(ended).toMatchObject({
      status: 0,
      stderr: expect.stringContaining('laid mailertable, version 1'),
    });
    expect(ended.json()).toMatchObject({ label: 'push-1', deleted: [], leftToStack: [] });
    const stored = world.ssm.stored();
    const types = Object.entries(stored).map(([name, { type }]) => [name.slice(PREFIX.length), type]);
    expect(Object.fromEntries(types)).toEqual({
      stack: 'String',
      push: 'String',
      'haineko.cf': 'String',
      mailertable: 'String',
      recipients: 'String',
      password: 'SecureString',
      'authinfo/Smarthost': 'SecureString',
    });
    expect(world.value('authinfo/Smarthost')).toEqual({ username: 'neko', password: 'nyanko22' });
    expect(world.parameter('mailertable')?.labels).toEqual({ 1: ['push-1'] });
    expect(world.value('push')).toMatchObject({ label: 'push-1', state: 'done', changing: {} });
    expect(world.ssm.complaints).toEqual([]);
    expect(ended.stdout + ended.stderr).not.toMatch(/nyanko22|9p2euy/);
  });

  test('writes what differs alone, and nothing twice', async () => {
    world = await stageWorld(BY_COMMAND);
    await world.run(['push', 'production', '--yes']);
    world.write({
      recipients: "# a comment alone changes nothing\ndomainpart: ['example.org', 'example.net']\n",
    });
    const ended = await world.run(['push', 'production', '--yes']);
    expect(ended.stdout).toContain('+ domainpart: "example.net"');
    expect(world.parameter('recipients')?.version).toBe(2);
    expect(world.parameter('mailertable')).toMatchObject({ version: 1, labels: { 1: ['push-1', 'push-2'] } });
    world.ssm.forgetCalls();
    const again = await world.run(['push', 'production', '--yes']);
    expect(again).toMatchObject({ status: 0, stdout: expect.stringContaining('Nothing to lay') });
    expect(world.ssm.requests.filter(({ action }) => /^(?:Put|Label|Delete)/.test(action))).toEqual([]);
  });

  test('leaves the tables to the stack that lays them, and lays secrets', async () => {
    world = await stageWorld(BY_STACK);
    world.write(SECRETS);
    const ended = await world.run(['push', 'production', '--yes', '--json']);
    expect(ended.json()).toMatchObject({
      laid: [{ name: 'authinfo/Smarthost' }, { name: 'password' }],
      leftToStack: ['haineko.cf', 'mailertable', 'recipients'],
    });
    expect(world.parameter('mailertable')).toBeUndefined();
  });

  test('leaves the principals of an iam stage to the stack', async () => {
    world = await stageWorld({ ...BY_STACK, authorization: 'iam' });
    world.write({ password: "arn:aws:iam::123456789012:role/billing:\n  senders: ['example.com']\n" });
    const ended = await world.run(['push', 'production', '--yes', '--json']);
    expect(ended.json()).toMatchObject({ laid: [], leftToStack: expect.arrayContaining(['password']) });
  });

  test('lays secrets alone before a stack stands, and the tables with --documents', async () => {
    world = await stageWorld();
    world.write(SECRETS);
    const first = await world.run(['push', 'production', '--yes']);
    expect(first.stdout).toContain('--documents');
    expect(world.parameter('mailertable')).toBeUndefined();
    await world.run(['push', 'production', '--yes', '--documents']);
    expect(world.parameter('mailertable')?.type).toBe('String');
  });

  test.each([
    [
      'a misspelt key',
      { mailertable: 'default:\n  mailr: AmazonSES\n' },
      'config/production/mailertable: default.mailr: expected a key of mailer ESMTP',
    ],
    ['a local mailer', { mailertable: 'default:\n  mailer: File\n' }, 'expected a mailer for Lambda'],
    [
      'a password in the clear',
      { password: 'neko: nyanko22\n' },
      'config/production/password: neko.password: expected a password entry',
    ],
    ['a wrong credential', { authinfo: 'Google:\n  user: neko\n' }, 'config/production/authinfo: Google'],
    [
      'a credential that no parameter holds',
      { authinfo: `Google:\n  password: '${'nyanko22'.repeat(1100)}'\n` },
      'expected at most 8192 bytes as JSON, got 8815 bytes',
    ],
    [
      'a stray file',
      { mailertabel: 'default: {}\n' },
      'config/production/mailertabel: expected a file named',
    ],
  ])('refuses %s before it asks AWS anything', async (_, tables, why) => {
    world = await stageWorld(BY_COMMAND);
    world.write(tables);
    const ended = await world.run(['push', 'production', '--yes']);
    expect(ended).toMatchObject({ status: 1, stdout: '', stderr: expect.stringContaining(why) });
    expect(ended.stderr).not.toContain('nyanko22');
    expect(world.ssm.requests).toEqual([]);
  });

  test('changes nothing without a terminal and without --yes', async () => {
    world = await stageWorld(BY_COMMAND);
    const ended = await world.run(['push', 'production']);
    expect(ended).toMatchObject({ status: 1, stderr: expect.stringContaining('no terminal to ask on') });
    expect(ended.stderr).toContain('--yes');
    expect(world.ssm.requests.filter(({ action }) => action === 'PutParameter')).toEqual([]);
  });

  test('deletes nothing to make it anew as a secret, unless it is told so', async () => {
    world = await stageWorld(BY_COMMAND);
    world.ssm.put(`${PREFIX}password`, '{}');
    world.write(SECRETS);
    const ended = await world.run(['push', 'production', '--yes']);
    expect(ended).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('of another type in SSM: password'),
    });
    expect(ended.stderr).toContain('--retype');
    expect(world.ssm.requests.some(({ action }) => /^(?:Put|Delete)/.test(action))).toBe(false);
  });

  test('keeps a secret under the key that it is under', async () => {
    world = await stageWorld(BY_COMMAND);
    const keyId = 'arn:aws:kms:ap-northeast-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';
    world.ssm.put(`${PREFIX}password`, '{"neko":"{SSHA}9p2euyteR33mp0TYKjmYhTlIt1ctxuRn"}', 'SecureString', {
      keyId,
    });
    world.write(SECRETS);
    await world.run(['push', 'production', '--yes', '--overwrite-secrets']);
    expect(world.parameter('password')).toMatchObject({ version: 2, keyId });
    // a new one is under the key of the others
    expect(world.parameter('authinfo/Smarthost')?.keyId).toBe(keyId);
  });

  test("lays a stage's first secrets under the key that its stack names", async () => {
    const encryptionKey = 'arn:aws:kms:ap-northeast-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';
    world = await stageWorld({ ...BY_COMMAND, encryptionKey });
    world.write({ ...SECRETS, authinfo: "Smarthost:\n  username: neko\n  password: 'nyanko{{22}}'\n" });
    await world.run(['push', 'production', '--yes']);
    expect(world.parameter('authinfo/Smarthost')).toMatchObject({ keyId: encryptionKey });
    // what SSM would take for a reference is written otherwise, and is the same to the relay
    expect(world.parameter('authinfo/Smarthost')?.value).not.toContain('{{');
    expect(world.value('authinfo/Smarthost')).toEqual({ username: 'neko', password: 'nyanko{{22}}' });
    expect((await world.run(['push', 'production', '--yes'])).stdout).toContain('Nothing to lay');
  });

  test('lays a table over 8 KB as shards before their index, and keeps those of the push before', async () => {
    world = await stageWorld(BY_COMMAND);
    const many = (host: string) =>
      [
        'default:\n  mailer: AmazonSES',
        ...Array.from({ length: 200 }, (_, at) => `customer${at}.example:\n  host: ${host}\n  port: 587`),
      ].join('\n');
    world.write({ mailertable: many('one.example.net') });
    const first = await world.run(['push', 'production', '--yes']);
    const laid = [...first.stderr.matchAll(/laid (mailertable\S*),/g)].map(([, name]) => name);
    expect(laid.length).toBeGreaterThan(2);
    expect(laid.at(-1)).toBe('mailertable');
    const shards = laid.slice(0, -1);
    world.write({ mailertable: many('two.example.net') });
    const second = await world.run(['push', 'production', '--yes', '--prune', '--json']);
    expect(second.json()).toMatchObject({ deleted: [] });
    world.write({ mailertable: many('three.example.net') });
    const third = await world.run(['push', 'production', '--yes', '--prune', '--json']);
    expect((third.json() as { deleted: string[] }).deleted.sort()).toEqual([...shards].sort());
    const pulled = await world.run(['diff', 'production']);
    expect(pulled).toMatchObject({ status: 0, stdout: expect.stringContaining('Nothing differs') });
  });

  test('--prune takes away what nothing needs: no user, no credential that a route names, nothing of others', async () => {
    world = await stageWorld(BY_COMMAND);
    world.write({ ...SECRETS, mailertable: ROUTES, sendermt: 'example.jp:\n  mailer: AmazonSES\n' });
    await world.run(['push', 'production', '--yes']);
    world.ssm.put(`${PREFIX}authinfo/Unused`, '{"password":"x"}', 'SecureString');
    world.ssm.put(`${PREFIX}other-team/db`, 'theirs', 'SecureString');
    world.write({ password: '', authinfo: '', sendermt: '' });
    const kept = await world.run(['push', 'production', '--yes', '--json']);
    expect(kept.json()).toMatchObject({ orphans: ['authinfo/Unused', 'sendermt'], deleted: [] });
    const ended = await world.run(['push', 'production', '--yes', '--prune', '--json']);
    expect(ended.json()).toMatchObject({
      deleted: ['authinfo/Unused'],
      laid: [{ name: 'sendermt' }],
      orphans: [],
    });
    for (const name of ['authinfo/Smarthost', 'password', 'other-team/db'])
      expect(world.parameter(name)).toBeDefined();
    // a comment is no table to a relay, and a rollback can bring the old one back
    expect(world.parameter('sendermt')?.value).toBe('# no table\n');
    expect((await world.run(['push', 'production', '--yes', '--prune'])).stdout).toContain('Nothing to lay');
    expect((await world.run(['rollback', 'production', '--yes'])).status).toBe(0);
    expect(world.value('sendermt')).toEqual({ 'example.jp': { mailer: 'AmazonSES' } });
  });

  test('refuses what does not fit to what stays in SSM: no relay could start with it', async () => {
    world = await stageWorld(BY_COMMAND);
    const route = '  mailer: AmazonSES\n';
    world.write({
      mailertable: `default:\n${route}spare.example:\n${route}`,
      sendermt: `example.jp:\n${route}  fallback: ['spare.example']\n`,
    });
    await world.run(['push', 'production', '--yes']);
    world.write({ mailertable: `default:\n${route}`, sendermt: '' });
    const ended = await world.run(['push', 'production', '--yes']);
    expect(ended).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('with what stays in SSM (sendermt)'),
    });
    expect(ended.stderr).toContain('sendermt: example.jp.fallback[0]: expected an entry of mailertable');
    expect(world.parameter('mailertable')?.version).toBe(1);
    expect((await world.run(['push', 'production', '--yes', '--prune'])).status).toBe(0);
  });

  test.each([
    '{"at":"nope","state":"writing"}',
    'null',
    '{"label":"push-1","state":"done","pushes":[null]}',
    'x',
  ])('begins anew where the record of pushes is %s', async (record) => {
    world = await stageWorld(BY_COMMAND);
    world.ssm.put(`${PREFIX}push`, record);
    const ended = await world.run(['push', 'production', '--yes', '--json']);
    expect(ended.json()).toMatchObject({ label: 'push-1' });
  });

  test('begins with 600 credentials at once', async () => {
    world = await stageWorld(BY_COMMAND);
    const names = Array.from({ length: 600 }, (_, at) => [`CustomerNumber${at}`, { password: 'x' }]);
    world.write({ authinfo: JSON.stringify(Object.fromEntries(names)) });
    expect((await world.run(['push', 'production', '--yes'])).status).toBe(0);
    expect(world.value('push')).toMatchObject({ state: 'done' });
  }, 60_000);

  test('goes on with a push that was interrupted, under its label', async () => {
    world = await stageWorld(BY_COMMAND);
    world.ssm.delay(100);
    let killed = false;
    const broken = await world.run(['push', 'production', '--yes'], {
      watch: (written, kill) => {
        if (killed || !written.includes('laid haineko.cf')) return;
        killed = true;
        kill('SIGINT');
      },
    });
    expect(broken).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/interrupted: \d of 3 changes are laid\nRun the same command again/),
    });
    expect(world.value('push')).toMatchObject({ label: 'push-1', state: 'writing' });
    world.ssm.delay(0);
    const ended = await world.run(['push', 'production', '--yes', '--json']);
    expect(ended.json()).toMatchObject({ label: 'push-1' });
    expect(world.value('push')).toMatchObject({ label: 'push-1', state: 'done' });
    for (const name of ['haineko.cf', 'mailertable', 'recipients'])
      expect(world.parameter(name)).toMatchObject({ version: 1, labels: { 1: ['push-1'] } });
  });

  test('goes on with a push whose process was killed in the midst of it', async () => {
    world = await stageWorld(BY_COMMAND);
    world.ssm.delay(50);
    await world.run(['push', 'production', '--yes'], {
      watch: (written, kill) => written.includes('laid recipients') && kill('SIGKILL'),
    });
    expect(world.value('push')).toMatchObject({ label: 'push-1', state: 'writing' });
    world.ssm.delay(0);
    const ended = await world.run(['push', 'production', '--yes']);
    expect(ended.stdout).toContain('was broken off: this goes on with it');
    expect(world.parameter('mailertable')?.labels).toEqual({ 1: ['push-1'] });
  });

  test('lays a secret anew under the key that it is told', async () => {
    world = await stageWorld(BY_COMMAND);
    world.write(SECRETS);
    await world.run(['push', 'production', '--yes']);
    const ended = await world.run(['push', 'production', '--yes', '--key-id', 'alias/ours', '--json']);
    expect(ended.json()).toMatchObject({ laid: [{ name: 'authinfo/Smarthost' }, { name: 'password' }] });
    expect(world.parameter('authinfo/Smarthost')).toMatchObject({ version: 2, keyId: 'alias/ours' });
    const again = await world.run(['push', 'production', '--yes', '--key-id', 'alias/ours']);
    expect(again.stdout).toContain('Nothing to lay');
  });

  test('leaves a secret that was rotated since the last push, unless it is told otherwise', async () => {
    world = await stageWorld(BY_COMMAND);
    world.write(SECRETS);
    await world.run(['push', 'production', '--yes']);
    await world.run(['rotate', 'production', 'Smarthost'], { stdin: 'rotated' });
    await world.run(['rotate', 'production', 'kijitora'], { stdin: 'rotated' });
    world.write({ recipients: "domainpart: ['example.net']\n" });
    const ended = await world.run(['push', 'production', '--yes', '--json']);
    expect(ended.json()).toMatchObject({
      laid: [{ name: 'recipients' }],
      newer: ['authinfo/Smarthost', 'password'],
    });
    expect(world.value('authinfo/Smarthost')).toMatchObject({ password: 'rotated' });
    const shown = await world.run(['push', 'production', '--yes']);
    expect(shown.stdout).toContain('--overwrite-secrets');
    const forced = await world.run(['push', 'production', '--yes', '--overwrite-secrets']);
    expect(forced.status).toBe(0);
    expect(world.value('authinfo/Smarthost')).toMatchObject({ password: 'nyanko22' });
  });

  test('goes on where SSM is still busy with the change before', async () => {
    world = await stageWorld(BY_COMMAND);
    world.ssm.failOnce('PutParameter', 'too-many-updates', 'too-many-updates');
    world.ssm.failOnce('LabelParameterVersion', 'too-many-updates');
    expect(await world.run(['push', 'production', '--yes'])).toMatchObject({ status: 0 });
    expect(world.value('push')).toMatchObject({ state: 'done' });
  });

  test('goes on where the answers to its calls are lost', async () => {
    world = await stageWorld(BY_COMMAND);
    world.ssm.failOnce('PutParameter', 'lost');
    world.ssm.failOnce('LabelParameterVersion', 'lost');
    expect(await world.run(['push', 'production', '--yes'])).toMatchObject({ status: 0 });
    expect(world.value('push')).toMatchObject({ state: 'done', label: 'push-1' });
  });

  test('is laid by one alone of two that begin at the same moment', async () => {
    world = await stageWorld(BY_COMMAND);
    world.ssm.delay(150);
    const ended = await Promise.all([0, 1].map(() => world.run(['push', 'production', '--yes'])));
    expect(ended.map(({ status }) => status).sort()).toEqual([0, 1]);
    expect(ended.find(({ status }) => status === 1)?.stderr).toMatch(/at the same moment|it is not done/);
    expect(world.value('push')).toMatchObject({ label: 'push-1', state: 'done' });
  });

  test("waits for somebody else's push that is under way", async () => {
    world = await stageWorld(BY_COMMAND);
    const record = {
      label: 'push-4',
      state: 'writing',
      at: new Date().toISOString(),
      by: 'mike@elsewhere',
      changing: [],
      pushes: [],
    };
    world.ssm.put(`${PREFIX}push`, JSON.stringify(record));
    const ended = await world.run(['push', 'production', '--yes']);
    expect(ended).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('mike@elsewhere began push-4'),
    });
    expect(world.ssm.requests.filter(({ action }) => action === 'PutParameter')).toEqual([]);
  });

  test('keeps eight labels, so that the history never fills up', async () => {
    world = await stageWorld(BY_COMMAND);
    for (let at = 1; at <= 10; at++) {
      world.write({ recipients: `domainpart: ['example${at}.org']\n` });
      await world.run(['push', 'production', '--yes']);
    }
    const labels = Object.values(world.parameter('mailertable')?.labels ?? {}).flat();
    expect(labels).toEqual(['push-3', 'push-4', 'push-5', 'push-6', 'push-7', 'push-8', 'push-9', 'push-10']);
    expect(world.parameter('recipients')?.labels).toMatchObject({ 3: ['push-3'], 10: ['push-10'] });
    expect(world.parameter('recipients')?.labels).not.toHaveProperty('2');
  }, 60_000);

  test('makes room where the oldest of 100 versions has a label', async () => {
    world = await stageWorld(BY_COMMAND);
    for (let at = 1; at <= 100; at++)
      world.ssm.put(`${PREFIX}recipients`, JSON.stringify({ domainpart: [`old${at}.example`] }));
    world.ssm.label(`${PREFIX}recipients`, 'push-1', 1);
    const ended = await world.run(['push', 'production', '--yes']);
    expect(ended).toMatchObject({ status: 0 });
    expect(world.parameter('recipients')?.version).toBe(101);
  });

  test("leaves somebody else's label, and says why nothing can be laid", async () => {
    world = await stageWorld(BY_COMMAND);
    for (let at = 1; at <= 100; at++)
      world.ssm.put(`${PREFIX}recipients`, JSON.stringify({ domainpart: [`old${at}.example`] }));
    world.ssm.label(`${PREFIX}recipients`, 'keep-for-audit', 1);
    const ended = await world.run(['push', 'production', '--yes']);
    expect(ended).toMatchObject({ status: 1, stderr: expect.stringContaining('a label of somebody else') });
    expect(world.parameter('recipients')?.labels).toEqual({ 1: ['keep-for-audit'] });
  });

  test('shows of a folder outside of the repository where it is', async () => {
    world = await stageWorld(BY_STACK);
    const path = join(world.folder, 'elsewhere');
    const ended = await world.run(['push', 'production', '--yes', '--config', path]);
    expect(ended).toMatchObject({ status: 1, stderr: expect.stringContaining('elsewhere') });
    writeFileSync(path, 'x');
    const file = await world.run(['push', 'production', '--yes', '--config', path]);
    expect(file).toMatchObject({ status: 1, stderr: expect.not.stringMatching(/\n {4}at /) });
  });
});
