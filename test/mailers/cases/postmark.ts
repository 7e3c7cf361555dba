import { expect } from 'vitest';
import { postmark } from '../../../functions/relay/postmark.ts';
import type { ApiCase } from '../api-case.ts';
import type { Said } from '../api-peer.ts';
import { PIXEL } from '../mails.ts';

const says = (status: number, error: number, message: string, headers = {}): Said => ({
  status,
  headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
  body: JSON.stringify({ ErrorCode: error, Message: message }),
});

const ID = 'b7bc2f4a-e38e-4336-af7d-e6c392c2f817';

/** https://postmarkapp.com/developer/api/overview#error-codes */
export const postmarkCase: ApiCase = {
  relay: postmark,
  options: { message_stream: 'broadcast', tag: 'neko' },
  credential: { username: '', password: '00000000-1111-2222-3333-444444444444' },
  words: {
    success: {
      status: 200,
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body: JSON.stringify({
        To: 'mi-chan@example.org',
        SubmittedAt: '2026-11-22T10:20:40.1234567-05:00',
        MessageID: ID,
        ErrorCode: 0,
        Message: 'OK',
      }),
    },
    serverError: { status: 500, body: 'Internal Server Error' },
    throttled: says(429, 429, 'Rate limit exceeded', { 'retry-after': '7' }),
    credentialRefused: says(401, 10, 'Request does not contain a valid Server token.'),
    mailRefused: says(422, 300, "Error parsing 'To'"),
    check: {
      isIt: ({ path }) => path === '/server',
      // https://postmarkapp.com/developer/api/server-api
      good: {
        status: 200,
        headers: { 'content-type': 'application/json; charset=utf-8' },
        body: JSON.stringify({ ID: 1, Name: 'Staging', ApiTokens: ['server token'], DeliveryType: 'Live' }),
      },
      refused: says(401, 10, 'Request does not contain a valid Server token.'),
    },
  },
  accepted: ['OK', ID],
  errors: [
    ...[400, 401].map((error) => ({
      title: `error ${error}: the sender signature`,
      said: says(422, error, 'Sender signature'),
      expected: { outcome: 'rejected', code: '550', dsn: '5.7.1' } as const,
    })),
    {
      title: 'error 406: an inactive recipient',
      said: says(422, 406, 'You tried to send to a recipient that has been marked as inactive.'),
      expected: { outcome: 'rejected', code: '550', dsn: '5.2.1' },
    },
    {
      title: 'error 411: a forbidden type of file',
      said: says(422, 411, 'Forbidden attachment type'),
      expected: { outcome: 'rejected', code: '554', dsn: '5.6.1' },
    },
    // maintenance, out of credits, pending, may not send, no such stream, and one that nobody knows yet
    ...[100, 405, 412, 413, 1235, 9999].map((error) => ({
      title: `error ${error}: the account's or the route's fault`,
      said: says(422, error, 'Nyaa'),
      expected: { outcome: 'deferred', code: '451', dsn: '4.3.5' } as const,
    })),
    {
      title: '413',
      said: { status: 413, body: 'Payload Too Large' },
      expected: { outcome: 'rejected', code: '552', dsn: '5.3.4' },
    },
    {
      title: '503',
      said: { status: 503, headers: { 'retry-after': '11' }, body: 'Service Unavailable' },
      expected: { outcome: 'deferred', dsn: '4.3.0', retryAfter: 11 },
    },
    {
      title: 'error 10, whatever the status',
      said: says(422, 10, 'Bad or missing API token'),
      expected: { outcome: 'deferred', code: '535', dsn: '5.7.8', credentialRefused: true },
    },
    {
      title: 'error 429, whatever the status',
      said: says(422, 429, 'Rate limit exceeded', { 'retry-after': '9' }),
      expected: { outcome: 'deferred', dsn: '4.4.5', retryAfter: 9 },
    },
    {
      title: '200 without an id',
      said: says(200, 0, 'OK'),
      expected: { outcome: 'unknown' },
    },
    {
      title: '200 with an id and an error',
      said: { status: 200, body: JSON.stringify({ ErrorCode: 300, Message: 'What?', MessageID: ID }) },
      expected: { outcome: 'unknown' },
    },
    {
      title: '200 with an error in it',
      said: says(200, 300, 'What?'),
      expected: { outcome: 'unknown' },
    },
  ],
  request({ method, path, headers, body }) {
    expect([method, path]).toEqual(['POST', '/email']);
    expect(headers).toMatchObject({
      'x-postmark-server-token': '00000000-1111-2222-3333-444444444444',
      'content-type': 'application/json',
      accept: 'application/json',
    });
    expect(JSON.parse(body.toString())).toEqual({
      From: '"猫" <neko@example.jp>',
      To: '"Mi-chan" <mi-chan@example.org>',
      ReplyTo: 'kijitora@example.jp',
      Subject: 'ニャー: the cat',
      TextBody: '吾輩は猫である。\r\n.\r\nnyaa\r\n',
      Headers: [
        { Name: 'Message-Id', Value: '<6AMAPXi20090NAr8.1795342839.000@haineko.test>' },
        { Name: 'List-Unsubscribe', Value: '<https://example.jp/u/1>' },
        { Name: 'X-Neko', Value: '=?UTF-8?B?5LiJ5q+b?=' },
        { Name: 'X-Haineko-Loop', Value: 'haineko.test' },
        { Name: 'X-PM-KeepID', Value: 'true' },
      ],
      MessageStream: 'broadcast',
      Tag: 'neko',
    });
  },
  wholeRequest({ body }) {
    expect(JSON.parse(body.toString())).toMatchObject({
      TextBody: '吾輩は猫である。\r\n',
      HtmlBody: '<p>吾輩は<b>猫</b>である。<img src="cid:pixel@neko"></p>\r\n',
      Attachments: [
        {
          Name: 'pixel.gif',
          ContentType: 'image/gif',
          ContentID: 'cid:pixel@neko',
          Content: PIXEL.toString('base64'),
        },
        {
          Name: '猫.csv',
          ContentType: 'text/csv',
          Content: Buffer.from('名,色\r\n三毛,三\r\n').toString('base64'),
        },
      ],
    });
  },
  checkRequest({ method, path, headers, body }) {
    expect([method, path, body.length]).toEqual(['GET', '/server', 0]);
    expect(headers).toMatchObject({
      'x-postmark-server-token': '00000000-1111-2222-3333-444444444444',
      accept: 'application/json',
    });
  },
  checks: [
    {
      title: '200 of something else',
      said: says(200, 0, 'OK'),
      verdict: 'unknown',
      told: /not the answer that was expected/,
    },
  ],
  carries: ({ headers }, password) => headers['x-postmark-server-token'] === password,
};
