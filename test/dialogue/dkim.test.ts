import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { file } from '../../functions/relay/file.ts';
import type { Delivery } from '../../functions/relay/relay.ts';
import { inOneLine, NEKO, routeTo, send, wireOf } from './deliveries.ts';
import { makeKey, verify } from './dkim-keys.ts';
import { type RealServer, startRealServer } from './real-server.ts';
import { startScriptedServer } from './scripted-server.ts';
import { deliveryOf, MAILS } from './signed-mails.ts';

const TAKEN = 'accepted 250 2.0.0 QUIT 2.0.0 Taken';
const key = makeKey('nyaa', 'example.jp', '2026-11');
const other = makeKey('wan', 'mail.example.org', 'mail_1');
const octets = ({ head, body }: Pick<Delivery, 'head' | 'body'>) => Buffer.concat([head, body]);

let server: RealServer;
let folder: string;
beforeAll(async () => {
  server = await startRealServer({ size: 10_000_000 });
  folder = await mkdtemp(join(tmpdir(), 'haineko-'));
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

const routeOf = (dkim: string | undefined = 'nyaa') => routeTo(server.port, { dkim, timeout: 20 });

/** Sends by ESMTP and gives what arrived. */
async function arrived(delivery: Delivery): Promise<Buffer> {
  expect(inOneLine(await send(delivery))).toBe(TAKEN);
  return server.taken.at(-1)?.octets ?? Buffer.alloc(0);
}

/** The signature's lines, and what stands below them. */
function split(mail: Buffer): { field: string; rest: Buffer } {
  const field = /^DKIM-Signature:.*\r\n(?:[ \t].*\r\n)*/.exec(mail.toString('latin1'))?.[0] ?? '';
  return { field, rest: mail.subarray(field.length) };
}

describe('a mail whose route names a DKIM key', () => {
  for (const [what, mail] of Object.entries(MAILS)) {
    test(`ESMTP and File sign ${what}`, async () => {
      const delivery = await deliveryOf(mail, routeOf(), key.credential);
      const came = await arrived(delivery);
      const saved = await file.send(
        { ...delivery, route: { ...delivery.route, options: { directory: folder } } },
        undefined,
        wireOf(),
      );
      const written = await readFile(saved.message[0] ?? '');
      for (const each of [came, written]) {
        expect(await verify(each, key)).toMatchObject([
          {
            result: 'pass',
            domain: 'example.jp',
            selector: '2026-11',
            algo: 'rsa-sha256',
            format: 'relaxed/relaxed',
          },
        ]);
      }
      // nothing else has changed, but that SMTP ends a last line that has no end
      expect(split(written).rest.equals(octets(delivery))).toBe(true);
      const ended = octets(delivery)
        .toString('latin1')
        .replace(/(?<!\r\n)$/, '\r\n');
      expect(split(came).rest.toString('latin1') === ended).toBe(true);
      expect(split(came).field).toBe(split(written).field);
      expect(
        split(came)
          .field.split('\r\n')
          .every((line) => line.length <= 998),
      ).toBe(true);
    });
  }

  test('send() says its size with the signature (SIZE)', async () => {
    const came = await arrived(await deliveryOf({ body: 'Nyaa.\r\n' }, routeOf(), key.credential));
    const { mailFrom } = server.taken.at(-1)?.envelope ?? {};
    expect(mailFrom).toMatchObject({ args: { SIZE: String(came.length) } });
  });

  test('send() signs as an internationalized domain', async () => {
    const idn = makeKey('idn', 'xn--r8jz45g.jp', 's1');
    const came = await arrived(await deliveryOf({}, routeOf('idn'), idn.credential));
    expect(await verify(came, idn)).toMatchObject([{ result: 'pass', domain: 'xn--r8jz45g.jp' }]);
  });

  test('send() sends the same octets at every try', async () => {
    const delivery = await deliveryOf({}, routeOf(), key.credential);
    const first = await arrived(delivery);
    expect((await arrived({ ...delivery })).equals(first)).toBe(true);
    expect((await verify(first, key))[0]?.signTime).toBeNull();
  });

  test('send() signs with two keys on one kept connection', async () => {
    const real = await startRealServer();
    const by = (dkim: string) => routeTo(real.port, { dkim });
    for (const { credential } of [key, other, key])
      await send(await deliveryOf({}, by(credential.name), credential));
    const domains = real.taken.map(async (each) => (await verify(each.octets, key, other))[0]);
    expect(await Promise.all(domains)).toMatchObject([
      { result: 'pass', domain: 'example.jp' },
      { result: 'pass', domain: 'mail.example.org' },
      { result: 'pass', domain: 'example.jp' },
    ]);
    expect(real.connections()).toBe(1);
    await real.close();
  });

  test('send() signs anew for each recipient', async () => {
    const delivery = await deliveryOf({}, routeOf(), key.credential);
    const to = (head: string) => Buffer.from(octets(delivery).toString('latin1').replace('mi-chan', head));
    const heads = ['tama', 'mike'].map((name) => to(name).subarray(0, -delivery.body.length));
    for (const head of heads)
      expect(await verify(await arrived({ ...delivery, head }), key)).toMatchObject([{ result: 'pass' }]);
  });
});

describe('a signature', () => {
  /** The mail with every field as text, signed. */
  const signed = async () =>
    (await arrived(await deliveryOf({ content: { text: 'Nyaa.\n' } }, routeOf(), key.credential))).toString(
      'latin1',
    );
  const resultOf = async (mail: string, ...keys: Parameters<typeof verify>[1][]) =>
    (await verify(Buffer.from(mail, 'latin1'), ...keys))[0]?.result;

  const COVERED = [
    ...['From', 'Sender', 'Reply-To', 'To', 'Cc', 'Subject', 'Date', 'Message-Id', 'In-Reply-To'],
    ...['References', 'Auto-Submitted', 'MIME-Version', 'Content-Type', 'Content-Transfer-Encoding'],
    ...['List-Id', 'List-Help', 'List-Subscribe', 'List-Unsubscribe', 'List-Unsubscribe-Post'],
    ...['List-Post', 'List-Owner', 'List-Archive'],
  ];

  test('names what it covers', async () => {
    const [result] = await verify(Buffer.from(await signed(), 'latin1'), key);
    expect(result?.fields).toEqual(COVERED.map((name) => name.toLowerCase()));
  });

  test('covers what says how a file alone is read', async () => {
    const came = await arrived(await deliveryOf(MAILS['a file alone'] ?? {}, routeOf(), key.credential));
    expect((await verify(came, key))[0]?.fields).toContain('content-disposition');
  });

  test.each(COVERED)('breaks where %s is changed or taken out', async (name) => {
    const mail = await signed();
    const field = new RegExp(`^${name}:.*\r\n(?:[ \t].*\r\n)*`, 'm');
    expect(mail).toMatch(field);
    expect(await resultOf(mail, key)).toBe('pass');
    expect(await resultOf(mail.replace(field, `${name}: <https://example.com/>\r\n`), key)).toBe('fail');
    expect(await resultOf(mail.replace(field, ''), key)).toBe('fail');
  });

  test('holds where servers on the way add and change what is theirs', async () => {
    const mail = `Return-Path: <neko@example.jp>\r\nReceived: from a by b; now\r\n${await signed()}`
      .replace('HTTP id', 'ESMTP id')
      .replace('purr', 'hiss')
      .replace('\r\n\r\n', '\r\nX-Spam: no\r\n\r\n');
    expect(mail).toContain('X-Nyaa: hiss');
    expect(await resultOf(mail, key)).toBe('pass');
  });

  test('breaks where the body is changed, or the key is another', async () => {
    const mail = await signed();
    expect(await resultOf(mail.replace('Nyaa.', 'Wan.'), key)).toBe('neutral');
    expect(await resultOf(mail, { ...key, record: other.record })).toBe('fail');
    expect(await resultOf(mail)).toBe('neutral');
  });

  test('is not there where the route names no key', async () => {
    const delivery = await deliveryOf({}, routeTo(server.port), key.credential);
    expect((await arrived(delivery)).equals(octets(delivery))).toBe(true);
  });
});

test.each([
  ['has no key', undefined],
  ['has a password in its place', { ...NEKO, name: 'nyaa' }],
  [
    'has a key that does not sign',
    { ...key.credential, dkim: { domain: 'example.jp', selector: 's1', privateKey: 'nyaa' } },
  ],
])('ESMTP and File send nothing where authinfo %s', async (_, signingKey) => {
  const silent = await startScriptedServer('S: 220 mx.test\nC: EHLO*\nS: 250 mx.test');
  const delivery = await deliveryOf(
    {},
    routeTo(silent.port, { dkim: 'nyaa', options: { directory: join(folder, 'none') } }),
    signingKey,
  );
  for (const answer of [await send(delivery), await file.send(delivery, undefined, wireOf())]) {
    expect(answer).toMatchObject({ outcome: 'deferred', code: '451', command: 'DATA', error: 1 });
  }
  expect(silent.connections()).toBe(0);
  await expect(readFile(join(folder, 'none'))).rejects.toMatchObject({ code: 'ENOENT' });
  await silent.close();
});
