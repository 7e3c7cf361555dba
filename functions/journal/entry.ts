import { DEFERRALS, UNKNOWNS } from '../smtp/catalogue.ts';
import type { Reply } from '../smtp/reply.ts';
import type { Attempt, Delivery } from './delivery.ts';
import type { HeldRow } from './held-row.ts';
import { commit, goOn, settle } from './transitions.ts';

/** One recipient's delivery in the hands of whoever tries it. Nothing here rejects. */
export type Entry = {
  /** Marks that the mail may be on its way. Where that cannot be marked the mail must not go, and this is its reply. */
  commit(): Promise<Reply | undefined>;
  /** It was provably not sent, and is tried again: takes the mark back, where there is one. */
  goOn(attempts: readonly Attempt[]): Promise<void>;
  /** What became of it. */
  settle(reply: Reply, attempts: readonly Attempt[]): Promise<void>;
  /** Writes once more what became of it, where that could not be written. */
  settleAgain(): Promise<void>;
};

/** The entry of a delivery that was claimed in `row`; `report` takes what went wrong. Attempts are added to those of before. */
export function entryOf(claimed: Delivery, row: HeldRow, report: (problem: string) => void): Entry {
  let mine = claimed;
  let lost = false;
  let unsettled: (() => Delivery) | undefined;
  const all = (attempts: readonly Attempt[]) => [...claimed.attempts, ...attempts];

  /** Writes what is made of the state that the write before this one has left. */
  const write = async (make: () => Delivery | undefined): Promise<Reply | undefined> => {
    if (lost) return UNKNOWNS.takenOver();
    let next = mine;
    try {
      const written = await row.put(() => {
        const made = make();
        next = made ?? mine;
        return made;
      });
      if (written) {
        mine = next;
        return undefined;
      }
      lost = true;
      report(`${claimed.queueid} is not marked ${next.state}: a later request has taken it over`);
      return UNKNOWNS.takenOver();
    } catch (error) {
      const cause = error instanceof Error ? error.message : String(error);
      report(`${claimed.queueid} is not marked ${next.state}: ${cause}`);
      return { ...DEFERRALS.journalNotWritten(), cause };
    }
  };

  return {
    // each time anew, for each exchanger of MX: whoever has been taken for dead meanwhile must hear of it
    commit: () => write(() => commit(mine)),
    async goOn(attempts) {
      // a mark that cannot be taken back says more than is true, which is no harm while somebody is there to settle it
      await write(() => (mine.state === 'committing' ? goOn(mine, all(attempts)) : undefined));
    },
    async settle(reply, attempts) {
      const settled = () => settle(mine, reply, all(attempts));
      const failed = await write(settled);
      unsettled = failed && !lost ? settled : undefined;
    },
    async settleAgain() {
      if (unsettled) await write(unsettled);
    },
  };
}
