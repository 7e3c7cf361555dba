import { addressOf, mailboxOf } from '../mail/address.ts';
import type { Reply } from '../smtp/reply.ts';
import { MOST_TEXT } from '../store/rows.ts';
import { type Delivery, isUnsent } from './delivery.ts';
import { type Entry, entryOf } from './entry.ts';
import type { Found } from './found.ts';
import { type HeldRow, heldRow } from './held-row.ts';
import { type GivenAnswer, type KeyRequest, nameOfDelivery } from './key-request.ts';
import { claim, settle } from './transitions.ts';
import { InFlight, OVER, type Writing } from './writing.ts';

/** A recipient to be claimed; where it is refused already, with its reply. */
export type Wanted = Pick<Delivery, 'rcpt' | 'from' | 'sender' | 'index'> & { readonly refused?: Reply };

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

/** What requests before this one have left: their deliveries, and whether one was answered. */
export type Past = { readonly found: readonly Found[]; readonly told: boolean };

/** The hold of a request that is open in `row`. */
export function holdOf(request: KeyRequest, row: HeldRow, { found, told }: Past, writing: Writing): Hold {
  const { rows, owner, now, expires, report } = writing;
  const { queueid, receivedAt, until } = request;
  const known = new Map(found.map((each) => [each.name, each]));
  // another spelling of a mailbox that has its reply for good: while that one was permitted, this one was no recipient
  const mailboxes = new Map(found.filter(isOver).map((each) => [mailboxIn(each.delivery.rcpt), each]));
  const entries: Entry[] = [];
  let ended = false;

  /** Claims one, or tells what stands; `back` undoes it. */
  async function claimOne(wanted: Wanted, name: string, of: number) {
    const { rcpt, from, sender, index, refused } = wanted;
    const past = known.get(name) ?? mailboxes.get(mailboxIn(rcpt));
    const held = heldRow(rows, { partition: queueid, name }, owner, expires, past?.stamp);
    const fresh: Delivery = {
      ...{ queueid, sender, from, rcpt, index, of, receivedAt },
      ...{ state: 'claimed', owner, until, attempts: [] },
    };
    const claimed = past ? claim(past.delivery, { owner, until }, now()) : { next: fresh };
    if (claimed.held) throw new InFlight();
    const { next } = claimed;
    if (!next) return { claimed: { stands: past?.delivery.reply as Reply } };
    const written = refused ? settle(next, refused) : next;
    if (!(await held.put(() => written))) throw new InFlight();
    if (written.reply) return { claimed: { stands: written.reply } };
    const entry = entryOf(written, held, report);
    entries.push(entry);
    const back = () => held.put(() => ({ ...written, until: OVER }));
    return { claimed: { entry }, back };
  }

  const end = async (next: KeyRequest) => {
    ended = true;
    if (!(await row.put(() => next)))
      report(`${queueid}: its answer came after another request had taken the key`);
  };
  // nobody has to wait for a lease that nobody needs; but what has its answer keeps it, however late a claim fails
  const reopen = async () => void (await row.put(() => (ended ? undefined : { ...request, until: OVER })));
  return {
    queueid,
    receivedAt,
    deliveries: found.map(({ delivery }) => delivery),
    told,
    async claim(wanted) {
      const places = namesOf(wanted.map(({ rcpt }) => rcpt));
      const claims = await Promise.allSettled(
        wanted.map((each, at) => claimOne(each, places[at] ?? '', wanted.length)),
      );
      const failed = claims.find((each) => each.status === 'rejected');
      if (!failed) return claims.flatMap((each) => ('value' in each ? each.value.claimed : []));
      const backs = claims.map((each) => ('value' in each ? each.value.back?.() : undefined));
      await Promise.allSettled([...backs, reopen()]);
      throw failed.reason;
    },
    async answer(answer, unsent) {
      await Promise.all(entries.map((each) => each.settleAgain()));
      const answered: KeyRequest = { ...request, state: 'answered', answer };
      // what is too large is made of the deliveries again
      const kept = !unsent && Buffer.byteLength(JSON.stringify(answered)) <= MOST_TEXT;
      return end(kept ? answered : { ...request, state: 'again' });
    },
    // a slow owner of before may be at it still: only a key that had none is as if new
    leave: () => (writing.first ? end({ ...request, state: 'refused' }) : reopen()),
  };
}

/** Settled for good. */
function isOver({ delivery }: Found): boolean {
  return delivery.state === 'settled' && !isUnsent(delivery);
}

function mailboxIn(rcpt: string): string {
  const address = addressOf(rcpt);
  return address === undefined ? rcpt : mailboxOf(address);
}

/** The names of recipients' rows: of two that are told alike (both refused) the second has another. */
function namesOf(rcpts: readonly string[]): readonly string[] {
  const times = new Map<string, number>();
  return rcpts.map((rcpt) => {
    const time = times.get(rcpt) ?? 0;
    times.set(rcpt, time + 1);
    return nameOfDelivery(rcpt, time);
  });
}
