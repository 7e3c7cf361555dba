import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { verifyPassword } from '../../functions/tables/password-hash.ts';
import { CERTIFICATE, type Smarthost, startSmarthost } from '../bundle/smarthost.ts';
import { BY_COMMAND, BY_STACK, PREFIX, type StageWorld, stageWorld } from './stage-world.ts';

const HASH = '{SSHA}9p2euyteR33mp0TYKjmYhTlIt1ctxuRn';
let world: StageWorld;
const secret = (name: string, document: object) =>
  world.ssm.put(PREFIX + name, JSON.stringify(document), 'SecureString');
const routes = (port = 587) =>
  world.ssm.put(
    `${PREFIX}mailertable`,
    JSON.stringify({
      default: { mailer: 'AmazonSES' },
      'example.org': { host: 'smtp.example.test', port, starttls: 1, tls_verify: 0, auth: 'Smarthost' },
    }),
  );

beforeEach(async () => {
  world = await stageWorld(BY_COMMAND);
  world.ssm.put(`${PREFIX}haineko.cf`, '{"hostname":"relay.example.com"}');
  routes();
  secret('authinfo/Smarthost', { username: 'neko', password: 'old' });
  secret('password', { kijitora: HASH, mike: { password: HASH, senders: ['example.com'] } });
});
afterEach(() => world.stop());

