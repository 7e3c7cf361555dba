import type { Reply } from '../smtp/reply.ts';

/**
 * How far a recipient's delivery is. `claimed`: its owner is about to try, nothing can have been sent. `committing`: the
 * final dot, or the API request, may be on its way. `settled`: there is a reply, or nobody will ever know.
 */
export type State = 'claimed' | 'committing' | 'settled';

/** One try by one way, as it ended. */
export type Attempt = {
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly reply: Reply;
};

/** What the journal knows of one recipient of a mail. */
export type Delivery = {
  readonly queueid: string;
  /** Who sent the mail, as senderOf() names him. */
  readonly sender: string;
  readonly from: string | null;
  readonly rcpt: string;
  /** Its place among the mail's recipients, from 0, and how many these are. */
  readonly index: number;
  readonly of: number;
  /** Milliseconds since the epoch. */
  readonly receivedAt: number;
  readonly state: State;
  /** Whoever tries it, and the moment (milliseconds since the epoch) after which he is taken for dead. */
  readonly owner: string;
  readonly until: number;
  readonly attempts: readonly Attempt[];
  /** Of a settled one. */
  readonly reply?: Reply;
};

/** Most tries of a recipient that are remembered, the last ones; lines of a reply to one, and characters of a line. */
const MOST_ATTEMPTS = 20;
const MOST_LINES = 5;
const MOST_CHARACTERS = 300;

/** Attempts as they are written down: what their servers said, cut short. */
export function brief(attempts: readonly Attempt[]): Attempt[] {
  return attempts.slice(-MOST_ATTEMPTS).map(({ time, reply }) => {
    const { code, dsn, error, command, message, outcome, mailer, host, port } = reply;
    const cut = message.slice(0, MOST_LINES).map((line) => line.slice(0, MOST_CHARACTERS));
    return { time, reply: { code, dsn, error, command, message: cut, outcome, mailer, host, port } };
  });
}

/** A reply as it is written down: what goes to the log alone is not in it. */
export function withoutCause({ cause: _, before, ...reply }: Reply): Reply {
  if (!before) return reply;
  // no answer tells more lines of a way that has failed; a row has an end
  const cut = (failed: Reply) => ({ ...withoutCause(failed), message: failed.message.slice(0, MOST_LINES) });
  return { ...reply, before: before.map((way) => ({ ...way, reply: cut(way.reply) })) };
}

/** Whether a settled delivery may be tried again: it was provably not sent, and a later try may succeed. */
export function isUnsent({ state, reply }: Delivery): boolean {
  return state === 'settled' && reply?.outcome === 'deferred';
}
