import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { World } from '../../bin/command.ts';
import { push } from '../../bin/commands/push.ts';
import { rollback } from '../../bin/commands/rollback.ts';
import { whoPushes } from '../../bin/stage/pushes.ts';
import { BY_COMMAND, PREFIX, type StageWorld, stageWorld } from './stage-world.ts';

let world: StageWorld;
const before = { ...process.env };
const home = process.cwd();
beforeEach(async () => {
  world = await stageWorld(BY_COMMAND);
});
afterEach(async () => {
  process.env = { ...before };
  process.chdir(home);
  await world.stop();
});
const puts = () => world.ssm.requests.filter(({ action }) => action === 'PutParameter').length;

/** A person on a terminal, who answers each question; `asked` may do something meanwhile. In this process, where there is no terminal. */
function person(answer: string, asked: () => void = () => {}) {
  process.chdir(world.folder);
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: world.ssm.url,
    AWS_REGION: 'ap-northeast-1',
    AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'x',
  });
  const stdin = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => stdin });
  const stderr = new PassThrough();
  let shown = '';
  stderr.on('data', (chunk: Buffer) => {
    shown += chunk.toString();
    if (!chunk.toString().endsWith('(yes/no): ')) return;
    asked();
    setImmediate(() => stdin.write(`${answer}\r`));
  });
  const made = {
    env: process.env,
    cwd: world.folder,
    stdin: stdin as unknown as World['stdin'],
    stdout: new PassThrough(),
    stderr,
    json: false,
    now: Date.now,
  } satisfies World;
  return { made, shown: () => shown };
}

describe('haineko push, asking', () => {
  test('shows what differs and where, and lays it at a yes', async () => {
    const { made, shown } = person('yes');
    expect((await push.run(['production'], {}, made)).text).toContain('push-1: 3 laid');
    expect(shown()).toContain('+ hostname: "relay.example.com"');
    expect(shown()).toMatch(
      /Lay this in \/haineko\/production\/ \(account \d{12}, [a-z0-9-]+\)\? \(yes\/no\): /,
    );
  });

  test.each(['no', '', 'y'])('lays nothing at %j', async (answer) => {
    await expect(push.run(['production'], {}, person(answer).made)).rejects.toThrow('not confirmed');
    expect(puts()).toBe(0);
  });

  test('lays nothing where somebody else changed something meanwhile', async () => {
    const meanwhile = () => world.ssm.put(`${PREFIX}recipients`, '{"domainpart":["theirs.example"]}');
    await expect(push.run(['production'], {}, person('yes', meanwhile).made)).rejects.toThrow(
      'somebody else changed recipients meanwhile',
    );
    expect(puts()).toBe(0);
  });

  test('rollback asks too', async () => {
    await world.run(['push', 'production', '--yes']);
    world.write({ recipients: "domainpart: ['two.example']\n" });
    await world.run(['push', 'production', '--yes']);
    const { made, shown } = person('yes');
    await rollback.run(['production'], {}, made);
    expect(shown()).toContain('Go from push-2 to push-1 in /haineko/production/');
    expect(world.value('recipients')).toEqual({ domainpart: ['example.org'] });
  });
});