describe('haineko rotate, of a credential', () => {
  test('lays the new password and nothing else, and says by when relays use it', async () => {
    const before = Date.now();
    const ended = await world.run(['rotate', 'production', 'Smarthost', '--json'], { stdin: 'nyanko22\n' });
    expect(ended).toMatchObject({ status: 0, stderr: '' });
    const { version, laidAt, inForceBy } = ended.json() as {
      version: number;
      laidAt: string;
      inForceBy: string;
    };
    expect(version).toBe(2);
    expect(Date.parse(laidAt)).toBeGreaterThanOrEqual(before);
    expect(Date.parse(inForceBy) - Date.parse(laidAt)).toBe(60_000);
    expect(world.value('authinfo/Smarthost')).toEqual({ username: 'neko', password: 'nyanko22' });
    const puts = world.ssm.requests.filter(({ action }) => action === 'PutParameter');
    expect(puts.map(({ input }) => input['Name'])).toEqual([`${PREFIX}authinfo/Smarthost`]);
    expect(ended.stdout).not.toContain('nyanko22');
  });

  test('tells people which routes name it', async () => {
    const ended = await world.run(['rotate', 'production', 'Smarthost'], { stdin: 'nyanko22' });
    expect(ended.stdout).toMatch(
      /credential Smarthost, version 2\.\nRoutes that name it: mailertable example\.org\.\nAll relays use it by \d\d:\d\d:\d\d UTC/,
    );
  });

  test('lays nothing where it is the same', async () => {
    const ended = await world.run(['rotate', 'production', 'Smarthost'], { stdin: 'old' });
    expect(ended).toMatchObject({ status: 0, stdout: expect.stringContaining('Nothing to lay') });
    expect(world.parameter('authinfo/Smarthost')?.version).toBe(1);
  });

  test('--rollback lays the one before, and again the one after it', async () => {
    await world.run(['rotate', 'production', 'Smarthost'], { stdin: 'new' });
    await world.run(['rotate', 'production', 'Smarthost', '--rollback']);
    expect(world.value('authinfo/Smarthost')).toMatchObject({ password: 'old' });
    await world.run(['rotate', 'production', 'Smarthost', '--rollback']);
    expect(world.value('authinfo/Smarthost')).toMatchObject({ password: 'new' });
  });

  test('--rollback says so where there is none', async () => {
    const ended = await world.run(['rotate', 'production', 'Smarthost', '--rollback']);
    expect(ended).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('no other version to go back to'),
    });
  });

  test('keeps it under its key', async () => {
    const keyId = 'arn:aws:kms:ap-northeast-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';
    world.ssm.put(`${PREFIX}authinfo/Smarthost`, '{"username":"neko","password":"older"}', 'SecureString', {
      keyId,
    });
    await world.run(['rotate', 'production', 'Smarthost'], { stdin: 'new' });
    expect(world.parameter('authinfo/Smarthost')).toMatchObject({ version: 3, keyId });
  });

  test('--new makes one; without a route it says how to name it', async () => {
    const ended = await world.run(['rotate', 'production', 'SendGrid', '--new'], { stdin: 'SG.key' });
    expect(ended).toMatchObject({
      status: 0,
      stdout: expect.stringContaining("No route names it yet: auth: 'SendGrid'"),
    });
    expect(world.parameter('authinfo/SendGrid')).toMatchObject({ type: 'SecureString', version: 1 });
    expect(world.value('authinfo/SendGrid')).toEqual({ password: 'SG.key' });
    const again = await world.run(['rotate', 'production', 'SendGrid', '--new'], { stdin: 'SG.key' });
    expect(again).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('there is a credential SendGrid already'),
    });
  });

  test('replaces what a credential has in place of a password', async () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
    const { privateKey: other } = generateKeyPairSync('rsa', { modulusLength: 1024 });
    const pem = (key: typeof privateKey) => key.export({ type: 'pkcs8', format: 'pem' }).toString();
    secret('authinfo/Key', { domain: 'example.com', selector: 'a', privateKey: pem(privateKey) });
    expect(
      (await world.run(['rotate', 'production', 'Key', '--selector', 'b'], { stdin: pem(other) })).status,
    ).toBe(0);
    expect(world.value('authinfo/Key')).toEqual({
      domain: 'example.com',
      selector: 'b',
      privateKey: pem(other),
    });
    const oauth2 = {
      tokenUrl: 'https://token.example/',
      clientId: 'id',
      clientSecret: 's',
      refreshToken: 'old',
    };
    secret('authinfo/Google', { username: 'neko@example.com', oauth2 });
    const ended = await world.run(['rotate', 'production', 'Google'], { stdin: 'new' });
    expect(ended.stderr).toBe('');
    expect(world.value('authinfo/Google')).toMatchObject({ oauth2: { ...oauth2, refreshToken: 'new' } });
    const wrong = await world.run(['rotate', 'production', 'Key'], { stdin: 'nyanko22' });
    expect(wrong).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('expected an RSA private key in PEM'),
    });
    expect(wrong.stderr).not.toContain('nyanko22');
  });

  test('--document takes a whole credential', async () => {
    const stdin = 'username: tora\npassword: nyanko22\n';
    await world.run(['rotate', 'production', 'Smarthost', '--document'], { stdin });
    expect(world.value('authinfo/Smarthost')).toEqual({ username: 'tora', password: 'nyanko22' });
    const wrong = await world.run(['rotate', 'production', 'Smarthost', '--document'], {
      stdin: 'user: nyanko22\n',
    });
    expect(wrong).toMatchObject({ status: 1, stderr: expect.stringContaining('authinfo/Smarthost') });
    expect(wrong.stderr).not.toContain('nyanko22');
  });

  test('deletes nothing to make it anew as a secret, unless it is told so', async () => {
    world.ssm.remove(`${PREFIX}authinfo/Smarthost`);
    world.ssm.put(`${PREFIX}authinfo/Smarthost`, '{"username":"neko","password":"open"}', 'String');
    const ended = await world.run(['rotate', 'production', 'Smarthost'], { stdin: 'new' });
    expect(ended).toMatchObject({ status: 1, stderr: expect.stringContaining('Say --retype') });
    expect(world.parameter('authinfo/Smarthost')).toMatchObject({ type: 'String', version: 1 });
  });

  test('lays the same secret anew under the key that it is told', async () => {
    const args = ['rotate', 'production', 'Smarthost', '--key-id', 'alias/ours'];
    expect((await world.run(args, { stdin: 'old' })).status).toBe(0);
    expect(world.parameter('authinfo/Smarthost')).toMatchObject({ version: 2, keyId: 'alias/ours' });
  });

  test('lays nothing where somebody else laid one meanwhile', async () => {
    world.ssm.delay(100);
    const timer = setInterval(() => {
      if (world.ssm.requests.some(({ action }) => action === 'DescribeParameters')) {
        clearInterval(timer);
        secret('authinfo/Smarthost', { username: 'neko', password: 'somebody-elses' });
      }
    }, 5);
    const ended = await world.run(['rotate', 'production', 'Smarthost'], { stdin: 'new' });
    clearInterval(timer);
    expect(ended).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('somebody else changed authinfo/Smarthost'),
    });
    expect(world.value('authinfo/Smarthost')).toMatchObject({ password: 'somebody-elses' });
  });

  test.each([
    [['rotate', 'production', 'Nobody'], 1, 'there is no credential or user Nobody'],
    [['rotate', 'production', 'kijitora', '--verify'], 2, '--verify: expected an option for a credential'],
    [['rotate', 'production', 'Smarthost', '--admin'], 2, '--admin: expected an option for a user'],
    [
      ['rotate', 'production', 'Smarthost', '--rollback', '--verify'],
      2,
      '--rollback: expected no --verify with it',
    ],
    [['rotate', 'production', 'Smart host', '--new'], 2, '<name>: expected a name of 1 to 64 characters'],
    [['rotate', 'production', 'arn:aws:iam::123456789012:role/x'], 2, 'an IAM principal has neither'],
    [['rotate', 'production', 'Smarthost', '--selector', 'x'], 2, '--selector is for a DKIM key'],
  ])('refuses %j', async (args, status, why) => {
    const ended = await world.run(args, { stdin: 'new' });
    expect(ended).toMatchObject({ status, stdout: '', stderr: expect.stringContaining(why) });
    expect(world.ssm.requests.some(({ action }) => action === 'PutParameter')).toBe(false);
  });

  test('asks which is meant where a credential and a user have the name', async () => {
    secret('authinfo/kijitora', { password: 'key' });
    const ended = await world.run(['rotate', 'production', 'kijitora'], { stdin: 'new' });
    expect(ended).toMatchObject({ status: 2, stderr: expect.stringContaining('Say --credential or --user') });
    expect(
      (await world.run(['rotate', 'production', 'kijitora', '--credential'], { stdin: 'new' })).status,
    ).toBe(0);
    expect(world.value('authinfo/kijitora')).toEqual({ password: 'new' });
  });
});

