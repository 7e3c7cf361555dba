import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { amazonSes } from '../../functions/relay/amazon-ses.ts';
import type { Route } from '../../functions/tables/route-entry.ts';
import { wireOf } from '../dialogue/deliveries.ts';
import { type ApiPeer, startApiPeer } from './api-peer.ts';
import { amazonSesCase, sesRefused } from './cases/amazon-ses.ts';
import { mailBy } from './mails.ts';
import { isSignedWith, signedBy } from './sigv4.ts';

const KEYS = {
  AWS_REGION: 'eu-west-1',
  AWS_ACCESS_KEY_ID: 'ASIAIOSFODNN7EXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'role-secret-wJalrXUtnFEMI',
  AWS_SESSION_TOKEN: 'role-token-IQoJb3JpZ2luX2VjEXAMPLE',
};
const CREDENTIAL = { name: 'neko', version: '1', username: 'AKIAIOSFODNN7EXAMPLE', password: 'nyanko22' };

const folder = mkdtempSync(join(tmpdir(), 'haineko-ses-'));
let peer: ApiPeer;
let tests = 0;
beforeEach(async () => {
  tests += 1;
  peer = await startApiPeer(amazonSesCase.words);
  // nothing of the machine that the tests run on, and no metadata service
  for (const name of Object.keys(process.env).filter((each) => each.startsWith('AWS_')))
    vi.stubEnv(name, undefined);
  vi.stubEnv('AWS_CONFIG_FILE', join(folder, 'none'));
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', join(folder, 'none'));
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await peer.close();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const byRole = (variables: Readonly<Record<string, string>>) => {
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
};
const route = (options = {}, keys: Partial<Route> = {}): Partial<Route> => ({
  mailer: 'AmazonSES',
  tls_verify: 0,
  // a client is kept by its endpoint, and a port may come again
  options: { endpoint: `${peer.url}/${tests}`, ...options },
  ...keys,
});
const send = async (by: Partial<Route>, credential?: typeof CREDENTIAL) =>
  amazonSes.send(await mailBy(by), credential, wireOf());

describe('AmazonSES without a credential', () => {
  test('send() signs with the keys and the token of the role, for its region', async () => {
    byRole(KEYS);
    expect(await send(route())).toMatchObject({ outcome: 'accepted' });
    const [seen] = peer.seen;
    if (!seen) throw new Error('nothing came');
    expect(signedBy(seen)).toMatchObject({ accessKey: 'ASIAIOSFODNN7EXAMPLE', region: 'eu-west-1' });
    expect(signedBy(seen).headers).toContain('x-amz-security-token');
    expect(seen.headers['x-amz-security-token']).toBe('role-token-IQoJb3JpZ2luX2VjEXAMPLE');
    expect(isSignedWith(seen, 'role-secret-wJalrXUtnFEMI')).toBe(true);
    expect(isSignedWith(seen, 'another')).toBe(false);
  });

  test('send() takes the region of the route before that of the function', async () => {
    byRole(KEYS);
    await send(route({ region: 'us-east-1' }));
    expect(peer.seen.map((seen) => signedBy(seen).region)).toEqual(['us-east-1']);
  });

  test('send() defers, and sends nothing, where no region is named', async () => {
    byRole({ ...KEYS, AWS_REGION: '' });
    expect(await send(route())).toMatchObject({
      outcome: 'deferred',
      code: '451',
      dsn: '4.3.5',
      command: 'CONN',
      message: [expect.stringContaining('`region`')],
    });
    expect(peer.connections()).toBe(0);
  });

  test('send() defers, and sends nothing, where no keys are to be had', async () => {
    byRole({ AWS_REGION: 'eu-west-1' });
    expect(await send(route())).toMatchObject({
      outcome: 'deferred',
      code: '451',
      dsn: '4.7.0',
      command: 'AUTH',
      message: ['No AWS credentials: neither a role nor an access key is to be had'],
      cause: expect.any(String),
    });
    expect(peer.connections()).toBe(0);
  });

  test('send() does not wait for keys longer than the route does', async () => {
    writeFileSync(join(folder, 'config'), '[profile slow]\ncredential_process = sleep 2\n');
    byRole({ AWS_REGION: 'eu-west-1', AWS_PROFILE: 'slow', AWS_CONFIG_FILE: join(folder, 'config') });
    const begun = Date.now();
    const reply = await send(route({}, { timeout: 0.3 }));
    expect(reply).toMatchObject({
      outcome: 'deferred',
      dsn: '4.7.0',
      message: ['No AWS credentials in time'],
    });
    expect(Date.now() - begun).toBeLessThan(1500);
    expect(peer.connections()).toBe(0);
  });

  test('send() says what the role may not, and whose it is in the log alone', async () => {
    byRole(KEYS);
    const text = 'User: arn:aws:sts::123456789012:assumed-role/Submit/Submit is not authorized';
    peer.say(sesRefused(403, 'AccessDenied', text));
    const { cause, ...reply } = await send(route());
    expect(reply).toMatchObject({ outcome: 'deferred', code: '451', dsn: '4.7.0' });
    expect(reply.message.join()).toContain('ses:SendRawEmail');
    expect(JSON.stringify(reply)).not.toContain('123456789012');
    expect(cause).toContain(text);
  });

  test('send() looks the keys up anew after they were refused', async () => {
    byRole(KEYS);
    peer.say(sesRefused(403, 'ExpiredToken'));
    expect(await send(route())).toMatchObject({ outcome: 'deferred', code: '535', dsn: '5.7.8' });
    peer.say(amazonSesCase.words.success);
    byRole({ ...KEYS, AWS_ACCESS_KEY_ID: 'ASIANEWER' });
    expect(await send(route())).toMatchObject({ outcome: 'accepted' });
    expect(peer.seen.map((seen) => signedBy(seen).accessKey)).toEqual(['ASIAIOSFODNN7EXAMPLE', 'ASIANEWER']);
  });
});

describe('AmazonSES with a credential', () => {
  test('send() takes its keys, not those of the role', async () => {
    byRole(KEYS);
    await send(route({}, { auth: 'neko' }), CREDENTIAL);
    const [seen] = peer.seen;
    if (!seen) throw new Error('nothing came');
    expect(signedBy(seen).accessKey).toBe('AKIAIOSFODNN7EXAMPLE');
    expect(seen.headers).not.toHaveProperty('x-amz-security-token');
    expect(isSignedWith(seen, 'nyanko22')).toBe(true);
  });

  test('send() takes the keys of its newest version', async () => {
    byRole(KEYS);
    await send(route({}, { auth: 'neko' }), CREDENTIAL);
    await send(route({}, { auth: 'neko' }), { ...CREDENTIAL, version: '2', password: 'nyanko23' });
    expect(peer.seen.map((seen) => isSignedWith(seen, 'nyanko23'))).toEqual([false, true]);
  });

  test('send() defers, and does not take the role, where it has no access key', async () => {
    byRole(KEYS);
    const reply = await send(route({}, { auth: 'neko' }), { ...CREDENTIAL, username: '' });
    expect(reply).toMatchObject({
      outcome: 'deferred',
      dsn: '4.3.5',
      command: 'AUTH',
      message: ["Credential 'neko': its username is no access key ID"],
    });
    expect(peer.connections()).toBe(0);
  });

  test('send() never shows what SES repeats of a signature', async () => {
    const text = 'The Canonical String should have been POST / x-amz-security-token:token nyanko22';
    for (const code of ['SignatureDoesNotMatch', 'IncompleteSignature', 'MessageRejected']) {
      peer.say(sesRefused(400, code, text));
      const reply = await send(route({ region: 'eu-west-1' }, { auth: 'neko' }), CREDENTIAL);
      expect(JSON.stringify(reply)).not.toContain('nyanko22');
      if (code !== 'MessageRejected') expect(JSON.stringify(reply)).not.toContain('Canonical');
    }
    expect(peer.seen).toHaveLength(3);
  });
});

describe('AmazonSES', () => {
  test('send() keeps the path of an endpoint', async () => {
    byRole(KEYS);
    await send(route({ endpoint: `${peer.url}/ses` }));
    expect(peer.seen.map(({ path }) => path)).toEqual(['/ses/']);
    expect(peer.seen.every((seen) => isSignedWith(seen, KEYS.AWS_SECRET_ACCESS_KEY))).toBe(true);
  });

  test('send() corrects its clock by the answer to an expired request', async () => {
    byRole(KEYS);
    const ahead = new Date(Date.now() + 3_600_000);
    peer.say(sesRefused(400, 'RequestExpired', 'nyaa', { date: ahead.toUTCString() }));
    expect(await send(route())).toMatchObject({ outcome: 'deferred', dsn: '4.3.0' });
    await send(route());
    const dates = peer.seen.map(({ headers }) => String(headers['x-amz-date']).slice(0, 11));
    const hour = (date: Date) => date.toISOString().replace(/[-:]/g, '').slice(0, 11);
    expect(dates[1]).toBe(hour(ahead));
    expect(dates[0]).not.toBe(dates[1]);
  });

  test('send() adds neither tags nor a configuration set where the route has none', async () => {
    byRole(KEYS);
    await send(route());
    const form = new URLSearchParams(peer.seen[0]?.body.toString());
    expect([...form.keys()]).toEqual([
      'Action',
      'Version',
      'RawMessage.Data',
      'Source',
      'Destinations.member.1',
    ]);
  });

  test('send() asks once, whatever the environment says of attempts', async () => {
    byRole({ ...KEYS, AWS_MAX_ATTEMPTS: '4', AWS_RETRY_MODE: 'adaptive' });
    peer.say(amazonSesCase.words.serverError);
    expect(await send(route())).toMatchObject({ outcome: 'deferred', dsn: '4.3.0' });
    expect(peer.seen).toHaveLength(1);
  });

  test('send() defers, and sends nothing, where the SDK makes no request', async () => {
    // it refuses FIPS beside an endpoint
    byRole({ ...KEYS, AWS_USE_FIPS_ENDPOINT: 'true' });
    const reply = await send(route());
    expect(reply).toMatchObject({ outcome: 'deferred', code: '451', dsn: '4.3.0' });
    expect(reply.cause).toContain('FIPS');
    expect(peer.connections()).toBe(0);
  });

  test('send() refuses the null sender, which SES would take from the mail', async () => {
    byRole(KEYS);
    const reply = await amazonSes.send(await mailBy(route(), { mail: null }), undefined, wireOf());
    expect(reply).toMatchObject({ outcome: 'rejected', code: '554', dsn: '5.6.3' });
    expect(peer.connections()).toBe(0);
  });
});