describe('haineko push and rollback, among others', () => {
  const record = (more: object) => ({
    label: 'push-4',
    state: 'writing',
    at: new Date().toISOString(),
    by: 'mike@elsewhere',
    pushes: [
      { label: 'push-3', at: new Date().toISOString(), by: 'mike@elsewhere' },
      { label: 'push-2', at: new Date().toISOString(), by: 'mike@elsewhere' },
    ],
    ...more,
  });
  const lay = (more: object = {}) => world.ssm.put(`${PREFIX}push`, JSON.stringify(record(more)));

  test.each([['push'], ['rollback'], ['rotate']])(
    '%s waits for another push that is under way',
    async (name) => {
      lay();
      const args =
        name === 'rotate' ? ['rotate', 'production', 'Key', '--new'] : [name, 'production', '--yes'];
      const ended = await world.run(args, { stdin: 'secret' });
      expect(ended).toMatchObject({
        status: 1,
        stderr: expect.stringContaining('mike@elsewhere began push-4'),
      });
      expect(puts()).toBe(0);
    },
  );

  test.each([
    ['two minutes old', new Date(Date.now() - 121_000)],
    ['of tomorrow', new Date(Date.now() + 86_400_000)],
  ])('push goes on with one that is %s', async (_, at) => {
    lay({ at: at.toISOString() });
    const ended = await world.run(['push', 'production', '--yes', '--json']);
    expect(ended.json()).toMatchObject({ label: 'push-4' });
  });

  test('push takes no old record for one under way, whoever has its process number by now', async () => {
    lay({ by: whoPushes(), pid: 1, at: '2020-01-01T00:00:00.000Z' });
    expect((await world.run(['push', 'production', '--yes'])).status).toBe(0);
  });

  test.each([
    ['PutParameter', 'access-denied', 'needs ssm:PutParameter'],
    ['PutParameter', 'expired-token', 'the session with AWS has expired'],
    ['PutParameter', 'throttling', 'AWS throttles'],
    ['LabelParameterVersion', 'access-denied', 'needs ssm:LabelParameterVersion'],
  ] as const)(
    'push that AWS stops in its midst (%s, %s) says why, and is gone on with',
    async (action, fault, why) => {
      world.ssm.failAfter(action, 2, fault);
      const ended = await world.run(['push', 'production', '--yes']);
      expect(ended).toMatchObject({ status: 1, stdout: '', stderr: expect.stringContaining(why) });
      expect(world.value('push')).toMatchObject({ label: 'push-1', state: 'writing' });
      world.ssm.fail(action, undefined);
      expect((await world.run(['push', 'production', '--yes'])).status).toBe(0);
      expect(world.value('push')).toMatchObject({ label: 'push-1', state: 'done' });
      expect(world.value('recipients')).toEqual({ domainpart: ['example.org'] });
    },
  );

  test('a rollback that is interrupted says so, and goes on', async () => {
    for (const name of ['one', 'two']) {
      world.write({
        'haineko.cf': `hostname: ${name}.example\n`,
        recipients: `domainpart: ['${name}.example']\n`,
        relayhosts: `relayhosts: ['192.0.2.${name.length}', '${name === 'one' ? '192.0.2.8' : '192.0.2.9'}']\n`,
        sendermt: `${name}.example:\n  mailer: AmazonSES\n`,
      });
      await world.run(['push', 'production', '--yes']);
    }
    world.ssm.delay(100);
    let killed = false;
    const ended = await world.run(['rollback', 'production', '--yes'], {
      watch: (written, kill) => {
        if (killed || !written.includes('laid haineko.cf')) return;
        killed = true;
        kill('SIGINT');
      },
    });
    expect(ended).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/interrupted: [123] of 4 parameters are put back/),
    });
    world.ssm.delay(0);
    expect((await world.run(['rollback', 'production', '--yes'])).status).toBe(0);
    expect(world.value('recipients')).toEqual({ domainpart: ['one.example'] });
    expect(world.value('push')).toMatchObject({ label: 'push-1', state: 'done' });
  });

  test('lays what is named before what names it, and takes it away after', async () => {
    const route = { mailer: 'AmazonSES' };
    const with_ = {
      mailertable: { default: route, 'spare.example': route },
      sendermt: { 'a.example': { ...route, fallback: ['spare.example'] } },
    };
    const without = { mailertable: { default: route }, sendermt: { 'a.example': route } };
    const orderOf = async (tables: object) => {
      world.write(
        Object.fromEntries(Object.entries(tables).map(([name, table]) => [name, JSON.stringify(table)])),
      );
      const { stderr } = await world.run(['push', 'production', '--yes']);
      return [...stderr.matchAll(/laid (mailertable|sendermt),/g)].map(([, name]) => name);
    };
    await orderOf(without);
    expect(await orderOf(with_)).toEqual(['mailertable', 'sendermt']);
    expect(await orderOf(without)).toEqual(['sendermt', 'mailertable']);
  });

  test('lays over a document that nobody can read', async () => {
    world.ssm.put(`${PREFIX}recipients`, 'domainpart: [');
    const ended = await world.run(['push', 'production', '--yes']);
    expect(ended).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('what stands in SSM cannot be read'),
    });
    expect(world.value('recipients')).toEqual({ domainpart: ['example.org'] });
  });

  test('asks for --key-id where the secrets are under several keys', async () => {
    for (const [at, keyId] of ['alias/one', 'alias/two'].entries())
      world.ssm.put(`${PREFIX}authinfo/K${at}`, '{"password":"x"}', 'SecureString', { keyId });
    const ended = await world.run(['rotate', 'production', 'New', '--new'], { stdin: 'secret' });
    expect(ended).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('Name one with --key-id: alias/one, alias/two'),
    });
    const named = await world.run(['rotate', 'production', 'New', '--new', '--key-id', 'aws/ssm'], {
      stdin: 'secret',
    });
    expect(named.status).toBe(0);
    expect(world.parameter('authinfo/New')?.keyId).toBe('alias/aws/ssm');
  });
});
