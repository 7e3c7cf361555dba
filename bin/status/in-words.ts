import type { Outcome } from '../../functions/smtp/reply.ts';
import { columns } from '../terminal/columns.ts';
import { oneLine } from '../terminal/one-line.ts';
import type { MailRecord, RecipientRecord, Said } from './mail-record.ts';

/** RFC 5321 4.5.3.1: a path has 256 octets. */
const MOST_ADDRESS = 256;

const MEANING: Readonly<Record<Outcome, string>> = {
  accepted: 'accepted: it was sent',
  queued: 'queued: the relay holds it and will deliver it',
  rejected: 'rejected: it was not sent, and will not be as it is',
  deferred: 'deferred: it was not sent, and may be sent again',
  unknown: 'unknown: it may have been sent',
};

/** A mail for people: what it is, then a block a recipient. */
export function inWords({ queueid, addresser, received, recipients }: MailRecord): string {
  const from = addresser === undefined ? '' : ` from ${oneLine(addresser, MOST_ADDRESS)}`;
  const when = received === undefined ? '' : `, received ${oneLine(received)}`;
  return [`queueid ${oneLine(queueid)}${from}${when}`, ...recipients.map(block)].join('\n');
}

function block({ rcpt, outcome, reply, attempts, next }: RecipientRecord): string {
  const meaning = outcome === null ? 'being tried now' : meaningOf(outcome, next);
  return [
    `${oneLine(rcpt, MOST_ADDRESS)}  ${meaning}`,
    ...(reply === undefined ? [] : [`  ${words(reply)}`]),
    ...(attempts.length === 0 ? [] : ['  Attempts', columns(attempts.map(row), '    ')]),
    ...(next === undefined ? [] : [`  Next attempt ${oneLine(next)}`]),
  ].join('\n');
}

/** What is tried again by itself is not to be sent again by anybody else. */
function meaningOf(outcome: Outcome, next: string | undefined): string {
  return outcome === 'deferred' && next !== undefined
    ? 'deferred: it was not sent yet, and is tried again'
    : MEANING[outcome];
}

function row(attempt: Said & { readonly time: string }): string[] {
  return [attempt.time, attempt.by, words(attempt)];
}

function words({ code, dsn, message }: Said): string {
  return oneLine([code ?? '-', ...(dsn === null ? [] : [dsn]), message.join(' / ')].join(' '));
}