describe('haineko rotate --verify', () => {
  let smarthost: Smarthost;
  const NAMES = new URL('../doubles/names.mjs', import.meta.url).href;
  const verify = (name: string, stdin: string, args: readonly string[] = []) =>
    world.run(['rotate', 'production', name, '--verify', ...args], {
      stdin,
      env: {
        NODE_OPTIONS: `--import ${NAMES}`,
        NODE_EXTRA_CA_CERTS: CERTIFICATE,
        TEST_HOSTS: JSON.stringify({ 'smtp.example.test': '127.0.0.1' }),
      },
    });
  const lay = (route: object) =>
    world.ssm.put(
      `${PREFIX}mailertable`,
      JSON.stringify({ default: { mailer: 'AmazonSES' }, 'example.org': route }),
    );

  beforeEach(async () => {
    smarthost = await startSmarthost('neko', 'right');
    lay({ host: 'smtp.example.test', port: smarthost.port, starttls: 1, auth: 'Smarthost' });
  });
  afterEach(() => smarthost.stop());

  test('lays a password that the mail server takes, and sends nothing', async () => {
    const ended = await verify('Smarthost', 'right');
    expect(ended).toMatchObject({ status: 0, stderr: '' });
    expect(ended.stdout).toContain('mailertable example.org (ESMTP): taken.');
    expect(world.value('authinfo/Smarthost')).toEqual({ username: 'neko', password: 'right' });
    expect(smarthost.accepted).toEqual([]);
  });

  test('lays nothing that the mail server refuses', async () => {
    const ended = await verify('Smarthost', 'wrong-secret');
    expect(ended).toMatchObject({ status: 1, stdout: '' });
    expect(ended.stderr).toContain(
      'Smarthost was refused, and nothing was laid:\nmailertable example.org (ESMTP): REFUSED.',
    );
    expect(ended.stderr).not.toContain('wrong-secret');
    expect(world.parameter('authinfo/Smarthost')?.version).toBe(1);
  });

  test("tries an API key by the API's own check", async () => {
    const asked: string[] = [];
    const api = createServer((request, response) => {
      asked.push(`${request.method} ${request.url}`);
      const good = request.headers['x-postmark-server-token'] === 'right-key';
      response.writeHead(good ? 200 : 401, { 'content-type': 'application/json' });
      response.end(
        JSON.stringify(good ? { ID: 1, Name: 'Server' } : { ErrorCode: 10, Message: 'No account' }),
      );
    });
    await new Promise<void>((resolve) => api.listen(0, '127.0.0.1', resolve));
    const { port } = api.address() as AddressInfo;
    lay({ mailer: 'Postmark', endpoint: `http://127.0.0.1:${port}`, auth: 'Key' });
    secret('authinfo/Key', { password: 'old' });
    expect((await verify('Key', 'wrong-key')).status).toBe(1);
    expect(world.value('authinfo/Key')).toEqual({ password: 'old' });
    expect(await verify('Key', 'right-key')).toMatchObject({ status: 0, stderr: '' });
    expect(world.value('authinfo/Key')).toEqual({ password: 'right-key' });
    expect(asked).toEqual(['GET /server', 'GET /server']);
    await new Promise((resolve) => api.close(resolve));
  });

  test('tries it once where many routes lead there, and by no disabled one', async () => {
    const route = { host: 'smtp.example.test', port: smarthost.port, starttls: 1, auth: 'Smarthost' };
    world.ssm.put(
      `${PREFIX}mailertable`,
      JSON.stringify({
        default: { mailer: 'AmazonSES' },
        ...Object.fromEntries(Array.from({ length: 40 }, (_, at) => [`c${at}.example`, route])),
        'gone.example': { ...route, host: 'gone.example.test', disabled: 1 },
      }),
    );
    const ended = await verify('Smarthost', 'right');
    expect(ended.status).toBe(0);
    expect(ended.stdout.match(/taken\./g)).toHaveLength(1);
    expect(ended.stdout).toContain('and 20 more');
  });

  test('lays nothing where it cannot be tried', async () => {
    lay({ host: 'nowhere.example.test', port: 587, starttls: 1, auth: 'Smarthost' });
    const ended = await verify('Smarthost', 'right');
    expect(ended).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('was not tried, and nothing was laid'),
    });
    expect(ended.stderr).toContain('mailertable example.org (ESMTP): could not be tried.');
    expect(world.parameter('authinfo/Smarthost')?.version).toBe(1);
  });

  test('says so where no route names it', async () => {
    const ended = await verify('New', 'right', ['--new']);
    expect(ended).toMatchObject({ status: 1, stderr: expect.stringContaining('no route names it') });
  });
});

