import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { relays } from '../../functions/relay/index.ts';
import type { Delivery } from '../../functions/relay/relay.ts';
import type { Credential } from '../../functions/tables/authinfo.ts';
import { wireOf } from '../dialogue/deliveries.ts';
import { startPeerOf } from './api-case.ts';
import { type ApiPeer, startApiPeer } from './api-peer.ts';
import { apiCases } from './cases/index.ts';
import { deferred, UNKNOWN } from './expectations.ts';
import { BIG, mailBy, WHOLE } from './mails.ts';
import { routeOf } from './routes.ts';

test('every mailer over an API is in the suite', () => {
  const overApi = relays.filter(({ options }) => 'endpoint' in options).map(({ name }) => name);
  expect(apiCases.map(({ relay }) => relay.name)).toEqual(expect.arrayContaining(overApi));
});

describe.each(apiCases.map((each) => [each.relay.name, each] as const))('%s', (_name, mailer) => {
  const { relay, words } = mailer;
  const credential: Credential | undefined = mailer.credential && {
    name: 'neko',
    version: '1',
    ...mailer.credential,
  };
  let peer: ApiPeer;
  beforeEach(async () => {
    peer = await startPeerOf(mailer);
  });
  afterEach(() => peer.close());

  const route = (keys = {}) => routeOf(mailer, peer.port, keys);
  const send = (delivery: Delivery, wire = wireOf()) => relay.send(delivery, credential, wire);

  test('send() sends the usual mail as its API wants it', async () => {
    const delivery = await mailBy(route());
    const reply = await send(delivery);
    expect(reply).toMatchObject({
      outcome: 'accepted',
      error: 0,
      code: '250',
      message: mailer.accepted,
      mailer: relay.name,
      rcpt: 'mi-chan@example.org',
      host: '127.0.0.1',
      port: peer.port,
    });
    expect(peer.seen).toHaveLength(1);
    for (const seen of peer.seen) mailer.request(seen, delivery);
  });

  test('send() sends HTML, inline images and files', async () => {
    const delivery = await mailBy(route(), { content: WHOLE });
    expect(await send(delivery)).toMatchObject({ outcome: 'accepted' });
    for (const seen of peer.seen) await mailer.wholeRequest(seen, delivery);
  });

  test('send() sends 4 MB of Japanese whole', async () => {
    const delivery = await mailBy(route({ timeout: 20 }), { content: BIG });
    expect(delivery.body.length).toBeGreaterThan(4_000_000);
    expect(await send(delivery)).toMatchObject({ outcome: 'accepted' });
    expect(peer.seen[0]?.body.length).toBeGreaterThan(4_000_000);
  });

  test('send() never refuses a mail for its charset', async () => {
    const delivery = await mailBy(route(), { charset: 'ISO-2022-JP' });
    expect(delivery.message.charset).toBe('ISO-2022-JP');
    expect(await send(delivery)).toMatchObject({ outcome: 'accepted' });
  });

  test.each(mailer.errors)('send() answers by the documented code: $title', async ({ said, expected }) => {
    peer.say(said);
    const reply = await send(await mailBy(route()));
    expect(reply).toMatchObject(expected);
    expect(reply.error).toBe(reply.outcome === 'accepted' || reply.outcome === 'queued' ? 0 : 1);
    expect(peer.seen).toHaveLength(1);
  });

  test('send() tells when a throttled mail may be sent again', async () => {
    peer.say({ ...words.throttled, headers: { ...words.throttled.headers, 'retry-after': '7' } });
    expect(await send(await mailBy(route()))).toMatchObject({ outcome: 'deferred', retryAfter: 7 });
  });

  test.each([409, 502, 504, 520, 524, 599])('send() takes %i of a gateway as unknown', async (status) => {
    peer.say({ status, body: 'Bad Gateway' });
    expect(await send(await mailBy(route()))).toMatchObject(UNKNOWN);
    if (status === 409) return;
    // whatever it says: it is not the provider
    peer.say({ ...words.mailRefused, status });
    expect(await send(await mailBy(route()))).toMatchObject(UNKNOWN);
  });

  test.each([402, 408, 421, 423, 431])('send() takes %i for no verdict on the mail', async (status) => {
    peer.say({ status, body: 'Nyaa' });
    expect(await send(await mailBy(route()))).toMatchObject({ outcome: 'deferred', error: 1 });
  });

  test('send() never follows a redirect with the credential', async () => {
    const elsewhere = await startApiPeer(words);
    peer.say({ status: 308, headers: { location: `${elsewhere.url}/v3` } });
    expect(await send(await mailBy(route()))).toMatchObject(deferred('4.3.5'));
    expect(elsewhere.connections()).toBe(0);
    await elsewhere.close();
  });

  test('send() verifies the certificate', async () => {
    const reply = await send(await mailBy(route({ tls_verify: 1 })));
    expect(reply).toMatchObject({ ...deferred('4.7.5'), command: 'CONN' });
    expect(peer.seen).toHaveLength(0);
  });

  test('send() hands nothing over with too little time for the answer', async () => {
    const reply = await send(await mailBy(route()), wireOf({ answerReserve: 120_000 }));
    expect(reply).toMatchObject(deferred('4.4.7'));
    expect(peer.seen).toHaveLength(0);
  });

  test('send() answers for a credential that no header can carry', async () => {
    const odd = credential && { ...credential, username: '三毛', password: 'nyaa\u{1f408}' };
    const reply = await relay.send(await mailBy(route()), odd, wireOf());
    // one that goes in the body, or encoded, goes out
    if (reply.outcome !== 'accepted') expect(reply).toMatchObject(deferred('4.3.5'));
    expect(JSON.stringify(reply)).not.toContain('nyaa');
  });

  test('send() uses a connection again', async () => {
    await send(await mailBy(route()));
    await send(await mailBy(route()));
    expect(peer.seen).toHaveLength(2);
    expect(peer.connections()).toBe(1);
  });

  test('send() never shows the credential, whatever the provider repeats', async () => {
    const secret = mailer.credential?.password ?? 'no secret';
    for (const status of [400, 401, 500]) {
      let login = '';
      peer.say(({ headers: { authorization = '' } }) => {
        // of Basic it is no secret of ours that stands there, but its base64 (RFC 7617 2)
        login = /^(?:Basic|Bearer) (.+)$/.exec(authorization)?.[1] ?? '';
        const said = `${secret} ${authorization}`;
        // across the 1000th character too: what is cut there must be hidden before
        const long = `${'x'.repeat(1000 - secret.length)} ${secret}`;
        const body = JSON.stringify({
          message: said,
          errors: [{ message: said }, { message: long }],
          Message: long,
          ErrorCode: 300,
        });
        return { status, body, headers: { 'content-type': 'application/json' } };
      });
      const reply = JSON.stringify(await send(await mailBy(route())));
      expect(reply).not.toContain(secret.slice(0, 10));
      expect(reply).not.toContain(login || secret);
    }
  });
});
