import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { MailResolver } from '../../../functions/relay/relay.ts';
import { verifyCredential } from '../../../functions/relay/verify-credential.ts';
import type { Credential } from '../../../functions/tables/authinfo.ts';
import type { Route } from '../../../functions/tables/route-entry.ts';
import { NEKO, routeTo, wireOf } from '../../dialogue/deliveries.ts';
import { makeKey } from '../../dialogue/dkim-keys.ts';

const KEY = makeKey('OurKey', 'example.jp', '2026a');
const PEM = KEY.credential.dkim?.privateKey ?? '';
const P = /p=(.*)/.exec(KEY.record)?.[1] ?? '';
const PKCS1 = createPublicKey(PEM).export({ type: 'pkcs1', format: 'der' }).toString('base64');
const OTHER = makeKey('Other', 'example.jp', '2026a').record;

type Answer = readonly (readonly string[])[] | string;

/** A DNS with one answer to TXT: records, or the code of an error. */
function dns(answer: Answer, asked: string[] = []): MailResolver {
  const nothing = async () => [];
  return {
    resolveMx: nothing,
    resolve4: nothing,
    resolve6: nothing,
    async resolveTxt(name) {
      asked.push(name);
      if (typeof answer === 'string') throw Object.assign(new Error(answer), { code: answer });
      return answer;
    },
  };
}

const verify = async (keys: Partial<Route>, credential: Credential, resolver?: MailResolver) => {
  const { verdict, told } = await verifyCredential(routeTo(1, keys), credential, {
    hostname: 'haineko.test',
    wire: wireOf(resolver && { resolver }),
  });
  return { verdict, told: told.join('\n') };
};
const key = (answer: Answer, credential = KEY.credential) =>
  verify({ dkim: 'OurKey' }, credential, dns(answer));

describe('verifyCredential() of a DKIM key', () => {
  test('verifyCredential() looks where verifiers will', async () => {
    const asked: string[] = [];
    const { verdict } = await verify(
      { mailer: 'MX', dkim: 'OurKey' },
      KEY.credential,
      dns([[KEY.record]], asked),
    );
    expect([verdict, asked]).toEqual(['good', ['2026a._domainkey.example.jp']]);
  });

  test.each<[string, Answer]>([
    ['in several texts', [[KEY.record.slice(0, 255), KEY.record.slice(255)]]],
    ['with white space in it', [[`v=DKIM1 ; p = ${P.slice(0, 100)}\t ${P.slice(100)} ; n=neko`]]],
    ['without v= and k=', [[`p=${P}`]]],
    ['beside other records', [['v=spf1 -all'], [OTHER], [KEY.record]]],
    ['for sha256 and mail', [[`v=DKIM1; h=sha1:sha256; s=email:neko; p=${P}`]]],
    ['as the RSAPublicKey alone', [[`v=DKIM1; p=${PKCS1}`]]],
  ])('verifyCredential() finds its public half: %s', async (_, records) => {
    expect(await key(records)).toEqual({
      verdict: 'good',
      told: 'TXT 2026a._domainkey.example.jp: this key',
    });
  });

  test.each<[string, Answer, RegExp]>([
    [
      'another key',
      [[OTHER]],
      /: another key\nPublish TXT 2026a\._domainkey\.example\.jp: v=DKIM1; k=rsa; p=/,
    ],
    ['a revoked key', [['v=DKIM1; p=']], /: the key is revoked/],
    ['a key for sha1 alone', [[`v=DKIM1; h=sha1; p=${P}`]], /h= or s= rules our signatures out/],
    ['a key for another service', [[`v=DKIM1; s=neko; p=${P}`]], /h= or s= rules our signatures out/],
  ])('verifyCredential() finds it refused: %s', async (_, records, told) => {
    expect(await key(records)).toEqual({ verdict: 'refused', told: expect.stringMatching(told) });
  });

  test.each<[string, Answer, string]>([
    ['no such name', 'ENOTFOUND', `no such name\nPublish TXT 2026a._domainkey.example.jp: ${KEY.record}`],
    ['no TXT', 'ENODATA', 'no data\nPublish'],
    ['no record', [], 'no data\nPublish'],
    ['no key', [['v=spf1 -all']], 'no key in it\nPublish'],
    ['a DNS out of order', 'ESERVFAIL', ': ESERVFAIL'],
  ])('verifyCredential() knows nothing, and says why: %s', async (_, answer, told) => {
    expect(await key(answer)).toEqual({ verdict: 'unknown', told: expect.stringContaining(told) });
  });

  test('verifyCredential() knows nothing where there is no DNS to ask', async () => {
    const { resolveTxt: _, ...resolver } = dns([]);
    expect(await verify({ dkim: 'OurKey' }, KEY.credential, resolver)).toEqual({
      verdict: 'unknown',
      told: expect.stringContaining('there is no DNS to ask'),
    });
  });

  test.each([
    ['nyaa', 'nyaa'],
    [
      'a key that is not RSA',
      generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }),
    ],
  ])('verifyCredential() finds a key refused that is none: %s', async (_, privateKey) => {
    const dkim = { domain: 'example.jp', selector: '2026a', privateKey: String(privateKey) };
    const { verdict, told } = await key([[KEY.record]], { ...KEY.credential, dkim });
    expect([verdict, told]).toEqual(['refused', 'The private key is no RSA key in PEM']);
  });

  test('verifyCredential() never tells the private key', async () => {
    const half = PEM.split('\n')[5] ?? PEM;
    for (const answer of [[[OTHER]], 'ENOTFOUND', [[KEY.record]]])
      expect((await key(answer)).told).not.toContain(half);
  });
});

describe('verifyCredential() of what does not fit its route', () => {
  const oauth2 = { tokenUrl: 'https://127.0.0.1:1/', clientId: 'neko', clientSecret: 'nyanko22' };
  test.each<[string, Partial<Route>, Credential, string]>([
    ['a DKIM key in auth', { auth: 'OurKey' }, KEY.credential, "'OurKey' is a DKIM key: name it in dkim"],
    ['a password in dkim', { dkim: 'neko' }, NEKO, "'neko' is no DKIM key: name it in auth"],
    [
      'oauth2 for an API',
      { mailer: 'Postmark', auth: 'neko' },
      { ...NEKO, password: '', oauth2 },
      'Postmark takes no oauth2',
    ],
    ['a mailer without one', { mailer: 'MX', auth: 'neko' }, NEKO, 'MX takes no credential'],
    ['a mailer that is not there', { mailer: 'Neko', auth: 'neko' }, NEKO, 'Neko takes no credential'],
    [
      'a domain that is none',
      { mailer: 'Mailgun', auth: 'neko' },
      { ...NEKO, username: 'mg example.jp' },
      "Credential 'neko': username must be the domain at Mailgun",
    ],
    [
      'a password in the clear',
      { mailer: 'Haineko', host: '192.0.2.9', auth: 'neko' },
      NEKO,
      "Cannot use credential 'neko': no TLS, and auth_plaintext is 0",
    ],
    [
      'no access key',
      { mailer: 'AmazonSES', auth: 'neko' },
      { ...NEKO, username: 'a b' },
      'no access key ID',
    ],
  ])('verifyCredential() says so, and asks nobody: %s', async (_, keys, credential, told) => {
    expect(await verify(keys, credential, dns('ENOTFOUND'))).toEqual({
      verdict: 'unknown',
      told: expect.stringContaining(told),
    });
  });
});
