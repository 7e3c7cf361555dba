import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hashPassword } from '../../functions/tables/password-hash.ts';
import { type ScriptedServer, startScriptedServer } from '../dialogue/scripted-server.ts';
import { ask, type Running, started } from '../server/process.ts';
import { haineko } from './haineko.ts';

const MAIL = { ehlo: '[127.0.0.1]', mail: 'neko@example.jp', header: { subject: 'Nyaa' }, body: 'x' };
const AUTHORIZATION = { authorization: `Basic ${Buffer.from('neko:nyanko22').toString('base64')}` };
const SERVERS = {
  rejecting: 'S: 220 x\nC: EHLO*\nS: 250 x\nC: MAIL*\nS: 250 ok\nC: RCPT*\nS: 550 5.1.1 no such cat',
  breaking: 'S: 220 x\nC: EHLO*\nS: 250 x\n@envelope\n@data\n-- mail\n-- reset',
  slow: 'S: 220 x\nC: EHLO*\nS: 250 x\n@envelope\n@data\n-- mail\n-- wait 4000\nS: 250 2.0.0 at last',
};

// What became of mails that a real relay took, by servers that take, refuse, break and wait.
describe('haineko status', () => {
  const folder = mkdtempSync(join(tmpdir(), 'haineko-status-'));
  const journal = join(folder, 'journal');
  const servers: Record<string, ScriptedServer> = {};
  let relay: Running;

  beforeAll(async () => {
    for (const [name, script] of Object.entries(SERVERS)) servers[name] = await startScriptedServer(script);
    const to = (name: string) => `{ host: 127.0.0.1, port: ${servers[name]?.port} }`;
    const tables = {
      'haineko.cf': 'hostname: relay.example.jp\n',
      mailertable: [
        'default: { mailer: File }',
        `rejecting.example: ${to('rejecting')}`,
        `breaking.example: ${to('breaking')}`,
        `slow.example: ${to('slow')}`,
        `closed.example: { host: 127.0.0.1, port: ${await closedPort()}, retry: 1, sleep: 1 }`,
      ].join('\n'),
      recipients:
        'domainpart: [ example.org, rejecting.example, breaking.example, slow.example, closed.example ]\n',
      password: `neko: '${await hashPassword('nyanko22')}'\n`,
    };
    for (const [name, text] of Object.entries(tables)) writeFileSync(join(folder, name), text);
    relay = await started([
      ...['--port', '0', '--config', folder, '--outbox', join(folder, 'outbox')],
      ...['--journal', journal, '--auth'],
    ]);
  });
  afterAll(async () => {
    await relay.stop();
    await Promise.all(Object.values(servers).map((each) => each.close()));
    rmSync(folder, { recursive: true, force: true });
  });

  async function taken(...rcpt: string[]): Promise<string> {
    const { json } = await ask(relay.url, '/submit', JSON.stringify({ ...MAIL, rcpt }), AUTHORIZATION);
    return String(json['smtp.queueid']);
  }
  const status = (args: readonly string[], env = {}) =>
    haineko(['status', '--user', 'neko', ...args], {
      cwd: folder,
      env: { HAINEKO_URL: String(relay.url), HAINEKO_PASSWORD: 'nyanko22', ...env },
    });

  test('tells each recipient, its last reply and its attempts; of several the worst one decides', async () => {
    const queueid = await taken('kijitora@example.org', 'a@rejecting.example', 'b@closed.example');
    const ended = await status([queueid]);
    expect(ended).toMatchObject({ status: 3, stderr: '' });
    const TIME = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z`;
    const port = String.raw`127\.0\.0\.1:\d+`;
    expect(ended.stdout).toMatch(
      new RegExp(
        [
          `^queueid ${queueid} from neko@example\\.jp, received ${TIME}`,
          'kijitora@example\\.org {2}accepted: it was sent',
          ' {2}200 .+',
          ' {2}Attempts',
          ` {4}${TIME} {2}File {2}200 .+`,
          'a@rejecting\\.example {2}rejected: it was not sent, and will not be as it is',
          ' {2}550 5\\.1\\.1 .*no such cat',
          ' {2}Attempts',
          ` {4}${TIME} {2}ESMTP ${port} {2}550 5\\.1\\.1 .*no such cat`,
          'b@closed\\.example {2}deferred: it was not sent, and may be sent again',
          ' {2}4\\d\\d .+',
          ' {2}Attempts',
          ` {4}${TIME} {2}ESMTP ${port} {2}4\\d\\d .+`,
          ` {4}${TIME} {2}ESMTP ${port} {2}4\\d\\d .+\n$`,
        ].join('\n'),
      ),
    );
  });

  test("--json prints the relay's own document", async () => {
    const queueid = await taken('kijitora@example.org');
    const ended = await status([queueid, '--json']);
    const asked = await ask(relay.url, `/status/${queueid}`, undefined, AUTHORIZATION);
    expect(ended.status).toBe(0);
    expect(ended.json()).toEqual(asked.json);
    expect(ended.json()).toMatchObject({ queueid, recipients: [{ outcome: 'accepted' }] });
  });

  test('ends with 4 where nobody knows whether it was sent', async () => {
    const ended = await status([await taken('kijitora@example.org', 'a@breaking.example')]);
    expect(ended).toMatchObject({ status: 4 });
    expect(ended.stdout).toContain('a@breaking.example  unknown: it may have been sent\n');
  });

  test('ends with 3 while it is being tried, and with 0 when it was sent', async () => {
    const headers = { ...AUTHORIZATION, 'idempotency-key': '"slowly"' };
    const body = JSON.stringify({ ...MAIL, rcpt: ['kijitora@slow.example'] });
    const answer = ask(relay.url, '/submit', body, headers);
    await expect.poll(() => servers['slow']?.mails.length, { timeout: 5000 }).toBe(1);
    const [, queueid = ''] = /^Message-Id: <(\w{16})\./im.exec(String(servers['slow']?.mails[0])) ?? [];
    const now = await status([queueid]);
    expect(now).toMatchObject({ status: 3 });
    expect(now.stdout).toContain('kijitora@slow.example  being tried now\n');
    await answer;
    const then = await status([queueid]);
    expect(then).toMatchObject({ status: 0 });
    expect(then.stdout).toContain('2.0.0 at last');
  });

  test('says that there is no such mail, or not for who asks, and what to do', async () => {
    const ended = await status(['q9AMDfMJeEMaAm3b']);
    expect(ended).toMatchObject({ status: 1, stdout: '' });
    expect(ended.stderr).toContain('knows no mail q9AMDfMJeEMaAm3b, or it is not yours\nAsk as who sent it');
    const json = await status(['q9AMDfMJeEMaAm3b', '--json']);
    expect(json).toMatchObject({ status: 1 });
    expect(json.json()).toMatchObject({ error: { message: expect.stringContaining('knows no mail') } });
  });

  test('needs the password of a user', async () => {
    const queueid = await taken('kijitora@example.org');
    const wrong = await status([queueid], { HAINEKO_PASSWORD: 'nyan' });
    expect(wrong).toMatchObject({ status: 1, stdout: '', stderr: expect.stringContaining('HTTP 401') });
    expect(wrong.stderr).toContain('Say --user, with the right password.');
    const none = await status([queueid], { HAINEKO_PASSWORD: '' });
    expect(none).toMatchObject({ status: 2, stderr: expect.stringContaining('Set HAINEKO_PASSWORD') });
    const piped = await haineko(
      ['status', queueid, '--user', 'neko', '--password-stdin', '--url', `${relay.url}submit`],
      { stdin: 'nyanko22\n' },
    );
    expect(piped).toMatchObject({ status: 0, stderr: '' });
  });

  test('is kept in the folder of --journal', () => {
    expect(existsSync(journal)).toBe(true);
  });
});

async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
