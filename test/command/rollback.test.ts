import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { BY_COMMAND, BY_STACK, PREFIX, type StageWorld, stageWorld } from './stage-world.ts';

let world: StageWorld;
const push = async (tables: Readonly<Record<string, string>>) => {
  world.write(tables);
  const ended = await world.run(['push', 'production', '--yes', '--json']);
  expect(ended.status).toBe(0);
};
const domains = (...names: string[]) => ({ recipients: JSON.stringify({ domainpart: names }) });
const secret = (password: string) => ({
  authinfo: JSON.stringify({ Smarthost: { username: 'neko', password } }),
});

beforeEach(async () => {
  world = await stageWorld(BY_COMMAND);
});
afterEach(() => world.stop());

describe('haineko rollback', () => {
  test('puts back what the push before had, and takes away tables that the newest one made', async () => {
    await push(domains('one.example'));
    await push({
      ...domains('two.example'),
      sendermt: '{"example.jp": {"mailer": "AmazonSES"}}',
      ...secret('nyanko22'),
    });
    const ended = await world.run(['rollback', 'production', '--yes']);
    expect(ended).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('From push-2 to push-1: 2 put back'),
    });
    expect(ended.stdout).toContain('- domainpart: "two.example"');
    expect(ended.stdout).toContain(
      'Made by what is taken back, and left; nothing needs it (push --prune deletes it): authinfo/Smarthost',
    );
    expect(ended.stdout + ended.stderr).not.toContain('nyanko22');
    expect(world.value('recipients')).toEqual({ domainpart: ['one.example'] });
    expect(world.parameter('sendermt')?.value).toBe('# no table\n');
    expect(world.parameter('recipients')?.labels).toEqual({ 2: ['push-2'], 3: ['push-1'] });
    expect(world.value('push')).toMatchObject({ label: 'push-1', state: 'done' });
    // and forward again, whole
    await world.run(['rollback', 'production', '--yes', '--to', 'push-2']);
    expect(world.value('sendermt')).toEqual({ 'example.jp': { mailer: 'AmazonSES' } });
    expect(world.value('recipients')).toEqual({ domainpart: ['two.example'] });
  });

  test('says what --prune deleted and it cannot bring back', async () => {
    await push({ ...domains('one.example'), ...secret('nyanko22') });
    world.write({ authinfo: '', ...domains('two.example') });
    await world.run(['push', 'production', '--yes', '--prune']);
    const ended = await world.run(['rollback', 'production', '--yes', '--json']);
    expect(ended.json()).toMatchObject({ gone: ['authinfo/Smarthost'] });
  });

  test('goes to the push that the one in force came after, not to one that was taken back', async () => {
    await push(domains('one.example'));
    await push(domains('bad.example'));
    await world.run(['rollback', 'production', '--yes']);
    await push(domains('three.example'));
    const ended = await world.run(['rollback', 'production', '--yes', '--json']);
    expect(ended.json()).toMatchObject({ label: 'push-1' });
    expect(world.value('recipients')).toEqual({ domainpart: ['one.example'] });
  });

  test('goes on where it was killed, and a later one takes that for its own', async () => {
    const all = (name: string) => ({
      'haineko.cf': `hostname: ${name}.example\n`,
      sendermt: JSON.stringify({ [`${name}.example`]: { mailer: 'AmazonSES' } }),
      ...domains(`${name}.example`),
    });
    for (const name of ['one', 'two', 'three']) await push(all(name));
    world.ssm.delay(50);
    await world.run(['rollback', 'production', '--yes'], {
      watch: (written, kill) => written.includes('laid haineko.cf') && kill('SIGKILL'),
    });
    world.ssm.delay(0);
    expect((await world.run(['rollback', 'production', '--yes', '--json'])).json()).toMatchObject({
      label: 'push-2',
      left: [],
    });
    expect((await world.run(['rollback', 'production', '--yes', '--json'])).json()).toMatchObject({
      label: 'push-1',
      left: [],
    });
    expect(world.value('haineko.cf')).toEqual({ hostname: 'one.example' });
  });

  test('brings back a table that a push took away, though that was broken off and gone on with', async () => {
    await push({ ...domains('one.example'), relayhosts: '{"relayhosts":["192.0.2.1"]}' });
    world.write({ ...domains('two.example'), relayhosts: '' });
    world.ssm.delay(50);
    await world.run(['push', 'production', '--yes', '--prune'], {
      watch: (written, kill) => written.includes('laid relayhosts') && kill('SIGKILL'),
    });
    world.ssm.delay(0);
    expect((await world.run(['push', 'production', '--yes', '--prune'])).status).toBe(0);
    expect((await world.run(['rollback', 'production', '--yes', '--json'])).json()).toMatchObject({
      left: [],
    });
    expect(world.value('relayhosts')).toEqual({ relayhosts: ['192.0.2.1'] });
  });

  test('takes back what a broken-off push laid over a table that somebody had laid by hand', async () => {
    await push(domains('one.example'));
    world.ssm.put(`${PREFIX}sendermt`, '{"hand.example":{"mailer":"AmazonSES"}}');
    world.write({ ...domains('two.example'), sendermt: '{"bad.example":{"mailer":"AmazonSES"}}' });
    world.ssm.delay(50);
    await world.run(['push', 'production', '--yes'], {
      watch: (written, kill) => written.includes('laid recipients') && kill('SIGKILL'),
    });
    world.ssm.delay(0);
    expect(world.value('sendermt')).toHaveProperty(['bad.example']);
    expect((await world.run(['rollback', 'production', '--yes'])).status).toBe(0);
    expect(world.value('sendermt')).toHaveProperty(['hand.example']);
  });

  test('leaves a rotation of what a broken-off push never came to', async () => {
    const both = (one: string, other: string) => ({
      authinfo: JSON.stringify({ Aaa: { password: one }, Bbb: { password: other } }),
    });
    await push({ ...domains('one.example'), ...both('first', 'first') });
    world.write(both('second', 'second'));
    world.ssm.delay(50);
    await world.run(['push', 'production', '--yes'], {
      watch: (written, kill) => written.includes('laid authinfo/Aaa') && kill('SIGKILL'),
    });
    world.ssm.delay(0);
    world.ssm.put(`${PREFIX}authinfo/Bbb`, '{"password":"rotated"}', 'SecureString');
    const pushed = await world.run(['push', 'production', '--yes', '--json']);
    expect(pushed.json()).toMatchObject({ newer: ['authinfo/Bbb'] });
    expect(world.value('authinfo/Bbb')).toEqual({ password: 'rotated' });
  });

  test('leaves a rotation that came after a push was broken off', async () => {
    await push({ ...domains('one.example'), ...secret('first') });
    world.write({ ...domains('two.example'), ...secret('second') });
    world.ssm.delay(50);
    await world.run(['push', 'production', '--yes'], {
      watch: (written, kill) => written.includes('laid authinfo') && kill('SIGKILL'),
    });
    world.ssm.delay(0);
    world.ssm.put(`${PREFIX}authinfo/Smarthost`, '{"username":"neko","password":"rotated"}', 'SecureString');
    const ended = await world.run(['rollback', 'production', '--yes', '--json']);
    expect(ended.json()).toMatchObject({ left: ['authinfo/Smarthost'] });
    expect(world.value('authinfo/Smarthost')).toMatchObject({ password: 'rotated' });
  });

  test('goes one push back at each call, to any with --to, and on from there', async () => {
    for (const name of ['one', 'two', 'three']) await push(domains(`${name}.example`));
    const at = () => (world.value('recipients') as { domainpart: string[] }).domainpart[0];
    await world.run(['rollback', 'production', '--yes']);
    expect(at()).toBe('two.example');
    await world.run(['rollback', 'production', '--yes']);
    expect(at()).toBe('one.example');
    const none = await world.run(['rollback', 'production', '--yes']);
    expect(none).toMatchObject({ status: 1, stderr: expect.stringContaining('no push before push-1') });
    await world.run(['rollback', 'production', '--yes', '--to', 'push-3']);
    expect(at()).toBe('three.example');
    await push(domains('four.example'));
    const listed = await world.run(['rollback', 'production', '--list', '--json']);
    expect(listed.json()).toMatchObject({
      label: 'push-4',
      pushes: [
        { label: 'push-1' },
        { label: 'push-2' },
        { label: 'push-3' },
        { label: 'push-4', inForce: true },
      ],
    });
  });

  test('leaves what was changed since the push, and tells it', async () => {
    await push({ ...domains('one.example'), ...secret('first') });
    await push({ ...domains('two.example'), ...secret('second') });
    world.ssm.put(`${PREFIX}authinfo/Smarthost`, '{"username":"neko","password":"rotated"}', 'SecureString');
    const ended = await world.run(['rollback', 'production', '--yes', '--json']);
    expect(ended.json()).toMatchObject({ left: ['authinfo/Smarthost'], laid: [{ name: 'recipients' }] });
    expect(world.value('authinfo/Smarthost')).toMatchObject({ password: 'rotated' });
  });

  test('puts back a secret that was there before the push laid over it', async () => {
    await push(domains('one.example'));
    await world.run(['rotate', 'production', 'Smarthost', '--new'], { stdin: 'made by rotate' });
    world.write({ ...domains('two.example'), ...secret('of the folder') });
    await world.run(['push', 'production', '--yes', '--overwrite-secrets']);
    const ended = await world.run(['rollback', 'production', '--yes', '--json']);
    expect(ended.json()).toMatchObject({ unused: [], gone: [] });
    expect(world.value('authinfo/Smarthost')).toEqual({ password: 'made by rotate' });
  });

  test('deletes nothing that a push found as it is', async () => {
    await push(domains('one.example'));
    const args = ['rotate', 'production', 'Smarthost', '--new', '--username', 'neko'];
    await world.run(args, { stdin: 'the same' });
    await push({ ...domains('two.example'), ...secret('the same') });
    const ended = await world.run(['rollback', 'production', '--yes', '--json']);
    expect(ended.json()).toMatchObject({ unused: [], laid: [{ name: 'recipients' }] });
    expect(world.parameter('authinfo/Smarthost')).toMatchObject({ version: 1 });
  });

  test('takes a push back that was broken off', async () => {
    await push(domains('one.example'));
    world.write({ 'haineko.cf': 'hostname: other.example.com\n', ...domains('two.example') });
    world.ssm.delay(50);
    await world.run(['push', 'production', '--yes'], {
      watch: (written, kill) => written.includes('laid haineko.cf') && kill('SIGKILL'),
    });
    world.ssm.delay(0);
    expect(world.value('haineko.cf')).toEqual({ hostname: 'other.example.com' });
    const ended = await world.run(['rollback', 'production', '--yes']);
    expect(ended.status).toBe(0);
    expect(world.value('haineko.cf')).toEqual({ hostname: 'relay.example.com' });
    expect(world.value('recipients')).toEqual({ domainpart: ['one.example'] });
  });

  test('puts a table in shards back, whose shards are still there', async () => {
    const many = (host: string) => ({
      mailertable: JSON.stringify({
        default: { mailer: 'AmazonSES' },
        ...Object.fromEntries(
          Array.from({ length: 200 }, (_, at) => [`c${at}.example`, { host, port: 587 }]),
        ),
      }),
    });
    await push(many('one.example.net'));
    const index = world.value('mailertable');
    await push(many('two.example.net'));
    expect(world.value('mailertable')).not.toEqual(index);
    await world.run(['rollback', 'production', '--yes']);
    expect(world.value('mailertable')).toEqual(index);
    world.ssm.remove(`${PREFIX}mailertable/${String((index as { from: number }).from).padStart(2, '0')}`);
    await world.run(['rollback', 'production', '--yes', '--to', 'push-2']);
    const gone = await world.run(['rollback', 'production', '--yes', '--to', 'push-1']);
    expect(gone).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('of its shards were deleted since'),
    });
  });

  test('refuses where nothing was pushed, without a terminal, and a label that is none', async () => {
    const never = await world.run(['rollback', 'production', '--yes']);
    expect(never).toMatchObject({ status: 1, stderr: expect.stringContaining('nothing was ever pushed') });
    await push(domains('one.example'));
    await push(domains('two.example'));
    expect((await world.run(['rollback', 'production'])).stderr).toContain('no terminal');
    const wrong = await world.run(['rollback', 'production', '--to', 'push-9']);
    expect(wrong).toMatchObject({ status: 2, stderr: expect.stringContaining('There are: push-1, push-2.') });
    expect(world.value('recipients')).toEqual({ domainpart: ['two.example'] });
  });
});

