import { UNKNOWNS } from '../smtp/catalogue.ts';
import type { Reply } from '../smtp/reply.ts';
import { type Attempt, brief, type Delivery, isUnsent, type State, withoutCause } from './delivery.ts';

/** Who claims, and until when (milliseconds since the epoch) he is not taken for dead. */
export type Claimant = { readonly owner: string; readonly until: number };

/**
 * What becomes of a delivery that somebody wants to try: `next` is to be written; `held`: another is trying it; without
 * either it stays as it is, settled for good. `now` in milliseconds since the epoch.
 */
export function claim(
  found: Delivery,
  by: Claimant,
  now: number,
): { readonly next?: Delivery; readonly held?: true } {
  if (found.state === 'settled') return isUnsent(found) ? { next: claimed(found, by) } : {};
  if (found.until > now) return { held: true };
  const died = { ...UNKNOWNS.diedCommitting(), rcpt: found.rcpt };
  return { next: found.state === 'claimed' ? claimed(found, by) : settle(found, died) };
}

/** Its owner is about to release the mail. */
export function commit(mine: Delivery): Delivery {
  return { ...mine, state: 'committing' };
}

/** It was provably not sent, and its owner goes on trying. */
export function goOn(mine: Delivery, attempts: readonly Attempt[]): Delivery {
  return { ...mine, state: 'claimed', attempts: brief(attempts) };
}

/** What became of it. */
export function settle(mine: Delivery, reply: Reply, attempts: readonly Attempt[] = mine.attempts): Delivery {
  return { ...mine, state: 'settled', reply: withoutCause(reply), attempts: brief(attempts) };
}

function claimed({ reply: _, ...found }: Delivery, { owner, until }: Claimant): Delivery {
  return { ...found, state: 'claimed', owner, until };
}

/** The machine as docs/delivery.md prints it: every way from one state to another, and what is written for it. */
export const TRANSITIONS: readonly {
  readonly from: State | 'none';
  readonly event: string;
  readonly write: string;
  readonly to: State | 'none';
}[] = [
  {
    from: 'none',
    event: 'the mail has passed all checks, nothing was sent yet',
    write: 'the row, if there is none: owner, lease',
    to: 'claimed',
  },
  {
    from: 'none',
    event: 'the recipient is refused',
    write: 'the row, if there is none: the reply',
    to: 'settled',
  },
  {
    from: 'claimed',
    event: 'the owner is about to release the final dot, or the first octet of an API request',
    write: 'the mark, if the row is as the owner left it; without it nothing is released',
    to: 'committing',
  },
  {
    from: 'claimed',
    event: 'a reply before that: refused, or no connection',
    write: 'the reply and the attempts',
    to: 'settled',
  },
  { from: 'claimed', event: 'the lease is over, another claims', write: 'owner, lease', to: 'claimed' },
  {
    from: 'claimed',
    event: 'the lease is over, and the recipient is refused now',
    write: 'the refusal',
    to: 'settled',
  },
  {
    from: 'committing',
    event: 'the next exchanger of MX, or the request once more with a newer credential',
    write: 'the mark anew: who was taken for dead hears of it',
    to: 'committing',
  },
  {
    from: 'committing',
    event: 'a reply, or none in time',
    write: 'the reply and the attempts',
    to: 'settled',
  },
  {
    from: 'committing',
    event: 'deferred, and the owner goes on to the next try or way',
    write: 'the attempts; the mark is taken back',
    to: 'claimed',
  },
  {
    from: 'committing',
    event: 'the lease is over, another claims',
    write: 'unknown: it may have been sent',
    to: 'settled',
  },
  {
    from: 'settled',
    event: 'it was deferred, and the client comes again with the key',
    write: 'owner, lease',
    to: 'claimed',
  },
  {
    from: 'settled',
    event: 'it was deferred, and is refused when the client comes again',
    write: 'the refusal',
    to: 'settled',
  },
  {
    from: 'settled',
    event: 'accepted, rejected or unknown, and the client comes again',
    write: 'nothing: the reply stands',
    to: 'settled',
  },
  { from: 'settled', event: 'the days of the journal are over', write: 'DynamoDB deletes it', to: 'none' },
];
