import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { localContext } from '../../bin/local/context.ts';
import { type LocalServer, listen } from '../../bin/local/server.ts';
import { HOME, haineko } from './haineko.ts';
import { BY_COMMAND, PREFIX, type StageWorld, stageWorld } from './stage-world.ts';

const HASH = '{SSHA}9p2euyteR33mp0TYKjmYhTlIt1ctxuRn';
const FILES = {
  'haineko.cf': 'hostname: relay.example.com\n',
  mailertable: `default:
  mailer: File
example.org:
  host: smtp.example.com
  port: 587
  starttls: 1
  auth: Smarthost
  fallback: ['old.example', 'spare.example']
old.example:
  host: old.example.com
  disabled: 1
spare.example:
  mailer: Discard
`,
  recipients: "domainpart: ['example.org']\n",
  authinfo: 'Smarthost:\n  username: kijitora@example.jp\n  password: nyanko22\n',
  password: `admin:\n  password: '${HASH}'\n  admin: 1\nmike:\n  password: '${HASH}'\n  senders: ['example.com']\n`,
};

let folder: string;
let server: LocalServer;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'haineko-route-'));
  mkdirSync(join(folder, 'tables'));
  for (const [name, text] of Object.entries(FILES)) writeFileSync(join(folder, 'tables', name), text);
  const options = {
    config: join(folder, 'tables'),
    outbox: folder,
    passwordFile: undefined,
    development: false,
  };
  server = await listen(localContext({ ...options, requireAuth: true }), '127.0.0.1', 0);
});
afterAll(() => server.close());

describe('haineko route', () => {
  test('tells of a folder what was looked at, the route, its credential and fallbacks', async () => {
    const ended = await haineko(['route', 'neko@example.jp', 'kijitora@example.org', '--config', 'tables'], {
      cwd: folder,
    });
    expect(ended).toMatchObject({ status: 0, stderr: '' });
    expect(ended.stdout).toContain(`Looked at
  matched        mailertable example.org`);
    expect(ended.stdout).toContain('mailertable  example.org: ESMTP smtp.example.com:587');
    expect(ended.stdout).toContain('tls          STARTTLS required');
    expect(ended.stdout).toMatch(/auth +Smarthost: password of k\*{4}@example\.jp, version /);
    expect(ended.stdout).toContain(
      '  old.example: left out, the entry has disabled: 1\n  spare.example: Discard',
    );
    expect(ended.stdout).not.toMatch(/nyanko22|kijitora@example\.jp/);
  });

  test('tells every refusal that would come first', async () => {
    const args = [
      'neko@example.jp',
      'tora@example.net',
      '--client',
      '203.0.113.9',
      '--user',
      'mike',
      '--ehlo',
      'x',
    ];
    const ended = await haineko(['route', ...args, '--config', 'tables', '--json'], { cwd: folder });
    expect(ended.status).toBe(1);
    const { refusals } = ended.json() as { refusals: { phase: string }[] };
    expect(refusals.map(({ phase }) => phase)).toEqual(['ehlo', 'mail', 'rcpt']);
  });

  test('is 1 where a credential is not there, and says where it may be', async () => {
    const bare = join(folder, 'bare');
    mkdirSync(bare);
    for (const name of ['haineko.cf', 'mailertable', 'recipients'] as const)
      writeFileSync(join(bare, name), FILES[name]);
    const ended = await haineko(['route', 'neko@example.jp', 'kijitora@example.org', '--config', bare]);
    expect(ended).toMatchObject({ status: 1, stdout: expect.stringContaining('Smarthost: NOT THERE') });
    expect(ended.stdout).toContain("a deployed stage's credentials are in SSM");
  });

  test('asks a relay as a user with admin, and nobody else is told', async () => {
    const url = `http://127.0.0.1:${server.port}`;
    const mail = ['neko@example.com', 'kijitora@example.org', '--user', 'mike'];
    const args = ['route', ...mail, '--url', url];
    const env = { HAINEKO_PASSWORD: 'kijitora' };
    const told = await haineko([...args, '--as', 'admin', '--json'], { env });
    expect(told).toMatchObject({ status: 0, stderr: '' });
    const here = await haineko(['route', ...mail, '--config', 'tables', '--json'], { cwd: folder });
    // a folder does not tell whether an API signs
    const { notes: _, ...answer } = told.json() as Record<string, unknown>;
    expect(here.json()).toMatchObject(answer);
    const nobody = await haineko(args, { env });
    expect(nobody).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('answers HTTP 401\n/route is for users with admin'),
    });
    const wrong = await haineko([...args, '--as', 'admin'], { env: { HAINEKO_PASSWORD: 'wrong' } });
    expect(wrong).toMatchObject({ status: 1, stdout: '', stderr: expect.stringContaining('HTTP 401') });
  });

  test.each([
    ['something else', '{"steps": 1}', 200, 'answers with something else'],
    ['no JSON', '<html>', 200, 'answers with something else'],
    ['a server of another kind', '{}', 404, 'answers HTTP 404'],
  ])('tells that %s answers', async (_, body, status, why) => {
    const other = createServer((_request, response) => response.writeHead(status).end(body));
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
    const ended = await haineko(['route', 'a@example.jp', 'b@example.org', '--url', url]);
    await new Promise((resolve) => other.close(resolve));
    expect(ended).toMatchObject({ status: 1, stdout: '', stderr: expect.stringContaining(why) });
  });

  test.each([
    [
      ['a@example.jp', 'b@example.org', '--client', 'nyaa'],
      "--client: expected an IP address as a text, got 'nyaa'",
    ],
    [
      ['a@example.jp', 'b@example.org', '--url', 'http://127.0.0.1', '--stage', 'x'],
      '--stage: expected no --url beside it',
    ],
    [['a@example.jp', 'b@example.org', '--as', 'admin'], '--as: expected --url with it'],
    [
      ['a@example.jp', 'b@example.org', '--url', 'http://192.0.2.1', '--as', 'admin'],
      'would go in the clear',
    ],
    [['a@example.jp'], "missing required argument 'to'"],
    [['a@example.jp', 'b@example.org', '--config', '/nowhere/at/all'], 'there is no such folder'],
  ])('is called wrongly by %j', async (args, why) => {
    const ended = await haineko(['route', ...args], { cwd: HOME, env: { HAINEKO_PASSWORD: 'x' } });
    expect(ended).toMatchObject({ status: 2, stdout: '', stderr: expect.stringContaining(why) });
  });

  test('tells of wrong tables which and why', async () => {
    const wrong = mkdtempSync(join(tmpdir(), 'haineko-wrong-'));
    writeFileSync(join(wrong, 'mailertable'), 'default:\n  mailr: File\n');
    const ended = await haineko(['route', 'a@example.jp', 'b@example.org', '--config', wrong]);
    expect(ended).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('mailertable: default.mailr: expected a key'),
    });
  });
});

