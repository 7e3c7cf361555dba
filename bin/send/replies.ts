import { addressOf, mailboxOf } from '../../functions/mail/address.ts';
import { property, textProperty } from '../../functions/relay/api/json.ts';
import { type Said, saidIn } from '../../functions/relay/haineko/said.ts';

/** The replies in an answer of a Haineko, in either format. */
export type Replies = {
  /** The reply to a recipient, or that which ended the session; undefined where there is none. */
  to(rcpt: string): Said | undefined;
  /** Whom the relay names beyond those asked for: a milter adds a few. */
  readonly added: readonly string[];
};

/** Most recipients beyond those asked for that are looked at. */
const MOST_ADDED = 100;

/** Sorts an answer's replies by recipient. */
export function repliesIn(answer: unknown, recipients: readonly string[]): Replies {
  const told = property(answer, 'smtp.responses') ?? property(answer, 'response');
  const list: unknown[] = Array.isArray(told) ? told : [];
  const byMailbox = new Map<string, object>();
  for (const reply of list) {
    const rcpt = textProperty(reply, 'rcpt');
    if (rcpt !== undefined) byMailbox.set(mailboxKey(rcpt), Object(reply));
  }
  return {
    to(rcpt) {
      const reply = byMailbox.get(mailboxKey(rcpt));
      if (reply === undefined) return saidIn(answer, rcpt);
      // a@ and A@ are two mailboxes, and each gets its own reply
      return saidIn(answerWith(answer, reply), textProperty(reply, 'rcpt') ?? rcpt);
    },
    added: addedTo(recipients, [...byMailbox.values()]),
  };
}

/** One text for all spellings of a mailbox, as the relay compares them; what is no address by itself. */
export function mailboxKey(text: string): string {
  const address = addressOf(text);
  return address === undefined ? text.toLowerCase() : mailboxOf(address);
}

/** Each mailbox once, by its first spelling. */
export function eachOnce(recipients: readonly string[]): readonly string[] {
  const first = new Map<string, string>();
  for (const each of recipients) {
    const key = mailboxKey(each);
    if (!first.has(key)) first.set(key, each);
  }
  return [...first.values()];
}

function answerWith(answer: unknown, reply: object): object {
  const ours = textProperty(answer, 'smtp.queueid') !== undefined;
  return { ...Object(answer), [ours ? 'smtp.responses' : 'response']: [reply] };
}

function addedTo(recipients: readonly string[], replies: readonly object[]): readonly string[] {
  const keys = new Set(recipients.map(mailboxKey));
  // a relay may write them in its own case
  const lower = new Set(recipients.map((each) => each.toLowerCase()));
  return replies
    .flatMap((reply) => textProperty(reply, 'rcpt') ?? [])
    .filter((rcpt) => !keys.has(mailboxKey(rcpt)) && !lower.has(rcpt.toLowerCase()))
    .slice(0, MOST_ADDED);
}
