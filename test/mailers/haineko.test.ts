import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { haineko as relay } from '../../functions/relay/haineko.ts';
import type { Delivery } from '../../functions/relay/relay.ts';
import type { Route } from '../../functions/tables/route-entry.ts';
import { NEKO, wireOf } from '../dialogue/deliveries.ts';
import { world } from '../unit/app/world.ts';
import { type ApiPeer, type Said, startApiPeer } from './api-peer.ts';
import { hainekoCase } from './cases/haineko.ts';
import { haineko, recorded, replied } from './haineko-answers.ts';
import { type MailKeys, mailBy, WHOLE } from './mails.ts';

const send = (delivery: Delivery, credential = delivery.route.auth ? NEKO : undefined) =>
  relay.send(delivery, credential, wireOf());

const field = (name: string, value: string) => ({ name, kind: 'addresses' as const, value });

/** The original takes text, From, Reply-To and Subject, and writes To by itself. */
async function plainMail(route: Partial<Route>, keys: MailKeys = {}): Promise<Delivery> {
  const delivery = await mailBy(route, keys);
  const { message, envelope } = delivery;
  const fields = message.fields
    .filter(({ name }) => !['List-Unsubscribe', 'X-Neko'].includes(name))
    .map((each) => (each.name === 'To' && !keys.fields ? { ...each, value: envelope.rcpt[0] } : each));
  return { ...delivery, message: { ...message, fields } };
}

