import type { Outcome } from '../../smtp/reply.ts';
import { property, textProperty } from '../api/json.ts';

/** A reply as another Haineko told it. */
export type Said = {
  /** Three digits; 000 where there is none, as the original itself writes it. */
  readonly code: string;
  /** It wrote the code as a number: its own, or an HTTP status; a server's code is a text (wire format of 0.2.17). */
  readonly numeric: boolean;
  readonly dsn: string | null;
  readonly command: string | null;
  readonly error: 0 | 1;
  readonly message: readonly string[];
  readonly mailer: string | null;
  /** Undefined: it is in the format of 0.2.17, which tells none. */
  readonly outcome: Outcome | undefined;
  readonly notes: readonly string[];
};

const OUTCOMES: readonly Outcome[] = ['accepted', 'queued', 'rejected', 'deferred', 'unknown'];
const MOST_NOTES = 10;

/** The reply to our recipient in an answer of a Haineko, in either format; undefined where it is none. */
export function saidIn(answer: unknown, recipient: string): Said | undefined {
  // an answer to a submission always has its id: without one it is the platform's (the wire contract)
  const ours = textProperty(answer, 'smtp.queueid') !== undefined;
  if (!ours && textProperty(answer, 'queueid') === undefined) return undefined;
  const told = ours
    ? (property(answer, 'smtp.responses') ?? property(answer, 'smtp.response'))
    : property(answer, 'response');
  // a list since 0.2.7
  const replies: unknown[] = Array.isArray(told) ? told : [told];
  const wanted = recipient.toLowerCase();
  // a milter may have added recipients; what ends a session names none
  const reply =
    replies.findLast((each) => textProperty(each, 'rcpt')?.toLowerCase() === wanted) ??
    replies.findLast((each) => textProperty(each, 'rcpt') === undefined);
  return typeof reply === 'object' && reply !== null
    ? read(reply, property(answer, 'smtp.notes'))
    : undefined;
}

function read(reply: object, notes: unknown): Said {
  const code = property(reply, 'code');
  const dsn = textProperty(reply, 'dsn');
  const command = textProperty(reply, 'command');
  const error = property(reply, 'error');
  const outcome = property(reply, 'outcome');
  const digits = (typeof code === 'string' || typeof code === 'number' ? String(code) : '').padStart(3, '0');
  return {
    code: /^\d{3}$/.test(digits) ? digits : '000',
    numeric: typeof code === 'number',
    dsn: dsn !== undefined && /^[245]\.\d{1,3}\.\d{1,3}$/.test(dsn) ? dsn : null,
    command: command !== undefined && /^[A-Z]{2,10}$/.test(command) ? command : null,
    error: error === 0 || error === '0' ? 0 : 1,
    message: lines(property(reply, 'message'), 20),
    mailer: textProperty(reply, 'mailer') ?? null,
    outcome: OUTCOMES.find((each) => each === outcome),
    notes: lines(notes, MOST_NOTES),
  };
}

function lines(given: unknown, most: number): string[] {
  const texts: unknown[] = Array.isArray(given) ? given : [];
  return texts
    .filter((each) => typeof each === 'string')
    .slice(0, most)
    .map((line) => line.replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' '));
}