describe('haineko route --stage', () => {
  let world: StageWorld;
  afterEach(() => world.stop());

  test("reads a stage's tables and credentials as its relay does, and who may call it", async () => {
    world = await stageWorld({ ...BY_COMMAND, authorization: 'iam' });
    for (const name of ['haineko.cf', 'recipients'] as const) world.ssm.put(PREFIX + name, FILES[name]);
    world.ssm.put(
      `${PREFIX}mailertable`,
      FILES.mailertable
        .replace('mailer: File', 'mailer: AmazonSES')
        .replace('mailer: Discard', 'mailer: AmazonSES'),
    );
    world.ssm.put(
      `${PREFIX}authinfo/Smarthost`,
      '{"username":"kijitora@example.jp","password":"nyanko22"}',
      'SecureString',
    );
    const ended = await world.run([
      'route',
      'neko@example.jp',
      'kijitora@example.org',
      '--stage',
      'production',
      '--json',
    ]);
    expect(ended.json()).toMatchObject({
      credential: { name: 'Smarthost', found: true, version: '1', username: 'k****@example.jp' },
      refusals: [expect.objectContaining({ phase: 'auth', why: expect.stringContaining('IAM') })],
    });
    expect(ended.stdout).not.toContain('nyanko22');
    // as the relay: nothing but GetParameters, and the stack's record
    const actions = new Set(world.ssm.requests.map(({ action }) => action));
    expect([...actions].sort()).toEqual(['GetParameter', 'GetParameters']);
  });

  test('tells that a stage has no tables', async () => {
    world = await stageWorld(BY_COMMAND);
    const ended = await world.run(['route', 'a@example.jp', 'b@example.org', '--stage', 'production']);
    expect(ended).toMatchObject({ status: 1, stderr: expect.stringContaining('hostname') });
    world.ssm.fail('GetParameters', 'access-denied');
    const denied = await world.run(['route', 'a@example.jp', 'b@example.org', '--stage', 'production']);
    expect(denied).toMatchObject({ status: 1, stderr: expect.stringContaining('needs ssm:GetParameters') });
  });
});
