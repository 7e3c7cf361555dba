import { expect } from 'vitest';
import { haineko as relay } from '../../../functions/relay/haineko.ts';
import type { Relayed } from '../../../functions/relay/relay.ts';
import { REFUSALS, type Refusal } from '../../../functions/smtp/catalogue.ts';
import type { Reply } from '../../../functions/smtp/reply.ts';
import type { ApiCase } from '../api-case.ts';
import type { Said } from '../api-peer.ts';
import { haineko, recorded, replied } from '../haineko-answers.ts';
import { PIXEL } from '../mails.ts';
import { originalErrors } from './haineko-0217.ts';

const html = (status: number): Said => ({
  status,
  headers: { 'content-type': 'text/html' },
  body: '<html>Hello',
});

/** What / says (functions/app/http.ts). */
const root = (version: string): Said => ({
  status: 200,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ name: 'Haineko', version }),
});

/** It refuses the session, or the one recipient. */
const refusing = (title: string, { status, reply }: Refusal, expected: Partial<Relayed>) => ({
  title: `${title} (${status})`,
  said: haineko(status, [reply]),
  expected,
});

/** It has tried to relay: its own word goes on. */
const relaying = (title: string, status: number, keys: Partial<Reply>, expected: Partial<Relayed> = {}) => ({
  title: `${title} (${status})`,
  said: haineko(status, [replied(keys)]),
  expected: { ...keys, ...expected },
});

const platform = (title: string, said: Said, expected: Partial<Relayed>) => ({ title, said, expected });

const deferred = (dsn: string): Partial<Relayed> => ({ outcome: 'deferred', code: '451', dsn });
const UNPROVEN: Partial<Relayed> = { outcome: 'unknown', code: '451', dsn: '4.5.0' };

