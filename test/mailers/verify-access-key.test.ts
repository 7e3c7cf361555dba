import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { verify } from '../../functions/relay/amazon-ses/verify-access-key.ts';
import { routeTo, wireOf } from '../dialogue/deliveries.ts';
import { type ApiPeer, startApiPeer } from './api-peer.ts';
import { amazonSesCase, sesRefused } from './cases/amazon-ses.ts';

const CREDENTIAL = { name: 'neko', version: '1', username: 'AKIAIOSFODNN7EXAMPLE', password: 'nyanko22' };
const NOT_KNOWN = sesRefused(403, 'InvalidClientTokenId');

let peer: ApiPeer;
beforeEach(async () => {
  peer = await startApiPeer(amazonSesCase.words);
});
afterEach(() => peer.close());

/** Tries a key with so many milliseconds to the deadline, and waits for nothing: a pause only moves the clock. */
async function tried(deadline = 30_000) {
  const began = Date.now();
  const pauses: number[] = [];
  const now = () => began + pauses.reduce((sum, ms) => sum + ms, 0);
  const route = routeTo(25, {
    mailer: 'AmazonSES',
    tls_verify: 0,
    timeout: 59,
    options: { region: 'eu-west-1', endpoint: peer.url },
  });
  const wire = wireOf({ now, deadline: began + deadline });
  const found = await verify(route, CREDENTIAL, { hostname: 'haineko.test', wire }, async (ms) => {
    pauses.push(ms);
  });
  return { ...found, pauses, requests: peer.seen.length };
}

describe('verify() of an access key', () => {
  test.each(['InvalidClientTokenId', 'UnrecognizedClientException'])(
    'finds a key good that AWS knows some seconds later, after %s',
    async (code) => {
      let times = 0;
      peer.say(() => {
        times += 1;
        return times < 4 ? sesRefused(403, code) : amazonSesCase.words.check.good;
      });
      expect(await tried()).toEqual({
        verdict: 'good',
        told: ['GetSendQuota: HTTP 200, 200 mails in 24 hours'],
        pauses: [3000, 3000, 3000],
        requests: 4,
      });
    },
  );

  test('refuses a key that AWS does not know for 15 s, and says that a new one may take longer', async () => {
    peer.say(NOT_KNOWN);
    expect(await tried()).toEqual({
      verdict: 'refused',
      told: [
        'GetSendQuota: InvalidClientTokenId',
        'AWS does not know the key, asked 6 times within 15 s; one made just now may take longer: try again in a minute',
      ],
      pauses: [3000, 3000, 3000, 3000, 3000],
      requests: 6,
    });
  });

  test.each([
    [8000, 2],
    [5000, 1],
  ])('asks no more than the deadline allows: %d ms, %d times', async (deadline, requests) => {
    peer.say(NOT_KNOWN);
    const found = await tried(deadline);
    expect(found).toMatchObject({ verdict: 'refused', requests });
    expect(found.told[1]).toContain(requests === 1 ? 'asked once;' : 'asked 2 times within 3 s;');
  });

  test('asks once where the secret is the wrong one', async () => {
    peer.say(sesRefused(403, 'SignatureDoesNotMatch'));
    expect(await tried()).toMatchObject({ verdict: 'refused', requests: 1, pauses: [] });
  });
});
