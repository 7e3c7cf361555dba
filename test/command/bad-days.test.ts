import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { commands } from '../../bin/commands/index.ts';
import type { SsmAction, SsmFault } from '../doubles/ssm.ts';
import { haineko } from './haineko.ts';
import { BY_COMMAND, type StageWorld, stageWorld } from './stage-world.ts';

/** Every command that asks SSM, and the least that it must be told. */
const COMMANDS: readonly (readonly [string, readonly string[], string])[] = [
  ['push', ['push', 'production', '--yes'], ''],
  ['pull', ['pull', 'production', '--yes'], ''],
  ['diff', ['diff', 'production'], ''],
  ['rollback', ['rollback', 'production', '--yes'], ''],
  ['rotate', ['rotate', 'production', 'Smarthost', '--new'], 'nyanko22'],
  ['check', ['check', 'production', '--aws'], ''],
  ['route', ['route', 'a@example.jp', 'b@example.org', '--stage', 'production'], ''],
  ['send', ['send', '--stage', 'production', '-f', 'a@example.jp', '-t', 'b@example.org', '-b', 'x'], ''],
  ['status', ['status', 'q9AMDfMJeEMaAm3b', '--stage', 'production'], ''],
  ['conf', ['conf', 'production'], ''],
  ['destroy', ['destroy', 'production', '--yes-delete', 'production'], ''],
  ['start', ['start', '--port', '0', '--stage', 'production', '--read-only-aws'], ''],
];
const ACTION: Readonly<Record<string, SsmAction>> = {
  start: 'GetParameters',
  route: 'GetParameters',
  send: 'GetParameter',
  status: 'GetParameter',
};

let world: StageWorld;
beforeEach(async () => {
  world = await stageWorld(BY_COMMAND);
});
afterEach(() => world.stop());

const oneClearLine = (stderr: string) => {
  expect(stderr).not.toMatch(/\n {4}at |node:internal|Warning/);
  expect(stderr.trimEnd().split('\n').length).toBeLessThanOrEqual(3);
};

describe.each(COMMANDS)('haineko %s, on a bad day', (name, args, stdin) => {
  const action = ACTION[name] ?? 'GetParametersByPath';
  test.each<[SsmFault, string]>([
    ['expired-token', 'the session with AWS has expired'],
    ['unrecognized-client', 'AWS does not know these keys'],
    ['access-denied', `needs ssm:${action}`],
    ['throttling', 'AWS throttles, after several attempts'],
    ['signature', "this machine's clock is wrong"],
  ])('tells %s in a clear line, and what to do', async (fault, why) => {
    world.ssm.fail(action, fault);
    const ended = await world.run(args, { stdin });
    expect(ended).toMatchObject({ status: 1, stdout: '', stderr: expect.stringContaining(why) });
    oneClearLine(ended.stderr);
    expect(world.ssm.requests.some((each) => each.action === 'PutParameter')).toBe(false);
  });

  test('says the same as JSON on stdout', async () => {
    world.ssm.fail(action, 'access-denied');
    const ended = await world.run([...args, '--json'], { stdin });
    expect(ended.json()).toEqual({
      error: {
        message: expect.stringContaining('not permitted'),
        hint: expect.stringContaining('needs ssm:'),
      },
    });
  });

  test('tells that there are no keys', async () => {
    const env = { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' };
    const ended = await world.run(args, { stdin, env });
    expect(ended).toMatchObject({ status: 1, stderr: expect.stringContaining('no keys for AWS') });
    expect(ended.stderr).toContain('aws sso login');
    oneClearLine(ended.stderr);
  });

  test('tells that the profile is none', async () => {
    const ended = await world.run([...args, '--profile', 'nobodys'], { stdin });
    expect(ended).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('no keys for AWS in the profile nobodys'),
    });
    oneClearLine(ended.stderr);
  });

  test('tells that there is no region', async () => {
    const ended = await world.run(args, { stdin, env: { AWS_REGION: '' } });
    expect(ended).toMatchObject({ status: 1, stderr: expect.stringContaining('no region') });
    expect(ended.stderr).toContain('--region');
    oneClearLine(ended.stderr);
  });

  test('tells that there is no way to AWS', async () => {
    const closed = createServer();
    const port = await new Promise<number>((resolve) =>
      closed.listen(0, '127.0.0.1', () => resolve((closed.address() as { port: number }).port)),
    );
    await new Promise((resolve) => closed.close(resolve));
    const ended = await world.run(args, { stdin, env: { AWS_ENDPOINT_URL: `http://127.0.0.1:${port}` } });
    expect(ended).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('no way to AWS: ECONNREFUSED'),
    });
    oneClearLine(ended.stderr);
  });

  test('refuses what is no stage, and an option that it does not have', async () => {
    const wrong = args.map((each) => (each === 'production' ? 'Production!' : each));
    expect(await world.run(wrong, { stdin })).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('expected 1 to 32 of a-z'),
    });
    expect(await world.run([...args, '--nyaa'], { stdin })).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("unknown option '--nyaa'"),
    });
  });
});

describe('haineko, and the keys of a profile', () => {
  test('--profile goes before the keys of the environment, and its region counts', async () => {
    const home = join(world.folder, 'home');
    mkdirSync(join(home, '.aws'), { recursive: true });
    writeFileSync(join(home, '.aws', 'config'), '[profile mail]\nregion = eu-central-1\n');
    writeFileSync(
      join(home, '.aws', 'credentials'),
      '[mail]\naws_access_key_id = AKIAPROFILE\naws_secret_access_key = x\n',
    );
    const seen: string[] = [];
    const { createServer: http } = await import('node:http');
    const server = http((request, response) => {
      seen.push(request.headers.authorization ?? '');
      response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' }).end('{"Parameters": []}');
    });
    const url = await new Promise<string>((resolve) =>
      server.listen(0, '127.0.0.1', () =>
        resolve(`http://127.0.0.1:${(server.address() as { port: number }).port}`),
      ),
    );
    const env = { HOME: home, AWS_ENDPOINT_URL: url, AWS_REGION: '' };
    await haineko(['diff', 'production', '--profile', 'mail'], { cwd: world.folder, env });
    await haineko(['diff', 'production', '--profile', 'mail', '--region', 'us-east-2'], {
      cwd: world.folder,
      env,
    });
    await new Promise((resolve) => server.close(resolve));
    expect(seen[0]).toMatch(/Credential=AKIAPROFILE\/\d{8}\/eu-central-1\/ssm\//);
    expect(seen.at(-1)).toMatch(/Credential=AKIAPROFILE\/\d{8}\/us-east-2\/ssm\//);
  });
});

describe('haineko COMMAND --help', () => {
  test.each(commands.map(({ name, examples }) => [name, examples] as const))(
    '%s has its examples and exit statuses',
    async (name, examples) => {
      const { status, stdout } = await haineko([name, '--help']);
      expect(status).toBe(0);
      for (const [line, what] of examples) expect(stdout).toContain(`  ${line}\n      ${what}\n`);
      expect(stdout).toMatch(/Exit status:\n {2}0 {2}/);
    },
  );
});

describe('haineko', () => {
  test('prints help with its commands, and tells what it does not know', async () => {
    expect(await haineko(['--help'])).toMatchObject({ status: 0, stdout: expect.stringContaining('push') });
    expect(await haineko([])).toMatchObject({
      status: 2,
      stdout: '',
      stderr: expect.stringContaining('Usage: haineko'),
    });
    expect(await haineko(['psuh'])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("unknown command 'psuh'\n(Did you mean push?)"),
    });
    expect(await haineko(['push'])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("missing required argument 'stage'"),
    });
  });
});
