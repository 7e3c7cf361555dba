import { expect } from 'vitest';
import { mandrill } from '../../../functions/relay/mandrill.ts';
import type { ApiCase } from '../api-case.ts';
import type { Said } from '../api-peer.ts';

const headers = { 'content-type': 'application/json; charset=utf-8' };
const ID = 'abc123abc123abc123abc123abc123';

const says = (status: string, reason: string | null = null): Said => ({
  status: 200,
  headers,
  body: JSON.stringify([
    { email: 'mi-chan@example.org', status, _id: ID, reject_reason: reason, queued_reason: null },
  ]),
});

/** Mandrill's errors are all 500: the name tells. */
const fails = (name: string, code: number, status = 500): Said => ({
  status,
  headers,
  body: JSON.stringify({ status: 'error', code, name, message: 'Nyaa' }),
});

/** https://mailchimp.com/developer/transactional/api/messages/ */
export const mandrillCase: ApiCase = {
  relay: mandrill,
  options: { return_path_domain: 'bounce.example.jp', ip_pool: 'cats' },
  credential: { username: '', password: 'md-nekochan22' },
  words: {
    success: says('sent'),
    serverError: { status: 500, headers, body: '{"status":"error","code":-99,"name":"GeneralError"}' },
    throttled: { status: 429, headers: { ...headers, 'retry-after': '7' }, body: '{}' },
    credentialRefused: fails('Invalid_Key', -1),
    mailRefused: says('rejected', 'hard-bounce'),
    check: {
      isIt: ({ path }) => path === '/users/ping',
      good: { status: 200, headers, body: '"PONG!"' },
      refused: fails('Invalid_Key', -1),
    },
  },
  accepted: ['sent', ID],
  errors: [
    ...(
      [
        ['hard-bounce', '550', '5.1.1'],
        ['soft-bounce', '550', '5.2.0'],
        ['spam', '550', '5.7.1'],
        ['unsub', '550', '5.7.1'],
        ['custom', '550', '5.7.1'],
        ['rule', '550', '5.7.1'],
        ['unsigned', '550', '5.7.1'],
        ['invalid', '553', '5.1.3'],
        ['invalid-sender', '553', '5.1.8'],
        ['no such reason yet', '554', '5.0.0'],
      ] as const
    ).map(([reason, code, dsn]) => ({
      title: `rejected: ${reason}`,
      said: says('rejected', reason),
      expected: { outcome: 'rejected', code, dsn } as const,
    })),
    {
      title: 'rejected: test-mode-limit, the account’s own',
      said: says('rejected', 'test-mode-limit'),
      expected: { outcome: 'deferred', dsn: '4.3.5' },
    },
    { title: 'invalid', said: says('invalid'), expected: { outcome: 'rejected', dsn: '5.1.3' } },
    {
      title: 'queued',
      said: says('queued'),
      expected: { outcome: 'accepted', message: ['queued', ID] },
    },
    {
      title: 'scheduled',
      said: says('scheduled'),
      expected: { outcome: 'accepted', message: ['scheduled', ID] },
    },
    {
      title: 'a list of two',
      said: {
        status: 200,
        headers,
        body: JSON.stringify([
          { email: 'a@example.org', status: 'sent' },
          { email: 'mi-chan@example.org', status: 'sent' },
        ]),
      },
      expected: { outcome: 'unknown' },
    },
    {
      title: 'a list with status 500',
      said: { ...says('sent'), status: 500 },
      expected: { outcome: 'deferred', dsn: '4.3.0' },
    },
    { title: 'a status that nobody knows', said: says('pondered'), expected: { outcome: 'unknown' } },
    {
      title: 'an empty list',
      said: { status: 200, headers, body: '[]' },
      expected: { outcome: 'unknown' },
    },
    {
      title: 'ValidationError',
      said: fails('ValidationError', -2),
      expected: { outcome: 'rejected', code: '554', dsn: '5.6.0' },
    },
    ...['PaymentRequired', 'PoorReputation', 'Unknown_Subaccount', 'Unknown_Pool'].map((name) => ({
      title: name,
      said: fails(name, 10),
      expected: { outcome: 'deferred', code: '451', dsn: '4.3.5' } as const,
    })),
    {
      title: 'ServiceUnavailable',
      said: fails('ServiceUnavailable', -3),
      expected: { outcome: 'deferred', dsn: '4.3.0', message: ['HTTP 500', 'ServiceUnavailable: Nyaa'] },
    },
  ],
  request({ method, path, headers: given, body }, { head, body: mail }) {
    expect([method, path]).toEqual(['POST', '/messages/send-raw']);
    expect(given['content-type']).toBe('application/json');
    expect(JSON.parse(body.toString())).toEqual({
      key: 'md-nekochan22',
      raw_message: Buffer.concat([head, mail]).toString('latin1'),
      to: ['mi-chan@example.org'],
      async: false,
      return_path_domain: 'bounce.example.jp',
      ip_pool: 'cats',
    });
  },
  wholeRequest({ body }, { head, body: mail }) {
    const { raw_message: raw } = JSON.parse(body.toString()) as { raw_message: string };
    expect(Buffer.from(raw, 'latin1')).toEqual(Buffer.concat([head, mail]));
  },
  checkRequest({ method, path, body }) {
    expect([method, path]).toEqual(['POST', '/users/ping']);
    expect(JSON.parse(body.toString())).toEqual({ key: 'md-nekochan22' });
  },
  checks: [
    {
      title: 'Invalid_Key, whatever the status',
      said: fails('Invalid_Key', -1, 400),
      verdict: 'refused',
      told: /HTTP 400\nNyaa/,
    },
    {
      title: 'PaymentRequired: the account, not the key',
      said: fails('PaymentRequired', 10),
      verdict: 'unknown',
      told: /HTTP 500\nNyaa/,
    },
  ],
  carries: ({ body }, password) => JSON.parse(body.toString()).key === password,
};
