import { expect } from 'vitest';
import { sendgrid } from '../../../functions/relay/sendgrid.ts';
import type { ApiCase } from '../api-case.ts';
import type { Said } from '../api-peer.ts';
import { PIXEL } from '../mails.ts';

const says = (status: number, message: string, field: string | null = null, headers = {}): Said => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify({ errors: [{ message, field, help: null }] }),
});

/** https://www.twilio.com/docs/sendgrid/api-reference/api-key-permissions/retrieve-a-list-of-scopes-for-which-this-user-has-access */
const scopes = (...names: readonly string[]): Said => ({
  status: 200,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ scopes: names }),
});

/** https://www.twilio.com/docs/sendgrid/api-reference/how-to-use-the-sendgrid-v3-api/errors */
export const sendgridCase: ApiCase = {
  relay: sendgrid,
  options: { categories: ['neko'] },
  credential: { username: '', password: 'SG.nekochan22' },
  words: {
    success: { status: 202, headers: { 'x-message-id': '14c5d75ce93.dfd.64b469' } },
    serverError: says(500, 'Internal server error'),
    throttled: says(429, 'too many requests', null, { 'retry-after': '7' }),
    credentialRefused: says(401, 'The provided authorization grant is invalid, expired, or revoked'),
    mailRefused: says(400, 'Does not contain a valid address.', 'personalizations.0.to.0.email'),
    check: {
      isIt: ({ path }) => path === '/v3/scopes',
      good: scopes('mail.send', 'alerts.create', 'alerts.read'),
      refused: says(401, 'The provided authorization grant is invalid, expired, or revoked'),
    },
  },
  accepted: ['Accepted', '14c5d75ce93.dfd.64b469'],
  errors: [
    {
      title: '403 of a sender that is not verified',
      said: says(403, 'The from address does not match a verified Sender Identity.', 'from'),
      expected: { outcome: 'rejected', code: '550', dsn: '5.7.1' },
    },
    {
      title: '403 for another reason',
      said: says(403, 'access forbidden'),
      expected: { outcome: 'deferred', code: '535', dsn: '5.7.8', credentialRefused: true },
    },
    {
      title: '400 of a sender',
      said: says(400, 'The from email does not contain a valid address.', 'from'),
      expected: { outcome: 'rejected', code: '554', dsn: '5.6.0' },
    },
    {
      title: '406',
      said: says(406, 'Missing Accept header'),
      expected: {
        outcome: 'deferred',
        code: '451',
        dsn: '4.3.5',
        message: ['HTTP 406', 'Missing Accept header'],
      },
    },
    {
      title: '413',
      said: says(413, 'too large'),
      expected: { outcome: 'rejected', code: '552', dsn: '5.3.4', message: ['HTTP 413', 'too large'] },
    },
    {
      title: '451 of data residency',
      said: says(451, 'unavailable'),
      expected: { outcome: 'deferred', code: '451', dsn: '4.3.5' },
    },
    {
      title: '429 that says when its window ends',
      said: says(429, 'too many requests', null, {
        'x-ratelimit-reset': String(Math.floor(Date.now() / 1000) + 3600),
      }),
      expected: { outcome: 'deferred', dsn: '4.4.5', retryAfter: expect.closeTo(3600, -2) },
    },
    {
      title: '503',
      said: says(503, 'Service unavailable', null, { 'retry-after': '11' }),
      expected: {
        outcome: 'deferred',
        code: '451',
        dsn: '4.3.0',
        retryAfter: 11,
        message: ['HTTP 503', 'Service unavailable'],
      },
    },
  ],
  request({ method, path, headers, body }) {
    expect([method, path]).toEqual(['POST', '/v3/mail/send']);
    expect(headers).toMatchObject({
      authorization: 'Bearer SG.nekochan22',
      'content-type': 'application/json',
      'content-length': String(body.length),
    });
    expect(JSON.parse(body.toString())).toEqual({
      personalizations: [{ to: [{ email: 'mi-chan@example.org', name: 'Mi-chan' }] }],
      from: { email: 'neko@example.jp', name: '猫' },
      reply_to_list: [{ email: 'kijitora@example.jp' }],
      subject: 'ニャー: the cat',
      content: [{ type: 'text/plain', value: '吾輩は猫である。\r\n.\r\nnyaa\r\n' }],
      headers: {
        'Message-Id': '<6AMAPXi20090NAr8.1795342839.000@haineko.test>',
        'List-Unsubscribe': '<https://example.jp/u/1>',
        'X-Neko': '=?UTF-8?B?5LiJ5q+b?=',
        'X-Haineko-Loop': 'haineko.test',
      },
      categories: ['neko'],
    });
  },
  wholeRequest({ body }) {
    expect(JSON.parse(body.toString())).toMatchObject({
      content: [
        { type: 'text/plain', value: '吾輩は猫である。\r\n' },
        {
          type: 'text/html',
          value: '<p>吾輩は<b>猫</b>である。<img src="cid:pixel@neko"></p>\r\n',
        },
      ],
      attachments: [
        {
          filename: 'pixel.gif',
          type: 'image/gif',
          disposition: 'inline',
          content_id: 'pixel@neko',
          content: PIXEL.toString('base64'),
        },
        {
          filename: '猫.csv',
          type: 'text/csv',
          disposition: 'attachment',
          content: Buffer.from('名,色\r\n三毛,三\r\n').toString('base64'),
        },
      ],
    });
  },
  checkRequest({ method, path, headers, body }) {
    expect([method, path, body.length]).toEqual(['GET', '/v3/scopes', 0]);
    expect(headers).toMatchObject({ authorization: 'Bearer SG.nekochan22', accept: 'application/json' });
    expect(headers).not.toHaveProperty('content-length');
  },
  checks: [
    {
      title: 'a key that may not send',
      said: scopes('alerts.read', 'mail.send.read'),
      verdict: 'refused',
      told: /its scopes lack mail\.send/,
    },
    { title: 'a key without scopes', said: scopes(), verdict: 'refused', told: /mail\.send/ },
    {
      title: '403, which an address that is not allowed gets too',
      said: says(403, 'access forbidden'),
      verdict: 'unknown',
      told: /HTTP 403\naccess forbidden/,
    },
  ],
  carries: ({ headers }, password) => headers.authorization === `Bearer ${password}`,
};
