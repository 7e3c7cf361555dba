import { createHash } from 'node:crypto';
import type { Row } from '../store/rows.ts';

/** An answer as it was given. */
export type GivenAnswer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

/**
 * What the journal knows of an Idempotency-Key. `open`: a request is being answered, or has died; `answered`: for good;
 * `again`: answered, and who asks again is answered anew (some recipients are left to be tried, or it was too large to be kept); `refused`: nothing was begun, the key is as if new.
 */
export type KeyRequest = {
  /** Of the body: whoever comes with another one has taken another's key. */
  readonly fingerprint: string;
  readonly queueid: string;
  /** Milliseconds since the epoch. */
  readonly receivedAt: number;
  readonly state: 'open' | 'answered' | 'again' | 'refused';
  /** The moment (milliseconds since the epoch) after which whoever opened it is taken for dead. */
  readonly until: number;
  readonly answer?: GivenAnswer;
};

/** Where a sender's key is. Keys are the clients' own words: none is written down. */
export function placeOfKey(sender: string, key: string): Pick<Row, 'partition' | 'name'> {
  return { partition: `key-${digest(`${sender}\n${key}`)}`, name: 'request' };
}

/** Of a request's body, octet by octet. */
export function fingerprintOf(body: Uint8Array | string): string {
  return digest(body);
}

/** The name of a recipient's row: names of files have fewer characters than addresses. `time`: how many are told alike before it. */
export function nameOfDelivery(rcpt: string, time: number): string {
  // as JSON: a half of a surrogate pair has no other octets of its own
  return `rcpt-${digest(JSON.stringify([rcpt, time])).slice(0, 32)}`;
}

function digest(text: Uint8Array | string): string {
  return createHash('sha256').update(text).digest('hex');
}
