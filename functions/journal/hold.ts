import type { Reply } from '../smtp/reply.ts';
import { MOST_TEXT, type Row, type Rows } from '../store/rows.ts';
import type { Delivery } from './delivery.ts';
import { type Entry, entryOf } from './entry.ts';
import { type HeldRow, heldRow } from './held-row.ts';
import { type GivenAnswer, type KeyRequest, placeOfDelivery } from './key-request.ts';
import { claim, settle } from './transitions.ts';

/** A recipient to be claimed; where it is refused already, with its reply. */
export type Wanted = Pick<Delivery, 'rcpt' | 'from' | 'sender'> & { readonly refused?: Reply };

/** What a claim gives: an entry of one's own, or the reply that stands. */
export type Claimed = { readonly entry: Entry } | { readonly stands: Reply };

/** A key in the hands of a request. */
export type Hold = {
  /** Of the first request with it. */
  readonly queueid: string;
  readonly receivedAt: number;
  /** What became of its recipients so far, by their places; none the first time. */
  readonly deliveries: readonly Delivery[];
  /** An earlier request was answered: what stands has been told. */
  readonly told: boolean;
  /** Claims recipients, before anything is sent. Rejects with InFlight where another is at one of them. */
  claim(wanted: readonly Wanted[]): Promise<readonly Claimed[]>;
  /** Ends it with an answer, which is given again; `unsent`: some recipients may be tried again instead. */
  answer(given: GivenAnswer, unsent: boolean): Promise<void>;
  /** Ends it as it was before: nothing was begun. */
  leave(): Promise<void>;
};

/** Another request is trying one of the recipients. */
export class InFlight extends Error {
  override readonly name = 'InFlight';
}

/** How the rows of a hold are written. */
export type Writing = {
  readonly rows: Rows;
  readonly owner: string;
  now(): number;
  /** Seconds since the epoch. */
  expires(): number;
  report(problem: string): void;
};

/** What requests before this one have left: their deliveries, and whether one was answered. */
export type Past = { readonly found: readonly Found[]; readonly told: boolean };

/** The hold of a request that is open in `row`. */
export function holdOf(request: KeyRequest, row: HeldRow, { found, told }: Past, writing: Writing): Hold {
  const { rows, owner, now, expires, report } = writing;
  const { queueid, receivedAt, until } = request;
  const places = new Map(found.map((each) => [each.delivery.rcpt, each]));

  async function claimOne(wanted: Wanted, index: number, of: number): Promise<Claimed> {
    const { rcpt, from, sender, refused } = wanted;
    const known = places.get(rcpt);
    const held = heldRow(rows, placeOfDelivery(queueid, rcpt), owner, expires, known?.stamp);
    const fresh: Delivery = {
      ...{ queueid, sender, from, rcpt, index, of, receivedAt },
      ...{ state: 'claimed', owner, until, attempts: [] },
    };
    const claimed = known ? claim(known.delivery, { owner, until }, now()) : { next: fresh };
    if (claimed.held) throw new InFlight();
    if (!claimed.next) return { stands: known?.delivery.reply as Reply };
    const next = refused ? settle(claimed.next, refused) : claimed.next;
    if (!(await held.put(next))) throw new InFlight();
    return next.reply ? { stands: next.reply } : { entry: entryOf(next, held, report) };
  }

  const end = async (ended: KeyRequest) => {
    if (!(await row.put(ended)))
      report(`${queueid}: its answer came after another request had taken the key`);
  };
  return {
    queueid,
    receivedAt,
    deliveries: found.map(({ delivery }) => delivery),
    told,
    claim: (wanted) => Promise.all(wanted.map((each, index) => claimOne(each, index, wanted.length))),
    answer: (answer, unsent) =>
      // what is too large is made of the deliveries again
      end(
        unsent || Buffer.byteLength(answer.body) * 1.5 > MOST_TEXT
          ? { ...request, state: 'unsent' }
          : { ...request, state: 'answered', answer },
      ),
    // whoever comes next need not wait
    leave: () => end(found.length === 0 ? { ...request, state: 'refused' } : { ...request, until: 0 }),
  };
}

/** A delivery as it was found. */
export type Found = { readonly delivery: Delivery; readonly stamp: string };

/** The deliveries of a queueid; those that died in the act are settled, as unknown. Rejects with InFlight. */
export async function foundDeliveries(
  queueid: string,
  { rows, owner, now, expires }: Writing,
): Promise<Found[]> {
  const listed = await rows.list(queueid);
  const found = listed.map(({ stamp, name, text }) => ({
    name,
    stamp,
    delivery: JSON.parse(text) as Delivery,
  }));
  return Promise.all(
    found.map(async ({ name, stamp, delivery }) => {
      if (delivery.state === 'settled') return { delivery, stamp };
      const { next, held } = claim(delivery, { owner, until: 0 }, now());
      if (held) throw new InFlight();
      if (next?.state !== 'settled') return { delivery, stamp };
      const row: Row = {
        partition: queueid,
        name,
        stamp: `${owner}.dead`,
        expires: expires(),
        text: JSON.stringify(next),
      };
      if (!(await rows.replace(row, stamp))) throw new InFlight();
      return { delivery: next, stamp: row.stamp };
    }),
  ).then((all) => all.sort((one, other) => one.delivery.index - other.delivery.index));
}
