import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { localContext } from '../../bin/local/context.ts';
import { type LocalServer, listen } from '../../bin/local/server.ts';
import { closeConnections } from '../../functions/relay/close-connections.ts';
import { ask } from './process.ts';

const TLS = new URL('../dialogue/tls/', import.meta.url);

// A mail as JSON over HTTP, out over SMTP with STARTTLS and AUTH, read back as a mail program does.
describe('a mail relayed with STARTTLS and AUTH arrives intact', () => {
  let smarthost: SMTPServer;
  let server: LocalServer;
  let folder: string;
  const arrived: { raw: Buffer; user: unknown; secure: boolean; to: string[] }[] = [];

  beforeAll(async () => {
    smarthost = new SMTPServer({
      key: readFileSync(new URL('key.pem', TLS)),
      cert: readFileSync(new URL('cert.pem', TLS)),
      closeTimeout: 100,
      onAuth: ({ username, password }, _session, callback) =>
        username === 'neko' && password === 'p@ss:w+rd='
          ? callback(null, { user: username })
          : callback(new Error('no')),
      onData: (stream, session, callback) => {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => {
          const to = session.envelope.rcptTo.map(({ address }) => address);
          arrived.push({ raw: Buffer.concat(chunks), user: session.user, secure: session.secure, to });
          callback(null, '2.0.0 taken');
        });
      },
    });
    await new Promise<void>((resolve) => smarthost.listen(0, '127.0.0.1', resolve));
    const { port } = smarthost.server.address() as AddressInfo;
    folder = await mkdtemp(join(tmpdir(), 'haineko-relay-'));
    const tables = {
      'haineko.cf': 'hostname: relay.example.jp\n',
      mailertable: `default: { host: 127.0.0.1, port: ${port}, auth: Smarthost, starttls: 1, tls_verify: 0 }\n`,
      authinfo: "Smarthost: { username: neko, password: 'p@ss:w+rd=' }\n",
      recipients: 'domainpart: [ example.org ]\n',
    };
    for (const [name, text] of Object.entries(tables)) await writeFile(join(folder, name), text);
    const options = {
      port: 0,
      host: '127.0.0.1',
      config: folder,
      outbox: folder,
      requireAuth: false,
      passwordFile: undefined,
      development: false,
    };
    server = await listen(localContext(options), '127.0.0.1', 0);
  });
  afterAll(async () => {
    await server.close();
    await closeConnections();
    await new Promise<void>((resolve) => smarthost.close(() => resolve()));
    await rm(folder, { recursive: true });
  });

  async function relay(body: string, header: Record<string, string> = {}, more: object = {}) {
    const mail = {
      ehlo: '[127.0.0.1]',
      mail: 'kijitora@example.jp',
      rcpt: ['mi-chan@example.org'],
      header: { subject: 'Nyaa', ...header },
      body,
      ...more,
    };
    const answer = await ask(new URL(`http://127.0.0.1:${server.port}`), '/submit', JSON.stringify(mail));
    expect(answer).toMatchObject({
      status: 200,
      json: { 'smtp.response': { code: '250', dsn: '2.0.0', outcome: 'accepted', mailer: 'ESMTP' } },
    });
    const last = arrived.at(-1);
    if (!last) throw new Error('nothing arrived');
    expect(last).toMatchObject({ user: 'neko', secure: true, to: ['mi-chan@example.org'] });
    return { raw: last.raw, parsed: await simpleParser(last.raw), json: answer.json };
  }

  test.each([
    ['a lone dot', 'one\n.\n..two\n.three\nend\n', 'one\n.\n..two\n.three\nend\n'],
    ['a dot at the very end', 'end\n.', 'end\n.\n'],
    [
      'SMTP commands after a dot',
      'hello\r\n.\r\nMAIL FROM:<evil@example.net>\r\nDATA\r\n',
      'hello\n.\nMAIL FROM:<evil@example.net>\nDATA\n',
    ],
    ['bare CR and bare LF', 'a\rb\nc\r\nd\r\r\ne', 'a\nb\nc\nd\n\ne\n'],
    ['smuggling by bare line ends', 'x\n.\r\ny\r.\rz\n.\n', 'x\n.\ny\n.\nz\n.\n'],
    ['a NUL', 'a\0b\n', 'a\0b\n'],
    [
      'lines of 1,200 characters',
      `${'x'.repeat(1200)}\n${'猫'.repeat(1200)}\n`,
      `${'x'.repeat(1200)}\n${'猫'.repeat(1200)}\n`,
    ],
    ['trailing blanks and tabs', 'a  \n\tb\t\n é \n', 'a  \n\tb\t\n é \n'],
    ['From at the head of a line', 'From me\n>From you\n', 'From me\n>From you\n'],
    ['an emoji and a lone surrogate', '😸\ud800\n', '😸\ufffd\n'],
  ])('with %s', async (_, body, expected) => {
    const { raw, parsed } = await relay(body);
    expect(parsed.text).toBe(expected);
    expect(raw.every((octet) => octet < 0x80 && octet !== 0)).toBe(true);
    expect(
      raw
        .toString('latin1')
        .split('\r\n')
        .every((line) => line.length <= 998 && !/[\r\n]/.test(line)),
    ).toBe(true);
  });

  test.each(['x', '猫', 'é '])('with 4 MB of %j', async (unit) => {
    const line = `${unit.repeat(60)}\n`;
    const body = line.repeat(Math.floor(4_190_000 / Buffer.byteLength(line)));
    const { parsed } = await relay(body);
    expect(parsed.text === body).toBe(true);
  });

  const JAPANESE = '太眉猫、警戒してても猫じゃらしを揺らせば寄って来る。ｶﾅ\n';
  test.each([
    ['UTF-8', JAPANESE, JAPANESE],
    ['ISO-2022-JP', JAPANESE, JAPANESE.replace('ｶﾅ', 'カナ')],
    ['ISO-8859-1', 'déjà vu, ça va\n', 'déjà vu, ça va\n'],
    ['US-ASCII', 'plain\n', 'plain\n'],
  ])('in %s, headers too', async (charset, body, expected) => {
    const word = expected.trim();
    const { raw, parsed, json } = await relay(body, {
      charset,
      subject: `${word} ${word}`,
      from: `"${word}" <kijitora@example.jp>`,
      replyto: `${word.slice(0, 4)} <neko@example.jp>`,
    });
    expect(json['smtp.notes']).toBeUndefined();
    expect(raw.toString('latin1').toLowerCase()).toContain(`charset=${charset.toLowerCase()}`);
    expect(parsed).toMatchObject({ text: expected, subject: `${word} ${word}` });
    expect(parsed.from?.value).toEqual([{ name: word, address: 'kijitora@example.jp' }]);
    expect(parsed.replyTo?.value).toEqual([{ name: word.slice(0, 4), address: 'neko@example.jp' }]);
  });

  test('in ISO-2022-JP as another decoder reads it', async ({ skip }) => {
    const python = spawnSync('python3', ['--version']);
    if (python.status !== 0) skip('there is no python3 here');
    const { raw } = await relay(JAPANESE, { charset: 'ISO-2022-JP', subject: JAPANESE.trim() });
    const script = [
      'import sys, email, email.policy',
      'mail = email.message_from_bytes(sys.stdin.buffer.read(), policy=email.policy.default)',
      'sys.stdout.buffer.write((mail["Subject"] + "\\n" + mail.get_payload(decode=True).decode("iso2022_jp")).encode())',
    ].join('\n');
    const decoded = spawnSync('python3', ['-c', script], { input: raw }).stdout.toString();
    const written = JAPANESE.replace('ｶﾅ', 'カナ');
    expect(decoded.replaceAll('\r\n', '\n')).toBe(`${written.trim()}\n${written}`);
  });

  test('with the headers of the contract', async () => {
    const { parsed, json } = await relay('x', {
      to: 'A <a@example.org>, b@example.org',
      cc: '猫 <c@example.org>',
      'in-reply-to': '<1@example.jp>',
      'list-unsubscribe': '<https://example.jp/u>',
      'X-Neko': 'ニャー',
    });
    const { headers } = parsed;
    const id = String(json['smtp.queueid']);
    expect(parsed.to).toMatchObject({ text: '"A" <a@example.org>, b@example.org' });
    expect(parsed.cc).toMatchObject({ text: '"猫" <c@example.org>' });
    expect(parsed.messageId).toMatch(new RegExp(`^<${id}\\.\\d{10}\\.000@relay\\.example\\.jp>$`));
    // mailparser leaves the encoded words of a field that it does not know
    expect(headers.get('x-neko')).toBe('=?UTF-8?B?44OL44Oj44O8?=');
    expect(headers.get('received')).toMatch(
      new RegExp(
        `^from \\[127\\.0\\.0\\.1\\] \\(\\[127\\.0\\.0\\.1\\]\\) by relay\\.example\\.jp with HTTP id ${id}; .*\\+0000$`,
      ),
    );
    expect(headers.get('x-originating-ip')).toBe('127.0.0.1');
    expect(headers.get('x-haineko-loop')).toBe('relay.example.jp');
    expect(headers.get('mime-version')).toBe('1.0');
    expect(parsed.inReplyTo).toBe('<1@example.jp>');
  });

  test('with html, an image within it and an attachment, in UTF-8', async () => {
    const image = Buffer.from('89504e470d0a1a0a', 'hex');
    const { raw, parsed, json } = await relay(
      '猫です\n.\n',
      { charset: 'ISO-2022-JP' },
      {
        html: '<p>猫です</p><img src="cid:neko">',
        attachments: [
          { filename: '猫.png', type: 'image/png', content: image.toString('base64'), cid: 'neko' },
          { filename: 'a b.txt', content: Buffer.from('one\n.\ntwo\n').toString('base64') },
        ],
      },
    );
    expect(json['smtp.notes']).toEqual([expect.stringContaining('UTF-8')]);
    expect(parsed.text).toBe('猫です\n.\n');
    expect(parsed.html).toContain('<p>猫です</p>');
    expect(
      parsed.attachments.map(({ filename, cid, content }) => [filename, cid, content.toString('hex')]),
    ).toEqual([
      ['猫.png', 'neko', image.toString('hex')],
      ['a b.txt', undefined, Buffer.from('one\n.\ntwo\n').toString('hex')],
    ]);
    expect(raw.every((octet) => octet < 0x80)).toBe(true);
    expect(raw.toString('latin1').match(/^(Message-Id|Date|From|MIME-Version):/gim)).toHaveLength(4);
  });
});
