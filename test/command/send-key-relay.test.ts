import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { hashPassword } from '../../functions/tables/password-hash.ts';
import { type ScriptedServer, startScriptedServer } from '../dialogue/scripted-server.ts';
import { type Running, started } from '../server/process.ts';
import { type CuttingProxy, startCuttingProxy } from './cutting-proxy.ts';
import { haineko } from './haineko.ts';

const HELLO = 'S: 220 x\nC: EHLO*\nS: 250 x\n';
const SLOW = `${HELLO}@envelope\n@data\n-- mail\n-- wait 1500\nS: 250 2.0.0 at last\nC: QUIT\nS: 221 bye`;
const LATER = `${HELLO}C: MAIL*\nS: 451 4.3.0 later\nC: *\nS: 221 bye\n-- close\n-- connection\n${SLOW}`;

// A mail whose answer is lost on the way, and which its recipients get once all the same.
describe('haineko send --key to the local relay', () => {
  const folder = mkdtempSync(join(tmpdir(), 'haineko-send-key-'));
  const outbox = join(folder, 'outbox');
  let relay: Running;
  let slow: ScriptedServer;
  let later: ScriptedServer;
  let proxy: CuttingProxy | undefined;

  beforeAll(async () => {
    slow = await startScriptedServer(SLOW);
    later = await startScriptedServer(LATER);
    const tables = {
      'haineko.cf': 'hostname: relay.example.jp\n',
      mailertable: `default: { mailer: File }\nslow.example: { host: 127.0.0.1, port: ${slow.port} }\nlater.example: { host: 127.0.0.1, port: ${later.port}, retry: 0 }\n`,
      recipients: 'domainpart: [ example.org, slow.example, later.example ]\n',
      password: `neko: '${await hashPassword('nyanko22')}'\n`,
    };
    for (const [name, text] of Object.entries(tables)) writeFileSync(join(folder, name), text);
    relay = await started([
      ...['--port', '0', '--config', folder, '--outbox', outbox],
      ...['--journal', join(folder, 'journal'), '--auth'],
    ]);
  });
  afterAll(async () => {
    await relay.stop();
    await Promise.all([slow.close(), later.close()]);
    rmSync(folder, { recursive: true, force: true });
  });
  afterEach(async () => {
    await proxy?.stop();
    proxy = undefined;
    rmSync(outbox, { recursive: true, force: true });
  });

  const send = (url: string, to: readonly string[], options: readonly string[]) =>
    haineko(
      [
        ...['send', '--url', url, '--user', 'neko', '--from', 'neko@example.jp', '--to', ...to],
        ...['--subject', 'Nyaa', '--body', 'Nyaa', ...options],
      ],
      { cwd: folder, env: { HAINEKO_PASSWORD: 'nyanko22' } },
    );

  test('a lost answer is asked for again, and the mail is in the outbox once', async () => {
    proxy = await startCuttingProxy(relay.url);
    const ended = await send(proxy.url, ['kijitora@example.org'], ['--key', 'lost', '--max-wait', '0']);
    expect(ended).toMatchObject({ status: 0, stderr: expect.stringContaining('attempt 2 of 3') });
    expect(ended.stdout).toContain('replayed: an earlier request with this key was answered so\n');
    expect(proxy.connections()).toBe(2);
    expect(readdirSync(outbox)).toHaveLength(1);
    // as often as it is called
    const again = await send(String(relay.url), ['kijitora@example.org'], ['--key', 'lost']);
    expect(again).toMatchObject({ status: 0, stderr: '' });
    expect(readdirSync(outbox)).toHaveLength(1);
    // and the same queueid, by which the mail is found
    const [, queueid = ''] = /^queueid (\w{16})$/m.exec(again.stdout) ?? [];
    expect(ended.stdout).toContain(`queueid ${queueid}\n`);
    const found = await haineko(['status', queueid, '--url', String(relay.url), '--user', 'neko'], {
      env: { HAINEKO_PASSWORD: 'nyanko22' },
    });
    expect(found).toMatchObject({ status: 0, stdout: expect.stringContaining('accepted: it was sent') });
  });

  test('without a key the same loss leaves it unknown', async () => {
    proxy = await startCuttingProxy(relay.url);
    const ended = await send(proxy.url, ['kijitora@example.org'], ['--max-wait', '0']);
    expect(ended).toMatchObject({ status: 4 });
    expect(proxy.connections()).toBe(1);
    expect(readdirSync(outbox)).toHaveLength(1);
  });

  test('a connection that breaks while the relay is at work: the answer is waited for', async () => {
    const atWork = expect.poll(() => slow.mails.length, { timeout: 8000 }).toBe(1);
    proxy = await startCuttingProxy(relay.url, atWork);
    const ended = await send(
      proxy.url,
      ['kijitora@slow.example', 'kijitora@example.org'],
      ['--key', 'at work', '--retries', '5', '--json'],
    );
    expect(ended.status).toBe(0);
    const { attempts } = ended.json() as { attempts: { status: number | null }[] };
    expect(attempts.map(({ status }) => status)).toEqual(expect.arrayContaining([null, 409, 200]));
    expect([slow.accepted(), slow.connections(), readdirSync(outbox).length]).toEqual([1, 1, 1]);
  });

  test('who was deferred is tried again, and nobody else', async () => {
    const ended = await send(
      String(relay.url),
      ['kijitora@example.org', 'kijitora@later.example'],
      ['--key', 'later', '--max-wait', '1'],
    );
    expect(ended).toMatchObject({ status: 0, stderr: expect.stringContaining('attempt 2 of 3') });
    expect(ended.stdout.match(/^accepted {2}/gm)).toHaveLength(2);
    expect([later.accepted(), later.connections(), readdirSync(outbox).length]).toEqual([1, 2, 1]);
  });

  test('a key that another mail had is refused', async () => {
    const options = ['--key', 'one mail'];
    expect(await send(String(relay.url), ['kijitora@example.org'], options)).toMatchObject({ status: 0 });
    const other = await send(String(relay.url), ['mike@example.org'], options);
    expect(other).toMatchObject({ status: 1, stdout: expect.stringContaining('belongs to a request') });
    expect(readdirSync(outbox)).toHaveLength(1);
  });
});
