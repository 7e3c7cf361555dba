import type { Rows } from '../store/rows.ts';
import type { Delivery } from './delivery.ts';
import { foundDeliveries } from './found.ts';
import { heldRow } from './held-row.ts';
import { type Hold, holdOf } from './hold.ts';
import { type GivenAnswer, type KeyRequest, placeOfKey } from './key-request.ts';
import { recordRows } from './record.ts';
import { InFlight, type Writing } from './writing.ts';

/** A request with an Idempotency-Key, as it comes. */
export type Asked = {
  /** Whose key it is: keys of others are other keys. */
  readonly sender: string;
  readonly key: string;
  readonly fingerprint: string;
  readonly queueid: string;
  /** Milliseconds since the epoch: when it came, and after which it is taken for dead. */
  readonly receivedAt: number;
  readonly until: number;
};

/** What a key leads to. */
export type Opened =
  | { readonly hold: Hold }
  | { readonly answered: GivenAnswer }
  /** Seconds after which it makes sense to ask again. */
  | { readonly inFlight: number }
  | { readonly ofAnother: true };

/** The delivery journal. What it is asked rejects with RowsUnavailable where its rows cannot be had. */
export type Journal = {
  open(asked: Asked): Promise<Opened>;
  /** Writes down what became of a mail without a key, after it was sent. */
  record(deliveries: readonly Delivery[]): Promise<void>;
  /** What is known of a mail's recipients, by their places; none: nothing. */
  find(queueid: string): Promise<readonly Delivery[]>;
  close(): void;
};

export type JournalOptions = {
  /** Hours that a key is remembered after its answer, and days that deliveries are. */
  readonly keyHours?: number;
  readonly days?: number;
  now?(): number;
  random(octets: number): Uint8Array;
  /** Takes what went wrong where nobody is told otherwise. */
  report(problem: string): void;
};

/** Seconds after which a client asks again, at most: few requests take longer, and few die. */
const MOST_WAIT = 5;

/** Seconds by which what became of a mail outlives its key, where both are kept as long: the one was written after the other. */
const MARGIN = 3600;

/** The journal in these rows. */
export function createJournal(
  rows: Rows,
  { keyHours = 24, days = 30, now = Date.now, random, report }: JournalOptions,
): Journal {
  const inSeconds = (seconds: number) => Math.ceil(now() / 1000) + seconds;
  const waitFor = (until: number) => Math.max(1, Math.min(MOST_WAIT, Math.ceil((until - now()) / 1000)));

  async function take(
    request: KeyRequest,
    asked: Asked,
    before?: { readonly stamp: string; readonly state: KeyRequest['state'] },
  ): Promise<Hold | undefined> {
    const remembered = () => inSeconds(keyHours * 3600);
    const owner = Buffer.from(random(16)).toString('hex');
    const row = heldRow(rows, placeOfKey(asked.sender, asked.key), owner, remembered, before?.stamp);
    if (!(await row.put(() => request))) return undefined;
    const expires = () => inSeconds(days * 86_400 + MARGIN);
    // whoever was refused has ended it himself, and nothing was begun
    const first = !before || before.state === 'refused';
    const writing: Writing = {
      rows,
      owner,
      now,
      expires,
      report,
      first,
      remembered: remembered() + MARGIN / 2,
    };
    const found = first ? [] : await foundDeliveries(request.queueid, writing);
    return holdOf(request, row, { found, told: before?.state === 'again' }, writing);
  }

  return {
    async open(asked) {
      const { fingerprint, queueid, receivedAt, until } = asked;
      const fresh: KeyRequest = { fingerprint, queueid, receivedAt, until, state: 'open' };
      const first = await take(fresh, asked);
      if (first) return { hold: first };
      const { partition, name } = placeOfKey(asked.sender, asked.key);
      const row = await rows.read(partition, name);
      // it has just expired
      if (!row) return { inFlight: 1 };
      const found = JSON.parse(row.text) as KeyRequest;
      if (found.state !== 'refused' && found.fingerprint !== fingerprint) return { ofAnother: true };
      if (found.state === 'answered' && found.answer) return { answered: found.answer };
      if (found.state === 'open' && found.until > now()) return { inFlight: waitFor(found.until) };
      const next: KeyRequest = found.state === 'refused' ? fresh : { ...found, state: 'open', until };
      try {
        const hold = await take(next, asked, { stamp: row.stamp, state: found.state });
        return hold ? { hold } : { inFlight: 1 };
      } catch (error) {
        if (error instanceof InFlight) return { inFlight: MOST_WAIT };
        throw error;
      }
    },
    async record(deliveries) {
      const expires = inSeconds(days * 86_400);
      await Promise.all(recordRows(deliveries, expires).map((row) => rows.add(row)));
    },
    async find(queueid) {
      const listed = await rows.list(queueid, true);
      const found = listed.flatMap(({ text }) => JSON.parse(text) as Delivery | Delivery[]);
      return found.sort((one, other) => one.index - other.index);
    },
    close: () => rows.close(),
  };
}
