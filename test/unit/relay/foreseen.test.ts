import { describe, expect, test } from 'vitest';
import { deliveryBy } from '../../../functions/app/attempt.ts';
import { sampleMail } from '../../../functions/app/explain/sample-mail.ts';
import { addressOf } from '../../../functions/mail/address.ts';
import { defineRelay } from '../../../functions/relay/define-relay.ts';
import { foreseen } from '../../../functions/relay/foresee/foreseen.ts';
import { mailers } from '../../../functions/relay/index.ts';
import type { Relay } from '../../../functions/relay/relay.ts';
import { parseCredential } from '../../../functions/tables/authinfo.ts';
import { buildTables } from '../../../functions/tables/tables.ts';

const address = (text: string) => addressOf(text) as NonNullable<ReturnType<typeof addressOf>>;

/** What a mailer foresees of a plain mail by a route and a credential. */
function foresee(relay: Relay, entry: object, secret?: object, to = 'neko@example.org') {
  const known = {
    mailers: new Map([...mailers, [relay.name, relay]]),
    milters: new Map(),
    deployed: false,
    machine: 'm',
  };
  const { mailertable } = buildTables({ mailertable: { default: { mailer: relay.name, ...entry } } }, known);
  const route = mailertable.get('default');
  if (!route) throw new Error('no route');
  const mail = sampleMail(address('kijitora@example.jp'), address(to), 'h.example.jp');
  const delivery = deliveryBy(route, mail);
  const name = route.auth ?? '';
  return foreseen(relay, delivery, secret && { name, version: '1', ...parseCredential(name, secret) });
}
const mailer = (name: string) => mailers.get(name) as Relay;

describe('foreseen()', () => {
  test.each([...mailers.values()].map((each) => [each.name, each] as const))(
    'has nothing to say of the example of %s',
    async (_, relay) => {
      const { route, authinfo = {} } = relay.example;
      expect(await foresee(relay, route, Object.values(authinfo)[0])).toBeUndefined();
    },
  );

  test.each<[string, object, object | undefined, string, string?]>([
    ['ESMTP', { host: 'a.example.jp', auth: 'Key' }, undefined, "No credential 'Key' in authinfo"],
    ['ESMTP', { host: 'a.example.jp', auth: 'Key' }, { password: 'x' }, "Credential 'Key' has no username"],
    [
      'ESMTP',
      { host: 'a.example.jp', auth: 'Key' },
      { username: 'neko', oauth2: { tokenUrl: 'https://a.example/', clientId: 'c', clientSecret: 's' } },
      "Cannot use credential 'Key': no TLS, and auth_plaintext is 0: XOAUTH2 is not used",
    ],
    ['ESMTP', {}, undefined, 'Recipient address cannot be relayed', '"<>"@example.org'],
    ['MX', {}, undefined, 'Recipient address cannot be relayed', '"<>"@example.org'],
    [
      'Mandrill',
      { auth: 'Key' },
      { password: 'x' },
      'Recipient address cannot be relayed',
      '","@example.org',
    ],
    [
      'AmazonSES',
      { auth: 'Key' },
      { username: 'neko@example.jp', password: 'x' },
      "Credential 'Key': its username is no access key ID",
    ],
    [
      'Mailgun',
      { auth: 'Key' },
      { username: 'no domain', password: 'x' },
      "Credential 'Key': username must be the domain at Mailgun",
    ],
    [
      'SendGrid',
      { auth: 'Key' },
      { username: 'neko', oauth2: { tokenUrl: 'https://a.example/', clientId: 'c', clientSecret: 's' } },
      "Credential 'Key': SendGrid takes no oauth2",
    ],
  ])('tells what %s would answer by itself (%j, %j)', async (name, entry, secret, message, to) => {
    expect(await foresee(mailer(name), entry, secret, to)).toMatchObject({ message: [message] });
  });

  test.each<[string, NonNullable<Relay['foresee']>]>([
    [
      'at once',
      () => {
        throw new Error('secret');
      },
    ],
    ['later', () => Promise.reject(new Error('secret'))],
  ])('tells of a mailer that fails %s what send() would', async (_, failing) => {
    const relay = defineRelay({
      name: 'Broken',
      description: 'Fails.',
      connects: false,
      example: { route: {} },
      foresee: failing,
      send: () => ({ code: '250', dsn: null, command: 'DATA', message: [], outcome: 'accepted' }),
    });
    expect(await foresee(relay, {})).toMatchObject({
      code: '451',
      message: ['Internal error'],
      outcome: 'deferred',
    });
  });
});