describe('Haineko over HTTP', () => {
  let server: Server;
  let port: number;
  let said: Said;
  const seen: IncomingHttpHeaders[] = [];
  beforeEach(async () => {
    said = haineko(200, [replied()]);
    seen.length = 0;
    server = createServer((request, response) => {
      seen.push(request.headers);
      request.resume().on('end', () => response.writeHead(said.status, { ...said.headers }).end(said.body));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    ({ port } = server.address() as AddressInfo);
  });
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  });
  const route = (keys: Partial<Route> = {}): Partial<Route> => ({ port, auth: 'neko', ...keys });

  test.each(['127.0.0.1', 'localhost'])('send() sends the password to %s', async (host) => {
    expect(await send(await mailBy(route({ host })))).toMatchObject({ outcome: 'accepted', host, port });
    expect(seen[0]?.authorization).toBe(`Basic ${Buffer.from('neko:nyaa:=+').toString('base64')}`);
  });

  // 0.0.0.0 leads to this machine, but is no address of its loopback
  test.each(['0.0.0.0', '2001:db8::1'])(
    'send() sends to %s no password, nor the mail without it',
    async (host) => {
      expect(await send(await mailBy(route({ host })))).toMatchObject({
        outcome: 'deferred',
        code: '451',
        dsn: '4.7.0',
        command: 'AUTH',
        message: ["Cannot use credential 'neko': no TLS, and auth_plaintext is 0"],
      });
      expect(seen).toEqual([]);
    },
  );

  test('send() sends it there with auth_plaintext, and a mail without a password', async () => {
    const plaintext = await send(await mailBy(route({ host: '0.0.0.0', auth_plaintext: 1 })));
    expect(plaintext.outcome).toBe('accepted');
    const nobody = await send(await mailBy(route({ host: '0.0.0.0', auth: undefined })));
    expect(nobody.outcome).toBe('accepted');
    expect(seen.map(({ authorization }) => authorization !== undefined)).toEqual([true, false]);
  });

  test('send() asks for no other credential where it is not ours that was refused', async () => {
    said = haineko(503, [replied({ outcome: 'deferred', code: '535', dsn: '5.7.8', command: 'AUTH' })]);
    const reply = await send(await mailBy(route()));
    expect(reply).toMatchObject({ outcome: 'deferred', code: '535', command: 'AUTH', retryAfter: 60 });
    expect(reply).not.toHaveProperty('credentialRefused');
  });

  test('send() passes on its notes', async () => {
    said = haineko(200, [replied()], ['The text does not fit US-ASCII: sent in UTF-8']);
    expect((await send(await mailBy(route()))).notes).toContain(
      'The text does not fit US-ASCII: sent in UTF-8',
    );
  });

  test('send() never shows what it sent as Authorization', async () => {
    const sent = Buffer.from('neko:nyaa:=+').toString('base64');
    said = haineko(422, [replied({ outcome: 'rejected', code: '550', message: [`Basic ${sent}`] })]);
    expect((await send(await mailBy(route()))).message).toEqual(['Basic ****']);
  });

  describe('to the original', () => {
    const original = (keys: Record<string, unknown> = { original: 1 }) =>
      route({ auth: undefined, options: keys });
    const ACCEPTED = 'accept: valid, 1 recipient';

    test('send() sends what it takes', async () => {
      said = recorded(ACCEPTED);
      const reply = await send(await plainMail(original()));
      expect(reply).toMatchObject({ outcome: 'accepted', code: '250', dsn: null, message: ['Accepted'] });
      expect(reply.notes).toEqual(['Haineko may set its own: Message-Id, Date']);
    });

    test('send() says that it writes UTF-8', async () => {
      said = recorded(ACCEPTED);
      const reply = await send(await plainMail(original(), { charset: 'ISO-2022-JP' }));
      expect(reply.notes).toContain('Haineko 0.2.17 writes UTF-8, not ISO-2022-JP');
    });

    test.each<[string, MailKeys]>([
      ['html; attachments', { content: WHOLE }],
      ['html', { content: { ...WHOLE, attachments: [] } }],
      ['header.to', { fields: [field('To', 'Mi-chan <mi-chan@example.org>')] }],
      ['header.to', { fields: [field('To', 'mi-chan@example.org, tora@example.org')] }],
      ['header.cc', { fields: [field('To', 'mi-chan@example.org'), field('Cc', 'mi-chan@example.org')] }],
      ['header.sender', { fields: [field('To', 'mi-chan@example.org'), field('Sender', 'tora@example.jp')] }],
      ['header.x-tora', { fields: [field('To', 'mi-chan@example.org'), field('X-Tora', 'tora@example.jp')] }],
    ])('send() refuses %s, which it would leave out', async (missing, keys) => {
      expect(await send(await plainMail(original(), keys))).toMatchObject({
        outcome: 'rejected',
        code: '554',
        dsn: '5.6.3',
        message: [`Haineko cannot express: ${missing}`],
      });
      expect(seen).toEqual([]);
    });

    test('send() tells of an answer in its format what it may have left out', async () => {
      said = recorded(ACCEPTED);
      const reply = await send(await plainMail(original({}), { content: WHOLE }));
      expect(reply).toMatchObject({ outcome: 'accepted' });
      expect(reply.notes).toContain(
        'The answer is in the format of Haineko 0.2.17, which leaves out: html; attachments',
      );
      expect((await send(await plainMail(original({})))).notes).toHaveLength(1);
    });

    test('deliver() leaves it out among the fallbacks of a mail that it cannot express', async () => {
      const { post, answers } = world({
        mailertable: {
          default: { mailer: 'Kept', fallback: ['second'] },
          second: { mailer: 'Haineko', port, original: 1 },
        },
      });
      answers.set('mi-chan@example.org', {
        code: '421',
        dsn: null,
        command: 'CONN',
        message: ['Cannot connect'],
        outcome: 'deferred',
      });
      said = recorded(ACCEPTED);
      const mail = {
        ehlo: '[127.0.0.1]',
        mail: 'neko@example.jp',
        rcpt: ['mi-chan@example.org'],
        header: { subject: 'Nyaa' },
        body: 'Nyaa',
      };
      const html = await post({ ...mail, html: '<p>Nyaa</p>' });
      expect(html.json['smtp.response']).toMatchObject({ outcome: 'deferred', mailer: 'Kept' });
      expect(seen).toEqual([]);
      const text = await post(mail);
      expect(text.json['smtp.response']).toMatchObject({ outcome: 'accepted', mailer: 'Haineko' });
    });
  });
});

describe('Haineko at an endpoint', () => {
  let peer: ApiPeer;
  beforeEach(async () => {
    peer = await startApiPeer(hainekoCase.words);
  });
  afterEach(() => peer.close());

  test('send() goes there, whatever host and port say', async () => {
    const options = { endpoint: `${peer.url}/production/` };
    const delivery = await mailBy({ host: '192.0.2.1', port: 9, tls_verify: 0, auth: 'neko', options });
    expect(await send(delivery)).toMatchObject({ outcome: 'accepted', host: '127.0.0.1', port: peer.port });
    expect(peer.seen.map(({ path }) => path)).toEqual(['/production/submit']);
  });
});
