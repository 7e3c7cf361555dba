import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { simpleParser } from 'mailparser';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { localContext } from '../../bin/local/context.ts';
import { type LocalServer, listen } from '../../bin/local/server.ts';
import { closeConnections } from '../../functions/relay/close-connections.ts';
import { ask } from '../server/process.ts';
import { fresh } from './mails.ts';
import { arrived, mailsTo, postfix } from './postfix.ts';

// Postfix's `submission` is this file's: what postfix.test.ts counts on the others, it counts at the same time.
// A mail as JSON over HTTP, out through Postfix with STARTTLS, a verified certificate and AUTH, read as a mail program does.
let server: LocalServer;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'haineko-interop-'));
  const tables = {
    'haineko.cf': 'hostname: relay.example.jp\n',
    mailertable: `default: { host: localhost, port: ${postfix.ports.submission}, auth: Postfix, starttls: 1 }\n`,
    authinfo: "Postfix: { username: neko, password: 'nyaa:=+' }\n",
    recipients: 'open-relay: 1\n',
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
  await rm(folder, { recursive: true });
});

const submit = (mail: object) =>
  ask(
    new URL(`http://127.0.0.1:${server.port}`),
    '/submit',
    JSON.stringify({ ehlo: '[127.0.0.1]', ...mail }),
  );

test('POST /submit relays through Postfix, and answers for each recipient', async () => {
  const [good, unknown, busy] = [fresh(), fresh('nobody'), fresh('busy')];
  const { status, json } = await submit({
    mail: 'kijitora@example.jp',
    rcpt: [good, unknown, busy],
    header: { subject: 'にゃー', from: '猫 <kijitora@example.jp>', to: good, charset: 'ISO-2022-JP' },
    body: '太眉猫\n.\n..\n',
  });
  expect(status).toBe(207);
  expect(json['smtp.responses']).toMatchObject([
    { rcpt: good, outcome: 'accepted', code: '250', dsn: '2.0.0', command: 'QUIT', error: 0 },
    { rcpt: unknown, outcome: 'rejected', code: '550', dsn: '5.1.1', command: 'RCPT', error: 1 },
    { rcpt: busy, outcome: 'deferred', code: '450', dsn: '4.2.1', command: 'RCPT', error: 1 },
  ]);
  const { envelope, octets } = await arrived(good);
  expect(envelope.get('Return-Path')).toBe('<kijitora@example.jp>');
  expect(envelope.get('Received')).toMatch(/^from relay\.example\.jp .* with ESMTPSA id /);
  expect(octets.toString('latin1')).toContain('charset=ISO-2022-JP');
  const mail = await simpleParser(octets);
  expect(mail).toMatchObject({ subject: 'にゃー', text: '太眉猫\n.\n..\n' });
  expect(mail.from?.value).toEqual([{ name: '猫', address: 'kijitora@example.jp' }]);
  expect([unknown, busy].flatMap(mailsTo)).toEqual([]);
});

test('POST /submit relays html, an image and an attachment through Postfix', async () => {
  const rcpt = fresh();
  const image = Buffer.from(Array.from({ length: 3000 }, (_, index) => index % 256));
  const { status } = await submit({
    mail: 'kijitora@example.jp',
    rcpt: [rcpt],
    header: { subject: 'Nyaa' },
    body: '猫です\n',
    html: '<p>猫です</p><img src="cid:neko">',
    attachments: [
      { filename: '猫.png', type: 'image/png', content: image.toString('base64'), cid: 'neko' },
      { filename: 'a b.txt', content: Buffer.from('one\n.\ntwo\n').toString('base64') },
    ],
  });
  expect(status).toBe(200);
  const mail = await simpleParser((await arrived(rcpt)).octets);
  expect(mail).toMatchObject({ text: '猫です\n', html: expect.stringContaining('<p>猫です</p>') });
  expect(mail.attachments.map(({ filename, content }) => [filename, content.toString('hex')])).toEqual([
    ['猫.png', image.toString('hex')],
    ['a b.txt', Buffer.from('one\n.\ntwo\n').toString('hex')],
  ]);
});