export const hainekoCase: ApiCase = {
  relay,
  place: (port) => ({ host: '127.0.0.1', port }),
  options: { tls: 1 },
  credential: { username: 'neko', password: 'nekochan22' },
  words: {
    success: haineko(200, [replied()]),
    serverError: haineko(503, [REFUSALS.tablesUnavailable().reply]),
    // of API Gateway: nothing ran
    throttled: {
      status: 429,
      headers: { 'content-type': 'application/json' },
      body: '{"message":"Too Many Requests"}',
    },
    credentialRefused: haineko(401, [REFUSALS.authenticationRequired().reply]),
    mailRefused: haineko(400, [
      { ...REFUSALS.recipientNotPermitted().reply, rcpt: 'mi-chan@example.org', message: ['not permitted'] },
    ]),
    check: {
      isIt: ({ path }) => path === '/',
      good: root('1.0.0'),
      refused: haineko(401, [REFUSALS.authenticationRequired().reply]),
    },
  },
  accepted: ['2.0.0 Ok: queued as 4d1bc'],
  errors: [
    refusing('our loop', REFUSALS.messageLoop(), {
      outcome: 'rejected',
      code: '554',
      dsn: '5.4.6',
      message: ['Detected message loop'],
    }),
    refusing('our address', REFUSALS.clientNotPermitted(), {
      ...deferred('4.7.0'),
      message: ['Access denied'],
    }),
    refusing('our name', REFUSALS.ehloInvalid(), deferred('4.3.5')),
    refusing('a milter of EHLO', REFUSALS.milterEhlo('no cats'), deferred('4.3.5')),
    platform(
      'a milter of CONN with a dsn of its own (400)',
      haineko(400, [{ ...REFUSALS.milterConn('no cats').reply, code: '554', dsn: '5.7.1' }]),
      deferred('4.7.0'),
    ),
    refusing('our method', REFUSALS.methodNotSupported('POST'), deferred('4.3.5')),
    refusing('our path', REFUSALS.notFound(), deferred('4.3.5')),
    refusing('our JSON', REFUSALS.malformed('header.x-mailer: written by the server'), {
      outcome: 'rejected',
      code: '554',
      dsn: '5.6.0',
    }),
    refusing('the size of the request', REFUSALS.requestTooLarge(4_400_000), {
      outcome: 'rejected',
      code: '552',
      dsn: '5.3.4',
    }),
    refusing('the sender', REFUSALS.senderNotPermitted(), {
      outcome: 'rejected',
      code: '553',
      dsn: '5.7.1',
      command: 'MAIL',
    }),
    refusing('the recipient', REFUSALS.recipientNotPermitted(), {
      outcome: 'rejected',
      code: '553',
      dsn: '5.7.1',
      command: 'RCPT',
      message: ['Recipient address is not permitted'],
    }),
    refusing('too many recipients', REFUSALS.tooManyRecipients(), {
      outcome: 'deferred',
      code: '452',
      dsn: '4.5.3',
      command: 'RCPT',
    }),
    refusing('the mail', REFUSALS.messageTooLarge(), {
      outcome: 'rejected',
      code: '552',
      dsn: '5.2.3',
      command: 'DATA',
    }),
    refusing('its tables', REFUSALS.tablesWrong('mailertable: default'), {
      outcome: 'deferred',
      code: '500',
      dsn: '5.3.5',
      command: 'CONF',
    }),
    // no verdict on the mail, whatever it calls itself
    refusing('its defect', REFUSALS.internalError(), deferred('4.3.0')),
    refusing('its defect in the middle', REFUSALS.defectAfterRelaying(), { outcome: 'unknown' }),
    relaying('queued there', 202, { outcome: 'queued' }),
    relaying('rejected there', 422, {
      outcome: 'rejected',
      code: '550',
      dsn: '5.1.1',
      command: 'RCPT',
      message: ['5.1.1 User unknown'],
    }),
    relaying('deferred there', 503, { outcome: 'deferred', code: '450', dsn: '4.2.1', retryAfter: 90 }),
    relaying('unknown there', 409, { outcome: 'unknown', code: '421', dsn: '4.4.2', command: 'DATA' }),
    platform(
      'deferred, though a recipient of its milter was accepted (207)',
      haineko(207, [
        replied({ outcome: 'deferred', code: '451', dsn: '4.7.1', command: 'RCPT' }),
        replied({ rcpt: 'always-bcc@example.jp' }),
      ]),
      { outcome: 'deferred', code: '451', dsn: '4.7.1', command: 'RCPT' },
    ),
    platform(
      'accepted, though a recipient of its milter was not (207)',
      haineko(207, [
        replied(),
        replied({ outcome: 'rejected', code: '550', dsn: '5.1.1', rcpt: 'always-bcc@example.jp' }),
      ]),
      { outcome: 'accepted', code: '250', dsn: '2.0.0' },
    ),
    platform(
      'not a word of our recipient (200)',
      haineko(200, [replied({ rcpt: 'tora@example.org' })]),
      UNPROVEN,
    ),
    platform('a yes with the code of a no (200)', haineko(200, [replied({ code: '550' })]), UNPROVEN),
    platform('a yes with the status of a no (422)', haineko(422, [replied()]), UNPROVEN),
    platform('400 of a proxy', html(400), deferred('4.3.5')),
    platform('403 of a proxy', html(403), deferred('4.7.0')),
    platform('408 of a server that did not get it all', { status: 408 }, deferred('4.3.5')),
    platform('409 of who knows', html(409), UNPROVEN),
    platform('413 of a proxy', html(413), { outcome: 'rejected', code: '552', dsn: '5.3.4' }),
    platform('500 of the platform', { status: 500, body: '{"message":"Internal Server Error"}' }, UNPROVEN),
    platform('503 of the platform', { status: 503, body: '{"message":"Service Unavailable"}' }, UNPROVEN),
    ...originalErrors,
  ],
  request({ method, path, headers, body }) {
    expect([method, path]).toEqual(['POST', '/submit']);
    expect(headers).toMatchObject({
      authorization: `Basic ${Buffer.from('neko:nekochan22').toString('base64')}`,
      'content-type': 'application/json',
      'content-length': String(body.length),
      'user-agent': 'Haineko',
    });
    expect(JSON.parse(body.toString())).toEqual({
      ehlo: 'haineko.test',
      mail: 'neko@example.jp',
      rcpt: ['mi-chan@example.org'],
      header: {
        charset: 'UTF-8',
        from: '猫 <neko@example.jp>',
        to: 'Mi-chan <mi-chan@example.org>',
        replyto: 'kijitora@example.jp',
        subject: 'ニャー: the cat',
        'list-unsubscribe': '<https://example.jp/u/1>',
        'x-neko': '三毛',
        'x-haineko-loop': ['haineko.test'],
      },
      body: '吾輩は猫である。\n.\nnyaa\n',
    });
  },
  wholeRequest({ body }) {
    const whole = JSON.parse(body.toString());
    expect(whole).toMatchObject({
      body: '吾輩は猫である。\n',
      html: '<p>吾輩は<b>猫</b>である。<img src="cid:pixel@neko"></p>',
    });
    expect(whole.attachments).toEqual([
      { filename: 'pixel.gif', type: 'image/gif', cid: 'pixel@neko', content: PIXEL.toString('base64') },
      {
        filename: '猫.csv',
        type: 'text/csv',
        content: Buffer.from('名,色\r\n三毛,三\r\n').toString('base64'),
      },
    ]);
  },
  checkRequest({ method, path, headers, body }) {
    expect([method, path, body.length]).toEqual(['GET', '/', 0]);
    expect(headers.authorization).toBe(`Basic ${Buffer.from('neko:nekochan22').toString('base64')}`);
  },
  checks: [
    {
      title: '0.2.17 without Basic authentication, or with',
      said: recorded('routes: HEAD /'),
      verdict: 'unknown',
      told: /0\.2\.17 may take any password/,
    },
    {
      title: '0.2.17 with Basic authentication',
      said: recorded('auth: Basic auth on: unknown user'),
      verdict: 'refused',
      told: /HTTP 401/,
    },
    {
      title: '401 after too many wrong ones',
      said: {
        ...haineko(401, [REFUSALS.authenticationRequired().reply]),
        headers: { 'retry-after': '50' },
      },
      verdict: 'unknown',
      told: /HTTP 401/,
    },
    {
      title: '403 of API Gateway, which asks for IAM',
      said: { status: 403, body: '{"message":"Missing Authentication Token"}' },
      verdict: 'unknown',
      told: /Missing Authentication Token/,
    },
  ],
  carries: ({ headers }, password) =>
    headers.authorization === `Basic ${Buffer.from(`neko:${password}`).toString('base64')}`,
};
