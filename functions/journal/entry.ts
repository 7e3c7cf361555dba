import { DEFERRALS, UNKNOWNS } from '../smtp/catalogue.ts';
import type { Reply } from '../smtp/reply.ts';
import { RowsUnavailable } from '../store/rows.ts';
import type { Attempt, Delivery } from './delivery.ts';
import type { HeldRow } from './held-row.ts';
import { commit, goOn, settle } from './transitions.ts';

/** One recipient's delivery in the hands of whoever tries it. */
export type Entry = {
  /** Marks that the mail may be on its way. Where that cannot be marked the mail must not go, and this is its reply. */
  commit(): Promise<Reply | undefined>;
  /** It was provably not sent, and is tried again: takes the mark back, where there is one. */
  goOn(attempts: readonly Attempt[]): Promise<void>;
  /** What became of it. */
  settle(reply: Reply, attempts: readonly Attempt[]): Promise<void>;
};

/** The entry of a delivery that was claimed in `row`. Its methods never reject; `report` takes what went wrong. */
export function entryOf(claimed: Delivery, row: HeldRow, report: (problem: string) => void): Entry {
  let mine = claimed;
  let lost = false;
  const write = async (next: Delivery): Promise<Reply | undefined> => {
    try {
      if (!(await row.put(next))) lost = true;
    } catch (error) {
      if (!(error instanceof RowsUnavailable)) throw error;
      report(`${next.queueid} is not marked ${next.state}: ${error.message}`);
      return { ...DEFERRALS.journalNotWritten(), cause: error.message };
    }
    if (lost) {
      report(`${next.queueid} is not marked ${next.state}: a later request has taken it over`);
      return UNKNOWNS.takenOver();
    }
    mine = next;
    return undefined;
  };
  return {
    async commit() {
      // each time anew, for each exchanger of MX: whoever has been taken for dead meanwhile must hear of it
      return lost ? UNKNOWNS.takenOver() : write(commit(mine));
    },
    async goOn(attempts) {
      // a mark that cannot be taken back says more than is true, which is no harm while somebody is there to settle it
      if (!lost && mine.state === 'committing') await write(goOn(mine, attempts));
    },
    async settle(reply, attempts) {
      if (!lost) await write(settle(mine, reply, attempts));
    },
  };
}