describe('haineko rotate, of a user', () => {
  test('makes another entry, and leaves rights and the other users as they are', async () => {
    const ended = await world.run(['rotate', 'production', 'mike'], { stdin: 'nyanko22' });
    expect(ended).toMatchObject({ status: 0, stdout: expect.stringContaining('user mike, version 2') });
    const { kijitora, mike } = world.value('password') as {
      kijitora: string;
      mike: { password: string; senders: string[] };
    };
    expect(kijitora).toBe(HASH);
    expect(mike.senders).toEqual(['example.com']);
    expect(await verifyPassword('nyanko22', mike.password)).toBe(true);
    await world.run(['rotate', 'production', 'mike', '--rollback']);
    expect(world.value('password')).toMatchObject({ mike: { password: HASH, senders: ['example.com'] } });
  });

  test('--rollback lays the password before, and leaves the rights of today', async () => {
    await world.run(['rotate', 'production', 'mike'], { stdin: 'nyanko22' });
    await world.run(['rotate', 'production', 'mike', '--sender', 'example.net', '--admin'], {
      stdin: 'nyanko23',
    });
    const today = world.value('password') as { mike: { password: string } };
    const ended = await world.run(['rotate', 'production', 'mike', '--rollback']);
    expect(ended.stdout).toMatch(/Back to the secret of version 2, laid \d{4}-/);
    const { mike } = world.value('password') as { mike: { password: string } };
    expect(mike).toMatchObject({ senders: ['example.net'], admin: 1 });
    expect(mike.password).not.toBe(today.mike.password);
    expect(await verifyPassword('nyanko22', mike.password)).toBe(true);
  });

  test('--new --user makes one, with its rights, also in a stage that has none', async () => {
    world.ssm.remove(`${PREFIX}password`);
    const args = [
      'rotate',
      'production',
      'tora',
      '--new',
      '--user',
      '--sender',
      'example.com',
      '--sender',
      'a@example.net',
    ];
    expect((await world.run(args, { stdin: 'nyanko22' })).status).toBe(0);
    expect(world.parameter('password')?.type).toBe('SecureString');
    expect(world.value('password')).toMatchObject({ tora: { senders: ['example.com', 'a@example.net'] } });
    const wrong = await world.run(
      ['rotate', 'production', 'tama', '--new', '--user', '--sender', 'not a domain'],
      { stdin: 'x' },
    );
    expect(wrong).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('tama.senders[0]: expected a domain or an e-mail address'),
    });
  });

  test('changes nothing of a stage whose users are IAM principals', async () => {
    world.ssm.put(`${PREFIX}stack`, JSON.stringify({ ...BY_STACK, authorization: 'iam' }));
    world.ssm.remove(`${PREFIX}password`);
    world.ssm.put(`${PREFIX}password`, '{"arn:aws:iam::123456789012:role/billing":{}}');
    const ended = await world.run(['rotate', 'production', 'tora', '--new', '--user'], { stdin: 'nyanko22' });
    expect(ended).toMatchObject({ status: 1, stderr: expect.stringContaining("authorization: 'iam'") });
    expect(world.parameter('password')).toMatchObject({ type: 'String', version: 1 });
  });

  test('finds a user in a table in shards, and lays it in shards', async () => {
    world.write({
      password: JSON.stringify(
        Object.fromEntries(
          Array.from({ length: 150 }, (_, at) => [`user${at}`, { password: HASH, senders: ['example.com'] }]),
        ),
      ),
    });
    expect((await world.run(['push', 'production', '--yes', '--overwrite-secrets'])).status).toBe(0);
    expect(world.value('password')).toHaveProperty('shards');
    const ended = await world.run(['rotate', 'production', 'user77'], { stdin: 'nyanko22' });
    expect(ended.status).toBe(0);
    const diff = await world.run(['diff', 'production']);
    expect(diff.stdout).toContain('password\n  ~ user77: another password');
    expect((await world.run(['rotate', 'production', 'user77', '--rollback'])).status).toBe(0);
    expect((await world.run(['diff', 'production'])).status).toBe(0);
  });
});
