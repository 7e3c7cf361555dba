import { describe, expect, test } from 'vitest';
import { defineRelay } from '../../../functions/relay/define-relay.ts';
import type { Answer } from '../../../functions/relay/relay.ts';
import { deliveryBy, NEKO, routeTo, wireOf } from '../../dialogue/deliveries.ts';

const OK: Answer = { code: '200', dsn: null, command: 'DATA', message: ['OK'], outcome: 'accepted' };
const base = {
  name: 'Neko',
  description: 'Takes mail to the cat.',
  example: { route: { mailer: 'Neko' } },
};

describe('defineRelay()', () => {
  test('defineRelay() fills in what a mailer leaves out', () => {
    const relay = defineRelay({ ...base, send: () => OK });
    expect(relay).toMatchObject({ ...base, options: {}, local: false, connects: true, port: 25 });
  });

  test('send() fills in recipient, mailer, host, port and error', async () => {
    const relay = defineRelay({ ...base, send: () => OK });
    expect(await relay.send(deliveryBy(routeTo(2525)), undefined, wireOf())).toEqual({
      ...OK,
      error: 0,
      rcpt: 'mi-chan@example.org',
      mailer: 'Neko',
      host: '127.0.0.1',
      port: 2525,
    });
  });

  test('send() gives no host where the mailer connects to none', async () => {
    const relay = defineRelay({ ...base, connects: false, send: () => OK });
    expect(await relay.send(deliveryBy(routeTo(25)), undefined, wireOf())).not.toHaveProperty('host');
  });

  test('send() keeps the host that a mailer names itself', async () => {
    const relay = defineRelay({ ...base, send: () => ({ ...OK, host: 'mx.example.org', port: 26 }) });
    expect(await relay.send(deliveryBy(routeTo(25)), undefined, wireOf())).toMatchObject({
      host: 'mx.example.org',
      port: 26,
    });
  });

  test.each([
    [false, 'deferred'],
    [true, 'unknown'],
  ])('send() answers for an exception (mail handed over: %s): %s', async (over, outcome) => {
    const relay = defineRelay({
      ...base,
      send(_delivery, _credential, _wire, handOver) {
        if (over) handOver();
        throw new Error('no such cat');
      },
    });
    const answer = await relay.send(deliveryBy(routeTo(25)), undefined, wireOf());
    expect(answer).toMatchObject({ outcome, code: '451', dsn: '4.3.0', error: 1, mailer: 'Neko' });
    expect(answer.message.join()).not.toContain('cat');
    expect(answer.cause).toContain('no such cat');
  });

  test('send() does not ask the mailer when the credential of the route is absent', async () => {
    let asked = 0;
    const relay = defineRelay({
      ...base,
      send: () => {
        asked += 1;
        return OK;
      },
    });
    const delivery = deliveryBy(routeTo(25, { auth: 'Google' }));
    expect(await relay.send(delivery, undefined, wireOf())).toMatchObject({
      outcome: 'deferred',
      code: '451',
      dsn: '4.7.0',
      command: 'AUTH',
      message: ["No credential 'Google' in authinfo"],
    });
    expect(asked).toBe(0);
    expect((await relay.send(delivery, NEKO, wireOf())).outcome).toBe('accepted');
  });

  test.each([
    [
      { dkim: { domain: 'example.jp', selector: 's', privateKey: '' } },
      "Credential 'Google' is a DKIM key: name it in dkim",
    ],
    [
      { oauth2: { tokenUrl: 'https://login.example.com/', clientId: 'x' } },
      "Credential 'Google': Neko takes no oauth2",
    ],
  ])('send() does not ask the mailer with a credential of another kind', async (kind, message) => {
    const relay = defineRelay({ ...base, credential: { needed: 'may' }, send: () => OK });
    const credential = { name: 'Google', version: '1', username: 'neko', password: '', ...kind };
    const answer = await relay.send(deliveryBy(routeTo(25, { auth: 'Google' })), credential, wireOf());
    expect(answer).toMatchObject({ outcome: 'deferred', code: '451', dsn: '4.7.0', message: [message] });
    const token = defineRelay({ ...base, credential: { needed: 'may', oauth2: true }, send: () => OK });
    const taken = await token.send(deliveryBy(routeTo(25, { auth: 'Google' })), credential, wireOf());
    expect(taken.outcome).toBe('oauth2' in kind ? 'accepted' : 'deferred');
  });
});
