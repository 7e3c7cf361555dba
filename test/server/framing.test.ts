import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { isForeignName } from '../../bin/local/foreign-name.ts';
import { type ScriptedServer, startScriptedServer } from '../dialogue/scripted-server.ts';
import { ask, type Running, started } from './process.ts';

const MAIL = JSON.stringify({
  ehlo: '[127.0.0.1]',
  mail: 'neko@example.jp',
  rcpt: 'kijitora@example.org',
  header: { subject: 'Nyaa' },
  body: 'x',
});
const POST = `POST /submit HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${MAIL.length}\r\n\r\n${MAIL}`;
// a smarthost that takes its time over the final dot: the request is in flight meanwhile
const SLOW = [
  'S: 220 slow',
  'C: EHLO*',
  'S: 250 slow',
  'C: MAIL*',
  'S: 250 ok',
  'C: RCPT*',
  'S: 250 ok',
  'C: DATA',
  'S: 354 go',
  '-- mail',
  '-- wait 400',
  'S: 250 taken',
  '-- hang',
].join('\n');

describe('a request in flight gets its own answer', () => {
  let folder: string;
  let running: Running;
  let smarthost: ScriptedServer;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'haineko-framing-'));
    await writeFile(join(folder, 'recipients'), 'domainpart: [ example.org ]\n');
    running = await started(['--port', '0', '--config', folder, '--outbox', folder]);
  });
  beforeEach(async () => {
    smarthost = await startScriptedServer(SLOW);
    await writeFile(join(folder, 'mailertable'), `default: { host: 127.0.0.1, port: ${smarthost.port} }\n`);
    await expect
      .poll(async () => JSON.stringify((await ask(running.url, '/conf')).json), { timeout: 5000 })
      .toContain(`"port":${smarthost.port}`);
  });
  afterEach(() => smarthost.close());
  afterAll(async () => {
    await running.stop();
    await rm(folder, { recursive: true });
  });

  function exchange(...pieces: (string | null)[]): Promise<string> {
    return new Promise((resolve) => {
      let read = '';
      const socket = connect(
        { port: Number(running.url.port), host: '127.0.0.1', allowHalfOpen: true },
        async () => {
          for (const piece of pieces) {
            if (piece === null) socket.end();
            else socket.write(piece);
            await new Promise((next) => setTimeout(next, 100));
          }
        },
      );
      socket.setTimeout(3000, () => socket.destroy());
      socket.on('data', (chunk) => {
        read += chunk.toString();
        if (read.includes('"smtp.queueid"')) socket.end();
      });
      socket.on('error', () => {});
      socket.on('close', () => resolve(read));
    });
  }

  test.each([
    ['garbage in the same segment', [`${POST}GARBAGE GARBAGE\r\n\r\n`]],
    ['garbage while it is relayed', [POST, 'GARBAGE GARBAGE\r\n\r\n']],
    ['a body that is longer than it says', [`${POST}}}`]],
    ['a client that closes its half', [POST, null]],
  ])('with %s behind it', async (_, pieces) => {
    const read = await exchange(...pieces);
    expect(read).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(read).toContain('"outcome":"accepted"');
    expect(smarthost.accepted()).toBe(1);
  });

  test.each([
    ['garbage', 'GARBAGE GARBAGE\r\n\r\n'],
    ['nothing', ''],
  ])('though a quicker one was pipelined behind it, and %s behind both', async (_, last) => {
    const quick = MAIL.replace('kijitora@example.org', 'x@example.net');
    const second = `POST /submit HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${quick.length}\r\n\r\n${quick}`;
    const read = await new Promise<string>((resolve) => {
      let text = '';
      const socket = connect(Number(running.url.port), '127.0.0.1', () => socket.write(POST + second + last));
      socket.setTimeout(3000, () => socket.destroy());
      socket.on('data', (chunk) => {
        text += chunk.toString();
      });
      socket.on('error', () => {});
      socket.on('close', () => resolve(text));
    });
    expect(read.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 400']);
    expect(read.match(/"smtp\.queueid"/g)).toHaveLength(2);
  });

  test('that went away is logged all the same, and sent once', async () => {
    const socket = connect(Number(running.url.port), '127.0.0.1', () => socket.write(POST));
    socket.on('error', () => {});
    await expect
      .poll(() => smarthost.transcript.some((line) => line.includes('mail of')), { timeout: 3000 })
      .toBe(true);
    const before = running.printed().length;
    socket.destroy();
    await expect.poll(() => running.printed().slice(before), { timeout: 3000 }).toMatch(/200 accepted/);
    expect(smarthost.accepted()).toBe(1);
  });

  test('in the absolute form of its target', async () => {
    const absolute = POST.replace('/submit', 'http://localhost/submit');
    expect(await exchange(absolute)).toContain('"outcome":"accepted"');
  });
});

