import { describe, expect, test } from 'vitest';
import { byStatus, failure, refusedCredential, throttled } from '../../../functions/relay/api/answers.ts';
import { failed } from '../../../functions/relay/esmtp/answers.ts';
import { held } from '../../../functions/relay/own-answers.ts';
import { isOwnFault } from '../../../functions/relay/own-fault.ts';
import { DEFERRALS, UNKNOWNS } from '../../../functions/smtp/catalogue.ts';
import { type Outcome, parseReply, type Reply } from '../../../functions/smtp/reply.ts';

/** A server's reply to a command, as the ESMTP mailer passes it on. */
const said = (line: string, outcome: Outcome = 'deferred'): Reply => {
  const [, command = '', raw = ''] = /^(\w+) (.*)$/.exec(line) ?? [];
  const reply = parseReply(raw);
  if (!reply) throw new Error(`no reply: ${line}`);
  return { ...reply, command, outcome, error: 1, relayed: true };
};

describe('isOwnFault() of what a server says', () => {
  test.each([
    // before MAIL: whatever it says
    'CONN 554 5.7.1 Your address is blocked',
    'CONN 421 4.7.0 Too many connections',
    'CONN 450 4.7.1 Greylisted',
    'EHLO 550 Who are you',
    'STARTTLS 454 4.7.0 TLS not available',
    'AUTH 535 5.7.8 Credentials invalid',
    'AUTH 454 4.7.0 Temporary authentication failure',
    'AUTH 534 5.7.9 Too weak',
    // an API, and another Haineko
    'POST 451 4.3.0 HTTP 500',
    'POST 451 4.4.5 HTTP 429',
    'CONF 421 4.3.0 The tables cannot be read now',
    // shutting down, whatever else it says
    'MAIL 421 Service shutting down',
    'RCPT 421 4.7.0 Too many recipients',
    'RCPT 421 4.2.1 Not now',
    'DATA 421 4.3.2 Shutting down',
    // the mail system
    'MAIL 452 4.3.1 Insufficient system storage',
    'MAIL 450 4.3.2 Not accepting mail',
    'RCPT 451 4.3.0 Temporary lookup failure',
    'RCPT 451 4.3.5 Server configuration error',
    'DATA 451 4.3.0 Queue file write error',
    'DATA 452 4.3.1 Out of memory',
    // network and routing
    'RCPT 450 4.4.1 No answer from host',
    'RCPT 451 4.4.3 Directory server failure',
    'DATA 451 4.4.2 Timeout',
    'DATA 452 4.4.5 System congestion',
    // throttled
    'MAIL 450 4.7.1 Error: too much mail from 192.0.2.1',
    'MAIL 451 4.7.500 Server busy',
    'MAIL 432 4.3.2 Concurrent connections limit exceeded',
    'DATA 454 Throttling failure: Maximum sending rate exceeded',
    // the login
    'RCPT 454 4.7.1 Relay access denied',
    'MAIL 451 4.7.8 Authentication credentials invalid',
    'RCPT 451 4.7.12 A password transition is needed',
    'MAIL 530 5.7.0 Must issue a STARTTLS command first',
    'RCPT 530 Authentication required',
    // without an enhanced status code
    'MAIL 451 Local error in processing',
    'MAIL 452 Insufficient system storage',
    'MAIL 455 Cannot accommodate the parameters',
    'RCPT 432 A password transition is needed',
    'DATA 452 Insufficient system storage',
    'RCPT 454 Not now',
  ])('is true for %s', (line) => {
    expect(isOwnFault(said(line))).toBe(true);
  });

  test.each([
    // greylisting, filters
    'RCPT 450 4.7.1 Greylisted',
    'RCPT 451 4.7.1 Greylisted',
    'RCPT 451 4.7.0 Try again later',
    'RCPT 450 4.7.25 No PTR record',
    'DATA 451 4.7.1 Greylisted',
    'DATA 451 4.7.0 Suspicious',
    'DATA 451 4.7.26 Unauthenticated mail',
    // the address
    'MAIL 450 4.1.8 Domain of sender not found',
    'RCPT 450 4.1.1 Unverified address',
    'RCPT 450 4.1.2 Domain not found',
    // the mailbox
    'RCPT 450 4.2.0 Greylisted',
    'RCPT 450 4.2.1 Receiving mail too quickly',
    'RCPT 452 4.2.2 Over quota',
    'DATA 452 4.2.2 Over quota',
    // the mail
    'MAIL 452 4.3.4 Too big',
    'DATA 452 4.3.4 Too big',
    'DATA 451 4.6.0 Cannot convert',
    // protocol, and anything
    'RCPT 452 4.5.3 Too many recipients',
    'MAIL 451 4.5.0 Wrong sequence',
    'RCPT 450 4.0.0 Not now',
    // without an enhanced status code
    'MAIL 450 Mailbox unavailable',
    'RCPT 450 Mailbox busy',
    'RCPT 451 Try again later',
    'RCPT 452 Too many recipients',
    'DATA 450 Not now',
    'DATA 451 Temporary local problem - please try later',
    'DATA 499 What',
  ])('is false for %s', (line) => {
    expect(isOwnFault(said(line))).toBe(false);
  });

  test.each(['accepted', 'queued', 'rejected', 'unknown'] as const)('is false for any %s', (outcome) => {
    for (const line of ['CONN 421 x', 'DATA 421 4.3.2 x', 'POST 451 4.3.0 x', 'MAIL 550 5.3.0 x'])
      expect(isOwnFault(said(line, outcome))).toBe(false);
  });

  test('does not read the text', () => {
    expect(isOwnFault({ ...said('RCPT 450 4.7.1 x'), message: ['421 4.3.2 out of order'] })).toBe(false);
    expect(isOwnFault({ ...said('RCPT 421 4.3.2 x'), message: ['450 4.7.1 greylisted'] })).toBe(true);
  });
});

