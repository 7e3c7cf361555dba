import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { relays } from '../../functions/relay/index.ts';
import { verifyCredential } from '../../functions/relay/verify-credential.ts';
import { parseCredential } from '../../functions/tables/authinfo.ts';
import type { Route } from '../../functions/tables/route-entry.ts';
import { routeTo, wireOf } from '../dialogue/deliveries.ts';
import { startPeerOf } from './api-case.ts';
import type { ApiPeer, Seen } from './api-peer.ts';
import { apiCases } from './cases/index.ts';
import type { Fault } from './peer.ts';
import { routeOf } from './routes.ts';

test('every mailer that takes a credential can try one', () => {
  const takers = relays.filter(({ credential }) => credential.needed !== 'never');
  const able = takers.filter(({ verifier, credential }) => verifier && credential.tried);
  expect(able.map(({ name }) => name)).toEqual(takers.map(({ name }) => name));
});

/** As the docs name a request: by its action where it is a call of an AWS API, else by method and path. */
const whatIsAsked = ({ method, path, body }: Seen) =>
  new URLSearchParams(body.toString()).get('Action') ?? `${method} ${path}`;

const withCredential = apiCases.flatMap((each) =>
  each.credential ? [[each.relay.name, each, each.credential] as const] : [],
);

describe.each(withCredential)('%s', (_name, mailer, secret) => {
  const credential = { name: 'neko', version: '1', ...secret };
  let peer: ApiPeer;
  beforeEach(async () => {
    peer = await startPeerOf(mailer);
  });
  afterEach(() => peer.close());

  const verify = async (keys: Partial<Route> = {}, given = credential, port = peer.port) => {
    const route = routeTo(25, routeOf(mailer, port, keys));
    const { verdict, told } = await verifyCredential(route, given, {
      hostname: 'haineko.test',
      wire: wireOf({ answerReserve: 120_000 }),
    });
    return { verdict, told: told.join('\n') };
  };

  test('verifyCredential() asks once, sends nothing, and finds a good one good', async () => {
    expect((await verify()).verdict).toBe('good');
    expect(peer.seen).toHaveLength(1);
    for (const seen of peer.seen) mailer.checkRequest(seen);
    expect(peer.accepted()).toBe(0);
  });

  test('verifyCredential() asks by what the mailer declares in credential.tried', async () => {
    const { route, authinfo = {} } = mailer.relay.example;
    const [example] = Object.values(authinfo);
    // the docs print it as the example's credential is tried
    await verify({}, { ...credential, ...(example && parseCredential(String(route['auth']), example)) });
    expect(peer.seen.map(whatIsAsked)).toEqual([mailer.relay.credential.tried]);
  });

  test('verifyCredential() finds a refused one refused, and says why', async () => {
    peer.behave('credential refused');
    const { verdict, told } = await verify();
    expect(verdict).toBe('refused');
    expect(told).toMatch(/HTTP [45]\d\d|SignatureDoesNotMatch/);
    expect(peer.seen).toHaveLength(1);
  });

  test.each(mailer.checks)('verifyCredential() reads the documented answer: $title', async (each) => {
    peer.say(each.said);
    const { verdict, told } = await verify();
    expect({ verdict, told }).toEqual({ verdict: each.verdict, told: expect.stringMatching(each.told) });
  });

  test('verifyCredential() tries what it is given, not what it was given before', async () => {
    await verify();
    await verify({}, { ...credential, password: 'rotated-nyanko22' });
    expect(peer.seen.map((seen) => mailer.carries(seen, 'rotated-nyanko22'))).toEqual([false, true]);
  });

  test('verifyCredential() knows nothing where nobody listens', async () => {
    expect(await verify({}, credential, 1)).toEqual({
      verdict: 'unknown',
      told: expect.stringMatching(/Cannot connect to the API\n.*ECONNREFUSED/),
    });
  });

  test('verifyCredential() knows nothing of a server whose certificate does not hold', async () => {
    expect(await verify({ tls_verify: 1 })).toEqual({
      verdict: 'unknown',
      told: expect.stringContaining('TLS failed: the certificate is not of a trusted authority'),
    });
    expect(peer.seen).toHaveLength(0);
  });

  test('verifyCredential() waits no longer than the route says', async () => {
    peer.behave('hang');
    expect(await verify({ timeout: 0.3 })).toEqual({
      verdict: 'unknown',
      told: expect.stringContaining('No response in time'),
    });
  });

  test.each<Fault>([
    'reset before the request',
    'reset after the request',
    'truncated answer',
    'not an answer',
    'redirect',
    'server error',
    'throttled',
  ])('verifyCredential() makes no verdict of: %s', async (fault) => {
    peer.behave(fault);
    const { verdict, told } = await verify();
    expect(verdict).toBe('unknown');
    expect(told).not.toBe('');
  });

  test.each([403, 404, 502, 504, 520])('verifyCredential() makes no verdict of %i', async (status) => {
    peer.say({ ...mailer.words.check.good, status });
    expect((await verify()).verdict).toBe('unknown');
    peer.say({ status, body: 'Nyaa' });
    expect((await verify()).verdict).toBe('unknown');
    // whatever it says: it is not the provider
    if (status < 500) return;
    peer.say({ ...mailer.words.check.refused, status });
    expect((await verify()).verdict).toBe('unknown');
  });

  test('verifyCredential() answers for a credential that no header can carry', async () => {
    const odd = { ...credential, username: '三毛', password: 'nyaa\u{1f408}' };
    const { verdict, told } = await verify({}, odd);
    // one that goes in the body, or encoded, is asked for
    if (verdict !== 'good') expect(told).toMatch(/cannot stand in header|must be|no access key/);
    expect(told).not.toContain('nyaa');
  });

  test('verifyCredential() never tells the credential, whatever the provider repeats', async () => {
    for (const status of [200, 400, 401, 500]) {
      let login = '';
      peer.say(({ headers: { authorization = '' } }) => {
        login = /^(?:Basic|Bearer) (.+)$/.exec(authorization)?.[1] ?? '';
        const said = `${secret.password} ${authorization}`;
        const long = `${'x'.repeat(1000 - secret.password.length)} ${secret.password}`;
        const body = JSON.stringify({ message: long, errors: [{ message: said }], ErrorCode: 300 });
        return { status, body, headers: { 'content-type': 'application/json' } };
      });
      const { told } = await verify();
      expect(told).not.toContain(secret.password.slice(0, 10));
      expect(told).not.toContain(login || secret.password);
    }
  });
});
