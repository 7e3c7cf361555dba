import type { Relayed } from '../../../functions/relay/relay.ts';
import { REFUSALS } from '../../../functions/smtp/catalogue.ts';
import type { Reply } from '../../../functions/smtp/reply.ts';
import type { ApiCase } from '../api-case.ts';
import type { Said } from '../api-peer.ts';
import { hainekoIn0217, recorded, replied } from '../haineko-answers.ts';

const UNPROVEN: Partial<Relayed> = { outcome: 'unknown', code: '451', dsn: '4.5.0' };

/** What the original answered, to the same sender and recipient as in the suite. */
const original = (name: string, expected: Partial<Relayed>) => ({
  title: `0.2.17: ${name}`,
  said: recorded(name),
  expected,
});

/** A server of ours in that format. */
const ours = (title: string, keys: Partial<Reply>, expected: Partial<Relayed>) => ({
  title: `ours in the format of 0.2.17: ${title}`,
  said: hainekoIn0217(200, [replied(keys)]),
  expected,
});

/** As ours() replies without a server's word. */
const own = (code: string, dsn: string | null, command: string | null): Partial<Reply> => {
  const { relayed: _, ...reply } = replied({ outcome: 'deferred', code, dsn, command });
  return { ...reply, relayed: undefined as never };
};

const other = (title: string, said: Said, expected: Partial<Relayed>) => ({ title, said, expected });

const reply = (keys: Record<string, unknown>) => ({
  rcpt: 'mi-chan@example.org',
  dsn: null,
  error: 1,
  command: 'POST',
  message: ['Nyaa'],
  code: 400,
  mailer: 'Haineko',
  host: '192.0.2.9',
  port: 2794,
  ...keys,
});

const told = (response: unknown, status = 200): Said => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ queueid: '6AMAPg1200909GFj', response, recipient: ['mi-chan@example.org'] }),
});

/** How answers in the format of 0.2.17 are read. */
export const originalErrors: ApiCase['errors'] = [
  original('accept: valid, 1 recipient', {
    outcome: 'accepted',
    code: '250',
    dsn: null,
    message: ['Accepted'],
  }),
  original('routing: mailertable match', { outcome: 'accepted', code: '221', dsn: '2.0.0', command: 'QUIT' }),
  original('mailer: Discard', { outcome: 'accepted', code: '200', message: ['Discard'] }),
  original('smarthost: no PIPELINING: connection dropped at RCPT', UNPROVEN),
  original('smarthost: no PIPELINING: connection dropped at final dot', UNPROVEN),
  // its success is its peer's HTTP status
  original('mailer: Haineko -> second, Japanese', UNPROVEN),
  original('mailer: Haineko -> second that answers 403 (auth server, no credentials: 401)', {
    outcome: 'deferred',
    code: '451',
  }),
  original('mailer: SendGrid without credentials', { outcome: 'deferred', code: '451' }),
  original('smarthost: no PIPELINING: banner 554', { outcome: 'deferred', code: '421', command: 'CONN' }),
  original('smtpauth: AUTH wrong password', { outcome: 'deferred', code: '535', command: 'AUTH' }),
  original('smarthost: no PIPELINING: MAIL 553', {
    outcome: 'rejected',
    code: '553',
    dsn: '5.1.8',
    command: 'MAIL',
  }),
  original('smarthost: no PIPELINING: RCPT 450', { outcome: 'deferred', code: '450', dsn: '4.2.1' }),
  original('smarthost: no PIPELINING: DATA 554', { outcome: 'rejected', code: '554', command: 'DATA' }),
  original('smarthost: no PIPELINING: final dot 554', { outcome: 'rejected', code: '554', dsn: '5.7.1' }),
  original('smarthost: no PIPELINING: final dot 451', { outcome: 'deferred', code: '451', dsn: '4.7.1' }),
  original('mailer: unknown mailer Neko', { outcome: 'deferred', code: '500', command: null }),
  original('relayhosts: X-Forwarded-For "unknown"', { outcome: 'deferred', code: '451', dsn: '4.7.0' }),
  original('auth: Basic auth on: unknown user', {
    outcome: 'deferred',
    code: '535',
    dsn: '5.7.8',
    credentialRefused: true,
  }),
  original('ehlo: ehlo localhost (no dot)', { outcome: 'deferred', code: '451', dsn: '4.3.5' }),
  original('data: empty body', { outcome: 'rejected', code: '500', dsn: '5.6.0', command: 'DATA' }),
  original("data: max_message_size 'neko'", { outcome: 'deferred', code: '500', command: 'CONF' }),
  original('routes: GET /submit/ (trailing slash)', { outcome: 'deferred', code: '451', dsn: '4.3.5' }),
  // it crashed: nobody knows how far it had come
  original('smarthost: no PIPELINING: DSN offered', UNPROVEN),
  other('0.2.17: third Haineko refused the mail', told([reply({ code: 400 })]), {
    outcome: 'rejected',
    code: '554',
    dsn: null,
  }),
  other('0.2.17: third Haineko does not know', told([reply({ code: 409 })]), UNPROVEN),
  other('0.2.17: third Haineko was not heard in time', told([reply({ code: 500 })]), UNPROVEN),
  other('0.2.6: a mapping, not a list', told(reply({ code: '550', command: 'RCPT', mailer: 'ESMTP' })), {
    outcome: 'rejected',
    code: '550',
  }),
  other('0.2.17: lost its worker', told([]), UNPROVEN),
  other('0.2.17: a reply without code and error', told([{ rcpt: 'mi-chan@example.org' }]), UNPROVEN),
  ours(
    'accepted',
    {},
    { outcome: 'accepted', code: '250', dsn: '2.0.0', message: ['2.0.0 Ok: queued as 4d1bc'] },
  ),
  ours('its smarthost is not there', own('421', null, 'CONN'), { outcome: 'deferred', command: 'CONN' }),
  ours('lost at RCPT', own('421', '4.4.2', 'RCPT'), { outcome: 'deferred', code: '421', command: 'RCPT' }),
  // before the final dot, or after it: the format does not tell
  ours('lost at DATA', own('421', '4.4.2', 'DATA'), UNPROVEN),
  ours('its defect', own('451', '4.3.0', null), UNPROVEN),
  ours('an API did not answer', own('421', '4.4.2', 'POST'), UNPROVEN),
  ours(
    'an API said yes without a proof',
    { outcome: 'unknown', code: '451', dsn: '4.5.0', command: 'POST' },
    UNPROVEN,
  ),
  ours(
    'an API is throttled',
    { outcome: 'deferred', code: '451', dsn: '4.4.5', command: 'POST' },
    { outcome: 'deferred', code: '451', dsn: '4.4.5' },
  ),
  ours(
    'its next Haineko detected a loop',
    { outcome: 'rejected', code: '554', dsn: '5.4.6', command: 'POST' },
    {
      outcome: 'rejected',
      code: '554',
      dsn: '5.4.6',
    },
  ),
  other('ours in the format of 0.2.17: detected a loop', hainekoIn0217(400, [REFUSALS.messageLoop().reply]), {
    outcome: 'rejected',
    code: '554',
    dsn: '5.4.6',
    message: ['Detected message loop'],
  }),
  other('ours in the format of 0.2.17: a defect', hainekoIn0217(500, [REFUSALS.internalError().reply]), {
    outcome: 'deferred',
  }),
  other(
    'ours in the format of 0.2.17: a defect in the middle',
    hainekoIn0217(409, [REFUSALS.defectAfterRelaying().reply]),
    UNPROVEN,
  ),
];