describe('isOwnFault() of what we say', () => {
  const ours = (answer: object): Reply => ({ error: 1, ...answer }) as Reply;
  const late = { failed: 'late', cause: '', code: undefined } as const;

  test.each<[string, object]>([
    ['no connection', failed('CONN', 'lost', '')],
    ['lost after RCPT', failed('RCPT', 'lost', '')],
    ['no reply to DATA', failed('DATA', 'late', '')],
    ['no reply of SMTP', failed('MAIL', 'garbage', '')],
    ['a certificate that does not hold', held('STARTTLS', '4.7.5', '')],
    ['STARTTLS is not offered', held('STARTTLS', '4.7.0', '')],
    ['no credential', held('AUTH', '4.7.0', '')],
    // its `timeout` was over; where the request's time is, there is none for another way either
    ['too slow for the final dot', held('DATA', '4.4.7', '')],
    ['too slow for the last octet', failure({ ...late, failed: 'no-time', handedOver: false })],
    ['no API', failure({ ...late, failed: 'connect', handedOver: false })],
    ['an API that is silent', failure({ ...late, handedOver: false })],
    ['an API that throttles', throttled({ status: 429, headers: {}, body: Buffer.alloc(0) }, 0)],
    ['an API that refuses the credential', refusedCredential()],
    ['an API out of order', byStatus({ status: 503, headers: {}, body: Buffer.alloc(0) }, 0)],
    ['the DNS is silent', held('CONN', '4.4.3', '')],
    ['no DKIM key', held('DATA', '4.7.0', '')],
    ['a DKIM key that does not sign', held('DATA', '4.7.5', '')],
    ['a full disk', held('DATA', '4.3.0', '')],
    ['a credential that cannot be read', DEFERRALS.credentialUnavailable('x')],
    ['a credential with a wrong value', DEFERRALS.credentialWrong('x')],
    ['a defect of ours', DEFERRALS.ownDefect()],
    ['a defect of the mailer', { ...held('DATA', '4.3.0', 'Internal error'), command: null }],
  ])('is true: %s', (_name, answer) => {
    expect(isOwnFault(ours(answer))).toBe(true);
  });

  test.each<[string, object]>([
    ['the request is over', DEFERRALS.noTime()],
    ['the journal cannot be written: it is no way’s', DEFERRALS.journalNotWritten()],
    ['another request has the mail', UNKNOWNS.takenOver()],
    ['a relay that died with the mail in hand', UNKNOWNS.diedCommitting()],
    ['lost after the final dot', failed('DOT', 'lost', '')],
    ['an API that is silent after the last octet', failure({ ...late, handedOver: true })],
    ['a gateway that is as wise as we', byStatus({ status: 502, headers: {}, body: Buffer.alloc(0) }, 0)],
    [
      'a defect after the mail was handed over',
      { ...held('DATA', '4.3.0', ''), command: null, outcome: 'unknown' },
    ],
  ])('is false: %s', (_name, answer) => {
    expect(isOwnFault(ours(answer))).toBe(false);
  });
});
