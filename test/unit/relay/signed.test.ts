import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { defineRelay } from '../../../functions/relay/define-relay.ts';
import type { Answer, Delivery } from '../../../functions/relay/relay.ts';
import { signed } from '../../../functions/relay/signed.ts';
import type { Credential } from '../../../functions/tables/authinfo.ts';
import { deliveryBy, NEKO, routeTo, wireOf } from '../../dialogue/deliveries.ts';
import { makeKey } from '../../dialogue/dkim-keys.ts';

const { credential: KEY } = makeKey('nyaa', 'example.jp', 's1');
const OK: Answer = { code: '200', dsn: null, command: 'DATA', message: ['OK'], outcome: 'accepted' };

const asking = (signingKey: Credential | undefined, dkim: string | undefined = 'nyaa'): Delivery => ({
  ...deliveryBy(routeTo(25, { dkim })),
  signingKey,
});
const keyOf = (privateKey: string): Credential => ({
  ...KEY,
  dkim: { domain: 'example.jp', selector: 's1', privateKey },
});
const encoding = {
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
} as const;

/** An RSA key of 384 bits: too short to hold a SHA-256 signature (RFC 8017 9.2). */
const TOO_SHORT = [
  '-----BEGIN PRIVATE KEY-----',
  'MIIBCwIBADANBgkqhkiG9w0BAQEFAASB9jCB8wIBAAIxAKot2ttg93RWHXnAxmyh',
  'FBJ9lg8T/grAJreLs4PeJmpaA+USAeUpJU9oJpDluHaQPQIDAQABAjAYLtX38MqZ',
  'VJdxssw/qZAxpHkLgXrLSky61XbYoAtWM4q5Y9YdOl5wBP9DMpoMWmECGQDKoPc8',
  '2MzjseAbzIeQpNWPfrRN+zJUSRkCGQDXANhQLXTXwEbV+69ahgZmV7HdRHym0MUC',
  'GQCw+QtWymeQyq9YuDcCvuSDEn+5yBY6BSkCGQClSQMCcE+Y5ToPmtMtlkcpOlWE',
  'MvhZDbkCGAsqX35fxQzN0304wQbE17LGccv20b/qWA==',
  '-----END PRIVATE KEY-----',
].join('\n');

describe('signed()', () => {
  test('signed() leaves a delivery as it is where the route names no key', async () => {
    const delivery = deliveryBy(routeTo(25));
    expect(await signed(delivery)).toBe(delivery);
    expect(await signed({ ...delivery, signingKey: KEY })).toMatchObject({ head: delivery.head });
  });

  test('signed() puts the signature first, and touches nothing else', async () => {
    const delivery = asking(KEY);
    const { head, ...rest } = (await signed(delivery)) as Delivery;
    const { head: unsigned, ...before } = delivery;
    expect(rest).toEqual(before);
    expect(rest.body).toBe(delivery.body);
    const text = Buffer.from(head).toString('latin1');
    expect(text).toMatch(/^DKIM-Signature: v=1; a=rsa-sha256; c=relaxed\/relaxed; d=example\.jp;\r\n /);
    expect(text).toMatch(/;\r\n b=[A-Za-z0-9+/=\r\n ]{342,}\r\nFrom: /);
    expect(text.endsWith(`\r\n${unsigned}`)).toBe(true);
    expect(text).not.toMatch(/(?<!\r)\n|\r(?!\n)|\r\n\r\n./);
  });

  test('signed() gives the same octets each time, whether the body is known already or not', async () => {
    const delivery = asking(KEY);
    const heads = [delivery, delivery, { ...delivery, body: Buffer.from(delivery.body) }].map(async (each) =>
      ((await signed(each)) as Delivery).head.toString(),
    );
    expect(new Set(await Promise.all(heads)).size).toBe(1);
    const other = { ...delivery, body: Buffer.from('Wan.\r\n') };
    expect(((await signed(other)) as Delivery).head.toString()).not.toBe(await heads[0]);
  });

  test.each([
    ['no key of that name', undefined, "No DKIM key 'nyaa' in authinfo"],
    ['a password', { ...NEKO, name: 'nyaa' }, "Credential 'nyaa' is no DKIM key: name it in auth"],
  ])('signed() defers where authinfo has %s', async (_, signingKey, message) => {
    expect(await signed(asking(signingKey))).toEqual({
      code: '451',
      dsn: '4.7.0',
      command: 'DATA',
      message: [message],
      outcome: 'deferred',
    });
  });

  test.each([
    ['no PEM', 'nyanko22'],
    ['a certificate of nothing', '-----BEGIN PRIVATE KEY-----\nbnlhbmtvMjI=\n-----END PRIVATE KEY-----\n'],
    ['RSA, but too short', TOO_SHORT],
    ['RSA for PSS alone', generateKeyPairSync('rsa-pss', { modulusLength: 1024, ...encoding }).privateKey],
    ['EC', generateKeyPairSync('ec', { namedCurve: 'P-256', ...encoding }).privateKey],
    ['Ed25519', generateKeyPairSync('ed25519', encoding).privateKey],
    ['public', generateKeyPairSync('rsa', { modulusLength: 1024, ...encoding }).publicKey],
    [
      'under a passphrase',
      generateKeyPairSync('rsa', {
        modulusLength: 1024,
        ...encoding,
        privateKeyEncoding: { ...encoding.privateKeyEncoding, cipher: 'aes-256-cbc', passphrase: 'x' },
      }).privateKey,
    ],
  ])('signed() defers where the key cannot sign: %s', async (_, privateKey) => {
    const answer = (await signed(asking(keyOf(String(privateKey))))) as Answer;
    expect(answer).toMatchObject({
      code: '451',
      // RFC 3463 X.7.5: cryptographic failure
      dsn: '4.7.5',
      command: 'DATA',
      message: ["DKIM key 'nyaa' does not sign"],
      outcome: 'deferred',
    });
    expect(answer.cause).toBeTruthy();
    const line = String(privateKey).split('\n')[1] ?? 'nyanko22';
    expect(JSON.stringify(answer)).not.toContain(line);
  });
});

describe('defineRelay()', () => {
  const seen: Delivery[] = [];
  const relay = (signs: boolean) =>
    defineRelay({
      name: 'Neko',
      description: 'Takes mail to the cat.',
      example: { route: { mailer: 'Neko' } },
      signs,
      send(delivery) {
        seen.push(delivery);
        return OK;
      },
    });

  test('send() gives the mailer the signed mail', async () => {
    const answer = await relay(true).send(asking(KEY), undefined, wireOf());
    expect(answer).toMatchObject({ outcome: 'accepted' });
    expect(seen.pop()?.head.toString()).toMatch(/^DKIM-Signature: /);
  });

  test.each([
    ['absent', undefined, '4.7.0'],
    ['a password', NEKO, '4.7.0'],
    ['useless', keyOf('nyaa'), '4.7.5'],
  ])('send() does not ask the mailer where the key is %s', async (_, signingKey, dsn) => {
    const answer = await relay(true).send(asking(signingKey), undefined, wireOf());
    expect(answer).toMatchObject({ outcome: 'deferred', code: '451', dsn, error: 1, mailer: 'Neko' });
    expect(answer.rcpt).toBe('mi-chan@example.org');
    expect(seen).toEqual([]);
  });

  test('send() asks for the credential first: the key is not what is missing then', async () => {
    const delivery = { ...asking(undefined), route: routeTo(25, { dkim: 'nyaa', auth: 'neko' }) };
    const answer = await relay(true).send(delivery, undefined, wireOf());
    expect(answer.message).toEqual(["No credential 'neko' in authinfo"]);
  });
});