describe('haineko diff', () => {
  test('shows each key that differs, secrets hidden, and writes nothing', async () => {
    await push({
      ...domains('one.example'),
      ...secret('nyanko22'),
      password: "mike: '{SSHA}9p2euyteR33mp0TYKjmYhTlIt1ctxuRn'\n",
    });
    world.write({
      ...domains('one.example', 'two.example'),
      ...secret('other'),
      mailertable: 'default:\n  host: smtp.example.com\n  port: 587\n',
      password: "tora: '{SSHA}9p2euyteR33mp0TYKjmYhTlIt1ctxuRn'\n",
    });
    world.ssm.forgetCalls();
    const ended = await world.run(['diff', 'production']);
    expect(ended.status).toBe(1);
    expect(ended.stdout.split('\n')).toEqual([
      'mailertable',
      '  - default.mailer: "AmazonSES"',
      '  + default.host: "smtp.example.com"',
      '  + default.port: 587',
      'recipients',
      '  + domainpart: "two.example"',
      'password',
      '  - mike',
      '  + tora',
      'authinfo/Smarthost',
      '  ~ password: (hidden)',
      '',
    ]);
    expect(world.ssm.requests.map(({ action }) => action)).not.toContain('PutParameter');
  });

  test('says of what a stack lays that cdk deploy changes it', async () => {
    world.ssm.put(`${PREFIX}stack`, JSON.stringify(BY_STACK));
    const ended = await world.run(['diff', 'production', '--json']);
    expect(ended.json()).toMatchObject({
      differences: expect.arrayContaining([expect.objectContaining({ name: 'mailertable', by: 'stack' })]),
    });
  });
});

describe('haineko pull', () => {
  test('writes tables that say something else, and no secret', async () => {
    await push({
      ...domains('one.example'),
      ...secret('nyanko22'),
      password: "mike: '{SSHA}9p2euyteR33mp0TYKjmYhTlIt1ctxuRn'\n",
    });
    world.ssm.put(`${PREFIX}recipients`, '{"domainpart":["by-hand.example"]}');
    world.write({ authinfo: '', password: '' });
    const asked = await world.run(['pull', 'production']);
    expect(asked).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('+ domainpart: "by-hand.example"'),
    });
    const ended = await world.run(['pull', 'production', '--yes', '--json']);
    expect(ended.json()).toEqual({
      folder: 'config/production',
      written: ['recipients'],
      same: ['haineko.cf', 'mailertable'],
      secrets: ['password'],
    });
    expect((await world.run(['diff', 'production'])).status).toBe(0);
    expect((await world.run(['pull', 'production'])).stdout).toContain('Nothing to write');
  });
});
