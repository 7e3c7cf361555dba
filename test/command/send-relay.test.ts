import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { simpleParser } from 'mailparser';
import { decodeWords } from 'postal-mime';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { hashPassword } from '../../functions/tables/password-hash.ts';
import { type Running, started } from '../server/process.ts';
import { haineko } from './haineko.ts';

const ATTACHED = Buffer.from(Array.from({ length: 100_000 }, (_, at) => (at * 7) & 0xff));

// A mail from the command line, through the real relay, into a file that a mail program reads.
describe('haineko send to the local relay', () => {
  let relay: Running;
  const folder = mkdtempSync(join(tmpdir(), 'haineko-send-relay-'));
  const outbox = join(folder, 'outbox');

  beforeAll(async () => {
    const tables = {
      'haineko.cf': 'hostname: relay.example.jp\n',
      mailertable: 'default: { mailer: File }\n',
      recipients: 'domainpart: [ example.org ]\n',
      password: `neko: '${await hashPassword('nyanko22')}'\n`,
    };
    for (const [name, text] of Object.entries(tables)) writeFileSync(join(folder, name), text);
    const journal = join(folder, 'journal');
    relay = await started([
      ...['--port', '0', '--config', folder, '--outbox', outbox, '--journal', journal, '--auth'],
    ]);
  });
  afterAll(async () => {
    await relay.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  afterEach(() => rmSync(outbox, { recursive: true, force: true }));

  const run = (args: readonly string[], stdin: string | Buffer = '') =>
    haineko(['send', '--url', String(relay.url), '--user', 'neko', ...args], {
      cwd: folder,
      stdin,
      env: { HAINEKO_PASSWORD: 'nyanko22' },
    });
  const mails = () =>
    Promise.all(readdirSync(outbox).map((name) => simpleParser(readFileSync(join(outbox, name)))));

  test('a text, a page and files arrive as they were', async () => {
    writeFileSync(join(folder, '猫.bin'), ATTACHED);
    writeFileSync(join(folder, 'page.html'), '<p>本文</p>');
    const ended = await run(
      [
        ...['--from', 'neko@example.jp', '--to', 'kijitora@example.org', '--cc', 'mike@example.org'],
        ...[
          '--subject',
          'テスト!',
          '--html-file',
          'page.html',
          '--body-file',
          '-',
          '--header',
          'X-Nyaa: にゃー',
        ],
        ...['--attach', '猫.bin', 'page.html:application/x-nyaa', '--ehlo', 'client.example.jp'],
      ],
      'メールの本文です。\n',
    );
    expect(ended).toMatchObject({ status: 0, stderr: '' });
    expect(ended.stdout).toMatch(/^accepted {2}kijitora@example\.org {2}File {2}200 {2}/);
    expect(ended.stdout).toMatch(/^queueid \w{16}$/m);
    const arrived = await mails();
    expect(arrived).toHaveLength(2);
    for (const mail of arrived) {
      expect(mail).toMatchObject({
        subject: 'テスト!',
        text: expect.stringMatching(/^メールの本文です。\n/),
        html: expect.stringContaining('<p>本文</p>'),
        to: { text: 'kijitora@example.org' },
        cc: { text: 'mike@example.org' },
      });
      expect(decodeWords(String(mail.headers.get('x-nyaa')))).toBe('にゃー');
      expect(mail.headers.get('received')).toContain('from client.example.jp');
      expect(mail.attachments.map(({ filename, contentType }) => [filename, contentType])).toEqual([
        ['猫.bin', 'application/octet-stream'],
        ['page.html', 'application/x-nyaa'],
      ]);
      expect(mail.attachments[0]?.content).toEqual(ATTACHED);
    }
  });

  test('a message of --eml arrives with its text, its image and its thread', async () => {
    const message = [
      'Received: from somewhere by elsewhere; Sun, 22 Nov 2026 13:41:22 +0000',
      'From: =?UTF-8?B?54yr?= <neko@example.jp>',
      'To: "Kiji, Tora" <kijitora@example.org>',
      'Bcc: kuro@example.org',
      'Subject: =?UTF-8?B?44OG44K544OI?=',
      'References: <00@example.jp> <0@example.jp>',
      'MIME-Version: 1.0',
      'Content-Type: multipart/related; boundary=nyaa',
      '',
      '--nyaa',
      'Content-Type: multipart/alternative; boundary=meow',
      '',
      '--meow',
      'Content-Type: text/plain; charset=shift_jis',
      'Content-Transfer-Encoding: base64',
      '',
      // 本文
      'lnuVtg==',
      '--meow',
      'Content-Type: text/html; charset=utf-8',
      '',
      '<p>Nyaa<img src="cid:cat@example.jp"></p>',
      '--meow--',
      '--nyaa',
      'Content-Type: image/png',
      'Content-ID: <cat@example.jp>',
      'Content-Disposition: inline; filename=cat.png',
      'Content-Transfer-Encoding: base64',
      '',
      ATTACHED.toString('base64').replace(/.{76}/g, '$&\r\n'),
      '--nyaa--',
      '',
    ].join('\r\n');
    const ended = await run(['--eml', '-', '--json'], message);
    expect(ended).toMatchObject({ status: 0, stderr: expect.stringContaining('not carried: Received\n') });
    expect(ended.json()).toMatchObject({
      status: 200,
      outcome: 'accepted',
      recipients: [{ rcpt: 'kijitora@example.org' }, { rcpt: 'kuro@example.org' }],
    });
    const arrived = await mails();
    expect(arrived).toHaveLength(2);
    for (const mail of arrived) {
      expect(mail).toMatchObject({
        subject: 'テスト',
        from: { value: [{ name: '猫', address: 'neko@example.jp' }] },
        to: { value: [{ name: 'Kiji, Tora', address: 'kijitora@example.org' }] },
        references: ['<00@example.jp>', '<0@example.jp>'],
        text: expect.stringContaining('本文'),
        attachments: [
          { contentType: 'image/png', cid: 'cat@example.jp', filename: 'cat.png', related: true },
        ],
      });
      expect(mail.bcc).toBeUndefined();
      expect(mail.attachments[0]?.content).toEqual(ATTACHED);
    }
  });

  test('what a dry run prints is what another call posts', async () => {
    const shown = await run(
      ['--dry-run', '--from', 'neko@example.jp', '--to', 'kijitora@example.org', '--subject', 's'],
      'x',
    );
    expect(await run(['--json-file', '-'], shown.stdout)).toMatchObject({ status: 0 });
    expect(await mails()).toHaveLength(1);
  });

  test.each([
    ['a wrong password', ['--from', 'neko@example.jp'], 'nyan', 'AUTH'],
    [
      'a recipient whom nobody may send to',
      ['--from', 'neko@example.jp', '--to', 'a@example.net'],
      'nyanko22',
      'RCPT',
    ],
  ])('a refusal is told: %s', async (_what, args, password, command) => {
    const ended = await haineko(
      [
        'send',
        '--url',
        String(relay.url),
        '--user',
        'neko',
        '--to',
        'kijitora@example.org',
        '--subject',
        's',
        '--json',
        ...args,
      ],
      { stdin: 'x', env: { HAINEKO_PASSWORD: password } },
    );
    expect(ended.status).toBe(1);
    expect(ended.json()).toMatchObject({ outcome: 'rejected' });
    expect(JSON.stringify(ended.json())).toContain(`"command":"${command}"`);
  });

  test('a mail that is too large is refused, whether its end was written or not', async () => {
    const ended = await run(
      ['--from', 'neko@example.jp', '--to', 'kijitora@example.org', '--subject', 's', '--retries', '0'],
      'Nyaa! '.repeat(1_000_000),
    );
    expect(ended.status).toBe(1);
    expect(ended.stdout).toContain('552 5.3.4');
  });
});
