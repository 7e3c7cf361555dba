import { expect } from 'vitest';
import { mailgun } from '../../../functions/relay/mailgun.ts';
import type { Delivery } from '../../../functions/relay/relay.ts';
import type { ApiCase } from '../api-case.ts';
import type { Said } from '../api-peer.ts';

const ID = '<20261122102040.1.0123456789ABCDEF@mg.example.jp>';

const says = (status: number, answer: object, headers = {}): Said => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(answer),
});

const B = 'haineko-6AMAPXi20090NAr8-0';

/** The whole form: boundary, fields and the mail, octet by octet. */
const formOf = ({ head, body }: Delivery): Buffer =>
  Buffer.concat([
    Buffer.from(
      [
        `--${B}\r\ncontent-disposition: form-data; name="to"\r\n\r\nmi-chan@example.org\r\n`,
        `--${B}\r\ncontent-disposition: form-data; name="o:tag"\r\n\r\nneko\r\n`,
        `--${B}\r\ncontent-disposition: form-data; name="o:tag"\r\n\r\nnews of cats\r\n`,
        `--${B}\r\ncontent-disposition: form-data; name="message"; filename="message.eml"\r\ncontent-type: message/rfc822\r\n\r\n`,
      ].join(''),
    ),
    head,
    body,
    Buffer.from(`\r\n--${B}--\r\n`),
  ]);

const basic = (password: string) => `Basic ${Buffer.from(`api:${password}`).toString('base64')}`;

/** https://documentation.mailgun.com/docs/mailgun/quickstart-guide/responses */
export const mailgunCase: ApiCase = {
  relay: mailgun,
  options: { tags: ['neko', 'news of cats'] },
  credential: { username: 'mg.example.jp', password: 'key-nekochan22' },
  words: {
    success: says(200, { id: ID, message: 'Queued. Thank you.' }),
    serverError: says(500, { message: 'Internal Server Error' }),
    throttled: says(429, { message: 'recipient limit exceeded' }, { 'retry-after': '7' }),
    // no JSON
    credentialRefused: { status: 401, headers: { 'content-type': 'text/plain' }, body: 'Forbidden' },
    mailRefused: says(400, { message: 'to parameter is not a valid address. please check documentation' }),
    check: {
      isIt: ({ body }) => body.includes('name="o:testmode"') && !body.includes('name="to"'),
      good: says(400, { message: 'to parameter is missing' }),
      refused: { status: 401, headers: { 'content-type': 'text/plain' }, body: 'Forbidden' },
    },
  },
  accepted: ['Queued. Thank you.', ID],
  errors: [
    {
      title: '400',
      said: says(400, { message: 'message parameter is missing' }),
      expected: {
        outcome: 'rejected',
        code: '554',
        dsn: '5.6.0',
        message: ['HTTP 400', 'message parameter is missing'],
      },
    },
    {
      title: '401 in JSON',
      said: says(401, { Error: 'unauthorized' }),
      expected: { outcome: 'deferred', code: '535', dsn: '5.7.8', credentialRefused: true },
    },
    {
      title: '402',
      said: says(402, { message: 'Request Failed' }),
      expected: { outcome: 'deferred', code: '451', dsn: '4.3.5' },
    },
    {
      title: '403',
      said: says(403, { message: 'access denied' }),
      expected: { outcome: 'deferred', code: '535', dsn: '5.7.8', credentialRefused: true },
    },
    {
      title: '404 of a domain',
      said: says(404, { message: 'Domain not found: mg.example.jp' }),
      expected: {
        outcome: 'deferred',
        code: '451',
        dsn: '4.3.5',
        message: [
          'HTTP 404',
          'Domain not found: mg.example.jp',
          'are the domain in `username` and the region right?',
        ],
      },
    },
    {
      title: '413',
      said: says(413, { message: 'request size exceeds 52.4MiB limit' }),
      expected: { outcome: 'rejected', code: '552', dsn: '5.3.4' },
    },
    {
      title: '429 that does not say when',
      said: says(429, { message: 'request limit exceeded' }),
      expected: { outcome: 'deferred', code: '451', dsn: '4.4.5' },
    },
    {
      title: '503',
      said: says(503, {}, { 'retry-after': '11' }),
      expected: { outcome: 'deferred', code: '451', dsn: '4.3.0', retryAfter: 11 },
    },
    {
      title: '200 without an id',
      said: says(200, { message: 'Queued. Thank you.' }),
      expected: { outcome: 'unknown' },
    },
  ],
  request({ method, path, headers, body }, delivery) {
    expect([method, path]).toEqual(['POST', '/v3/mg.example.jp/messages.mime']);
    expect(headers).toMatchObject({
      authorization: basic('key-nekochan22'),
      'content-type': `multipart/form-data; boundary=${B}`,
      accept: 'application/json',
      'content-length': String(body.length),
    });
    expect(body).toEqual(formOf(delivery));
  },
  wholeRequest({ body }, delivery) {
    expect(body).toEqual(formOf(delivery));
  },
  checkRequest({ method, path, headers, body }) {
    expect([method, path]).toEqual(['POST', '/v3/mg.example.jp/messages.mime']);
    expect(headers).toMatchObject({
      authorization: basic('key-nekochan22'),
      'content-type': 'multipart/form-data; boundary=haineko-check-0',
    });
    // neither recipient nor mail
    expect(body.toString()).toBe(
      '--haineko-check-0\r\ncontent-disposition: form-data; name="o:testmode"\r\n\r\nyes\r\n--haineko-check-0--\r\n',
    );
  },
  checks: [
    {
      title: '403: the key holds, and its domain may not send',
      said: says(403, { message: 'Domain mg.example.jp is not allowed to send' }),
      verdict: 'unknown',
      told: /HTTP 403\nDomain mg\.example\.jp/,
    },
    {
      title: '404: no such domain in this region',
      said: says(404, { message: 'Domain not found: mg.example.jp' }),
      verdict: 'unknown',
      told: /HTTP 404\nDomain not found/,
    },
    {
      title: '200: it took what nobody sent',
      said: says(200, { id: ID, message: 'Queued. Thank you.' }),
      verdict: 'unknown',
      told: /HTTP 200/,
    },
  ],
  carries: ({ headers }, password) => headers.authorization === basic(password),
};
