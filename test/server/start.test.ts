import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { simpleParser } from 'mailparser';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startScriptedServer } from '../dialogue/scripted-server.ts';
import { ask, type Running, started, startHaineko } from './process.ts';

// the slide's own command, word for word
const SLIDE = `{ ehlo: "[127.0.0.1]", mail: "neko@example.jp",
        rcpt: [ "kijitora@example.org", "mikeneko@example.com" ],
        body: "メールの本文です。", header: { subject: "テスト!" } }`;
const MAIL = JSON.stringify({
  ehlo: '[127.0.0.1]',
  mail: 'neko@example.jp',
  rcpt: 'kijitora@example.org',
  header: { subject: 'Nyaa' },
  body: 'x',
});
const LOCAL = fileURLToPath(new URL('../../config/local', import.meta.url));

let folder: string;
let args: string[];
const lay = (name: string, text: string) => writeFile(join(folder, 'tables', name), text);
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'haineko-start-'));
  await cp(LOCAL, join(folder, 'tables'), { recursive: true });
  args = ['--port', '0', '--config', join(folder, 'tables'), '--outbox', join(folder, 'outbox')];
  args.push('--journal', join(folder, 'journal'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('haineko start', () => {
  test("takes the slide's curl, and lays mails into the outbox that a mail program opens", async () => {
    const running = await started(args);
    expect(running.printed()).toMatch(/tables {2}.*tables\n {2}outbox {2}.*outbox\n {2}journal .*journal\n/);
    expect(running.printed()).toMatch(/curl 'http:\/\/127\.0\.0\.1:\d+\/submit' -X POST -d '\{ ehlo/);
    // the greeting's own curl line, as a person pastes it
    const pasted = /^ {2}(curl .*)$/m.exec(running.printed())?.[1] ?? '';
    if (spawnSync('curl', ['--version']).status === 0) {
      const curl = spawnSync('sh', ['-c', `${pasted} -s`], { encoding: 'utf8' });
      expect(JSON.parse(curl.stdout)).toMatchObject({
        'smtp.response': { code: '200', outcome: 'accepted' },
      });
      await rm(join(folder, 'outbox'), { recursive: true });
    }
    const { status, json } = await ask(running.url, '/submit', SLIDE, {
      'content-type': 'application/x-www-form-urlencoded',
    });
    expect(status).toBe(200);
    expect(json).toMatchObject({
      'smtp.response': { error: 0, code: '200', mailer: 'File' },
      'smtp.recipient': ['kijitora@example.org', 'mikeneko@example.com'],
    });
    const files = await readdir(join(folder, 'outbox'));
    expect(files).toHaveLength(2);
    const mails = await Promise.all(
      files.map(async (name) => simpleParser(await readFile(join(folder, 'outbox', name)))),
    );
    expect(mails.map(({ subject, text }) => [subject, text])).toEqual(
      Array(2).fill(['テスト!', 'メールの本文です。\n']),
    );
    await running.until(new RegExp(`${String(json['smtp.queueid'])} 200 accepted .*example\\.org by File`));
    expect(await running.stop()).toBe(0);
  });

  test('takes a changed table without a restart, and keeps the last good one while it is broken', async () => {
    const running = await started(args);
    const denied = MAIL.replace('kijitora@example.org', 'a@cat.example');
    expect((await ask(running.url, '/submit', denied)).json['smtp.response']).toMatchObject({
      code: '553',
      dsn: '5.7.1',
    });
    await lay('recipients', 'domainpart: [ cat.example ]\n');
    await expect
      .poll(async () => (await ask(running.url, '/submit', denied)).status, { timeout: 8000, interval: 200 })
      .toBe(200);
    await lay('recipients', 'domainpart: [ cat.example\n');
    await expect
      .poll(() => ask(running.url, '/neko').then(() => running.printed()), { timeout: 8000, interval: 200 })
      .toMatch(/tables: recipients: .*line \d+/);
    expect((await ask(running.url, '/submit', denied)).status).toBe(200);
    await lay('recipients', 'domainpart: []\n');
    await expect
      .poll(async () => (await ask(running.url, '/submit', denied)).status, { timeout: 8000, interval: 200 })
      .toBe(400);
    await running.stop();
  });

  test('starts with a broken table, says what is wrong, refuses, and recovers', async () => {
    await lay('haineko.cf', "max_workers: 'neko'\n");
    const running = await started(args);
    await running.until(/haineko\.cf: max_workers: expected a whole number from 1 to 100, got "neko"/);
    expect(await ask(running.url, '/submit', MAIL)).toMatchObject({
      status: 500,
      json: {
        'smtp.response': { code: '500', dsn: '5.3.5', command: 'CONF', message: ['haineko.cf: max_workers'] },
      },
    });
    await lay('haineko.cf', 'max_workers: 1\n');
    await expect
      .poll(async () => (await ask(running.url, '/submit', MAIL)).status, { timeout: 8000, interval: 200 })
      .toBe(200);
    await running.stop();
  });

  test('answers what is in flight at Ctrl-C, and takes nothing new', async () => {
    const slow = await startScriptedServer(
      `S: 220 slow\nC: EHLO*\nS: 250 slow\nC: MAIL*\nS: 250 ok\nC: RCPT*\nS: 250 ok\nC: DATA\nS: 354 go\n-- mail\n-- wait 700\nS: 250 2.0.0 at last\nC: QUIT\nS: 221 bye\n`,
    );
    await lay('mailertable', `default: { host: 127.0.0.1, port: ${slow.port} }\n`);
    const running = await started(args);
    const answer = ask(running.url, '/submit', MAIL);
    await expect
      .poll(() => slow.transcript.some((line) => line.includes('mail of')), { timeout: 5000 })
      .toBe(true);
    const status = running.stop();
    await running.until(/stopping/);
    await expect(ask(running.url, '/neko')).rejects.toThrow(/ECONNREFUSED|ECONNRESET/);
    expect(await answer).toMatchObject({
      status: 200,
      json: { 'smtp.response': { code: '250', message: ['2.0.0 at last'] } },
    });
    expect(await status).toBe(0);
    await slow.close();
  });

  test('-A and HAINEKO_AUTH require Basic authentication', async () => {
    const good = { authorization: `Basic ${Buffer.from('haineko:kijitora').toString('base64')}` };
    const running = await started([...args, '-A']);
    expect(running.printed()).toContain('Basic authentication is required');
    expect((await ask(running.url, '/submit', MAIL)).status).toBe(401);
    expect((await ask(running.url, '/submit', MAIL, good)).status).toBe(200);
    await running.stop();
    await writeFile(join(folder, 'other'), "neko: '{SSHA}9p2euyteR33mp0TYKjmYhTlIt1ctxuRn'\n");
    const other = await started(args, { HAINEKO_AUTH: join(folder, 'other') });
    expect((await ask(other.url, '/submit', MAIL, good)).status).toBe(401);
    expect(
      (
        await ask(other.url, '/submit', MAIL, {
          authorization: `Basic ${Buffer.from('neko:kijitora').toString('base64')}`,
        })
      ).status,
    ).toBe(200);
    await other.stop();
  });

  test('--journal keeps keys and what became of mails, over a restart', async () => {
    const key = { 'idempotency-key': '"one"' };
    const first = await started(args);
    const answer = await ask(first.url, '/submit', MAIL, key);
    expect(answer.status).toBe(200);
    const plain = await ask(first.url, '/submit', MAIL);
    await first.stop();

    const second = await started(args);
    expect((await ask(second.url, '/submit', MAIL, key)).text).toBe(answer.text);
    for (const { json } of [answer, plain]) {
      const told = await ask(second.url, `/status/${String(json['smtp.queueid'])}`);
      expect(told.json).toMatchObject({ recipients: [{ outcome: 'accepted' }] });
    }
    await second.stop();
    expect(await readdir(join(folder, 'outbox'))).toHaveLength(2);
  });

  test('deletes what has expired in its journal at the start, and nothing else', async () => {
    const running = await started(args);
    const { json } = await ask(running.url, '/submit', MAIL, { 'idempotency-key': 'one' });
    await running.stop();
    const kept = String(json['smtp.queueid']);
    const over = `${kept.slice(0, -1)}y`;
    const at = (queueid: string) => join(folder, 'journal', queueid.slice(-2), queueid);
    await mkdir(at(over), { recursive: true });
    await writeFile(join(at(over), 'rcpt-0.1.json'), JSON.stringify({ expires: 1 }));
    const again = await started(args);
    await expect.poll(() => existsSync(at(over)), { timeout: 5000 }).toBe(false);
    expect(existsSync(at(kept))).toBe(true);
    await again.stop();
  });

  test.each([
    ['the folder of the outbox', 'outbox', true],
    ['a file', 'file', true],
    ['a journal that a finder has looked at', 'journal', false],
  ])('takes for its journal no folder that holds anything else: %s', async (_what, name, refused) => {
    await mkdir(join(folder, 'outbox', 'sub'), { recursive: true });
    await writeFile(join(folder, 'outbox', 'mail.eml'), 'x');
    await writeFile(join(folder, 'file'), 'x');
    await mkdir(join(folder, 'journal', '3b'), { recursive: true });
    await mkdir(join(folder, 'journal', 'appended'));
    await writeFile(join(folder, 'journal', '.DS_Store'), 'x');
    const running = await startHaineko([...args, '--journal', join(folder, name)]);
    if ('url' in running) await running.stop();
    expect('url' in running).toBe(!refused);
    if (refused) expect(running).toMatchObject({ status: 2, printed: expect.stringContaining('--journal') });
    expect(existsSync(join(folder, 'outbox', 'mail.eml'))).toBe(true);
  });

  test('serves mails without a key though its journal cannot be written', async () => {
    const running = await started(args);
    await writeFile(join(folder, 'journal'), 'a file in its place');
    expect((await ask(running.url, '/submit', MAIL)).status).toBe(200);
    expect((await ask(running.url, '/submit', MAIL, { 'idempotency-key': 'one' })).status).toBe(503);
    expect(await running.stop()).toBe(0);
  });

  test('closes where the password file is missing', async () => {
    await rm(join(folder, 'tables', 'password'));
    const running = await started([...args, '-A']);
    expect(
      (
        await ask(running.url, '/submit', MAIL, {
          authorization: `Basic ${Buffer.from('haineko:kijitora').toString('base64')}`,
        })
      ).status,
    ).toBe(401);
    await running.stop();
  });

  test.each([
    [['--port', 'neko'], 2, "--port: expected a number from 0 to 65535, got 'neko'"],
    [['--prot', '1'], 2, '--prot'],
    [['--host', '203.0.113.1', '--port', '0'], 1, '203.0.113.1 is no address of this machine (--host)'],
    [['--help'], 0, 'Usage: haineko start'],
  ])('ends on %j with status %i', async (given, status, text) => {
    const ended = await startHaineko(given);
    expect(ended).toMatchObject({ status, printed: expect.stringContaining(text) });
    expect((ended as { printed: string }).printed).not.toMatch(/\n {4}at /);
  });

  test('says so when the port is taken', async () => {
    const taken: Server = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const { port } = taken.address() as { port: number };
    const ended = await startHaineko([...args, '--port', String(port)]);
    expect(ended).toMatchObject({
      status: 1,
      printed: expect.stringContaining(`port ${port} on 127.0.0.1 is taken; choose another with --port`),
    });
    await new Promise((resolve) => taken.close(resolve));
  });

  test('listens on IPv6 where it is asked to, if the machine has it', async () => {
    const running = await startHaineko([...args, '--host', '::1']);
    if (!('url' in running)) {
      expect(running.printed).toContain('no address of this machine');
      return;
    }
    expect(running.url.host).toMatch(/^\[::1\]:\d+$/);
    expect((await ask(running.url, '/submit', MAIL)).status).toBe(200);
    await running.stop();
  });
});

describe('the local server', () => {
  let running: Running;
  let tables: string;
  beforeAll(async () => {
    tables = await mkdtemp(join(tmpdir(), 'haineko-server-'));
    await cp(LOCAL, join(tables, 'tables'), { recursive: true });
    await writeFile(join(tables, 'tables', 'haineko.cf'), 'max_request_size: 100000\n');
    await writeFile(join(tables, 'tables', 'mailertable'), 'default: { mailer: Discard }\n');
    running = await started([
      '--port',
      '0',
      '--config',
      join(tables, 'tables'),
      '--outbox',
      join(tables, 'outbox'),
      '--journal',
      join(tables, 'journal'),
    ]);
  });
  afterAll(async () => {
    await running.stop();
    await rm(tables, { recursive: true });
  });

  /** Writes octets as they are and reads until the server closes, or says nothing for a while. */
  function raw(text: string, end = false): Promise<string> {
    return new Promise((resolve) => {
      let read = '';
      const socket = connect(Number(running.url.port), '127.0.0.1', () => {
        socket.write(text);
        if (end) socket.end();
      });
      socket.setTimeout(1500, () => socket.destroy());
      socket.on('data', (chunk) => {
        read += chunk.toString();
      });
      socket.on('error', () => {});
      socket.on('close', () => resolve(read));
    });
  }

  test('refuses a request over its limit with 413, however it comes', async () => {
    const big = Buffer.alloc(5_000_000, 'x');
    expect(await ask(running.url, '/submit', big)).toMatchObject({
      status: 413,
      json: {
        'smtp.response': { code: '552', message: ['Request is larger than the limit of 100000 bytes'] },
      },
    });
    const chunked = `POST /submit HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n${`8000\r\n${'x'.repeat(0x8000)}\r\n`.repeat(6)}0\r\n\r\n`;
    expect(await raw(chunked)).toMatch(/^HTTP\/1\.1 413 /);
    expect((await ask(running.url, '/submit', MAIL)).status).toBe(200);
  });

  test.each([
    ['garbage', 'neko\r\n\r\n'],
    ['half a request line', 'POST /sub'],
    ['a body that never comes', 'POST /submit HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nxx'],
    ['two lengths', 'POST /submit HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx'],
    [
      'both lengths and chunks',
      'POST /submit HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    ],
    ['a bad chunk', 'POST /submit HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n'],
    ['an absurd path', 'GET http://[::1 HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['large headers', `GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(100_000)}\r\n\r\n`],
  ])('outlives %s', async (_, text) => {
    await Promise.all([raw(text, true), raw(text)]);
    expect((await ask(running.url, '/neko')).text).toBe('Nyaaaaa');
    expect(running.child.exitCode).toBeNull();
  });

  test('takes many at once', async () => {
    const answers = await Promise.all(Array.from({ length: 200 }, () => ask(running.url, '/submit', MAIL)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(new Set(answers.map(({ json }) => json['smtp.queueid'])).size).toBe(200);
  });
});