describe('haineko start', () => {
  const ROOT = fileURLToPath(new URL('../../', import.meta.url));

  test('outlives a reader of its output that goes away', async () => {
    const child = spawn(
      process.execPath,
      ['--import', 'tsx', 'bin/haineko.ts', 'start', '--port', '0', '--outbox', tmpdir()],
      { cwd: ROOT, stdio: ['ignore', 'pipe', 'ignore'] },
    );
    const [greeting] = (await once(child.stdout, 'data')) as [Buffer];
    const url = new URL(/listens on (\S+)/.exec(greeting.toString())?.[1] ?? '');
    child.stdout.destroy();
    const nowhere = MAIL.replace('kijitora@example.org', 'x@example.net');
    for (let at = 0; at < 3; at++) expect((await ask(url, '/submit', nowhere)).status).toBe(400);
    expect(child.exitCode).toBeNull();
    child.kill('SIGINT');
    expect((await once(child, 'close'))[0]).toBe(0);
  });

  test('ends at Ctrl-C though a client never finishes its request', async () => {
    const running = await started(['--port', '0', '--outbox', tmpdir()]);
    const socket = connect(Number(running.url.port), '127.0.0.1', () =>
      socket.write('POST /submit HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nx'),
    );
    socket.on('error', () => {});
    await new Promise((resolve) => setTimeout(resolve, 200));
    const begun = Date.now();
    expect(await running.stop()).toBe(0);
    expect(Date.now() - begun).toBeLessThan(3000);
  });
});

describe('isForeignName()', () => {
  test.each([
    ['127.0.0.1:2794', false],
    ['localhost', false],
    ['localhost:2794', false],
    ['[::1]:2794', false],
    ['192.168.1.2:2794', false],
    ['', false],
    ['evil.example:2794', true],
    ['evil.example', true],
  ])('tells %j: %s', (host, foreign) => {
    expect(isForeignName(host, '127.0.0.1', '0.0.0.0')).toBe(foreign);
  });

  test('takes the name that the server listens on, and any from another machine', () => {
    expect(isForeignName('relay.example.jp', '127.0.0.1', 'relay.example.jp')).toBe(false);
    expect(isForeignName('relay.example.jp', '192.0.2.1', '0.0.0.0')).toBe(false);
  });
});

describe('the page that made a request, and the name that led it here', () => {
  test('are kept to by the server: no trust in the address, no password that a browser remembers', async () => {
    const running = await started(['--port', '0', '--outbox', tmpdir()]);
    const evil = { origin: 'https://evil.example' };
    const user = { authorization: `Basic ${Buffer.from('haineko:kijitora').toString('base64')}` };
    expect((await ask(running.url, '/submit', MAIL, evil)).status).toBe(403);
    expect((await ask(running.url, '/submit', MAIL, { ...evil, ...user })).status).toBe(403);
    expect((await ask(running.url, '/conf', undefined, { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect((await ask(running.url, '/conf', undefined, { host: 'evil.example' })).status).toBe(403);
    const evilItself = { host: 'evil.example:2794', origin: 'http://evil.example:2794' };
    expect((await ask(running.url, '/submit', MAIL, evilItself)).status).toBe(403);
    const own = { origin: running.url.origin, 'sec-fetch-site': 'same-origin' };
    expect((await ask(running.url, '/submit', MAIL, own)).status).toBe(200);
    expect((await ask(running.url, '/conf')).status).toBe(200);
    // a proxy on this machine that keeps Host: its clients have passwords
    expect((await ask(running.url, '/submit', MAIL, { host: 'relay.example.jp', ...user })).status).toBe(200);
    await running.stop();
  });
});

describe('a request that breaks off', () => {
  let running: Running;
  beforeAll(async () => {
    running = await started(['--port', '0', '--outbox', tmpdir()]);
  });
  afterAll(() => running.stop());

  const HEAD = 'POST /submit HTTP/1.1\r\nHost: localhost\r\n';
  test.each([
    ['within its chunks', `${HEAD}Transfer-Encoding: chunked\r\n\r\nZZ\r\n`],
    ['within its body', `${HEAD}Content-Length: 100\r\n\r\nxx`, true],
    [
      'after a whole one',
      `GET /neko HTTP/1.1\r\nHost: localhost\r\n\r\n${HEAD}Content-Length: 100\r\n\r\nxx`,
      true,
    ],
  ])('%s is closed', async (_, text, half = false) => {
    const closed = await new Promise<boolean>((resolve) => {
      const socket = connect(
        { port: Number(running.url.port), host: '127.0.0.1', allowHalfOpen: true },
        () => {
          socket.write(text);
          if (half) socket.end();
        },
      );
      socket.resume();
      socket.setTimeout(4000, () => {
        resolve(false);
        socket.destroy();
      });
      socket.on('error', () => resolve(true));
      socket.on('end', () => {
        resolve(true);
        socket.end();
      });
    });
    expect(closed).toBe(true);
  });
});
