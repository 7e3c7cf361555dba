import { describe, expect, test } from 'vitest';
import { addressOf } from '../../../functions/mail/address.ts';
import { mailgunCall } from '../../../functions/relay/mailgun/words.ts';
import { mailgun } from '../../../functions/relay/mailgun.ts';
import { mandrill } from '../../../functions/relay/mandrill.ts';
import { isOwnFault } from '../../../functions/relay/own-fault.ts';
import { postmark } from '../../../functions/relay/postmark.ts';
import { deliveryBy, NEKO, routeTo, wireOf } from '../../dialogue/deliveries.ts';

// nobody listens at port 1: a request would end with CONN
const route = routeTo(25, { mailer: 'Mailgun', auth: 'neko', options: { endpoint: 'https://127.0.0.1:1' } });
const KEY = { ...NEKO, username: 'mg.example.jp' };

describe('Mailgun', () => {
  test.each(['', 'mg example.jp', 'mg.example.jp/../x', 'postmaster@mg.example.jp'])(
    'send() asks for nothing when username is no domain: %j',
    async (username) => {
      const reply = await mailgun.send(deliveryBy(route), { ...NEKO, username }, wireOf());
      expect(reply).toMatchObject({
        outcome: 'deferred',
        code: '451',
        dsn: '4.3.5',
        command: 'AUTH',
        message: ["Credential 'neko': username must be the domain at Mailgun"],
      });
      expect(isOwnFault(reply)).toBe(true);
    },
  );

  test.each([mailgun, postmark, mandrill])(
    '$name asks for nothing when the recipient would be several to it',
    async (relay) => {
      const rcpt = addressOf('"mi-chan,tora@example.com,x"@example.org');
      if (rcpt === undefined) throw new Error('no address');
      const delivery = deliveryBy(route);
      const reply = await relay.send(
        { ...delivery, envelope: { ...delivery.envelope, rcpt: [rcpt] } },
        KEY,
        wireOf(),
      );
      expect(reply).toMatchObject({ outcome: 'rejected', code: '553', dsn: '5.1.3', command: 'RCPT' });
    },
  );

  test.each([
    ['us', 'https://api.mailgun.net'],
    ['eu', 'https://api.eu.mailgun.net'],
  ])('mailgunCall() goes to the region when it is %s', (region, base) => {
    const credential = { ...KEY, username: '猫.example.jp' };
    expect(mailgunCall({ ...route, options: { region } }, credential, [], 'queueid')).toMatchObject({
      base,
      path: '/v3/xn--z7x.example.jp/messages.mime',
    });
  });
});
