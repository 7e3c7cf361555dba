import { deleteExpiredRows } from '../../functions/store/expired-rows.ts';

const HOUR = 3_600_000;

/** Deletes what has expired in a journal's folder, now and every hour, as long as the process lives or until it is called. */
export function cleanJournal(folder: string, report: (problem: string) => void): () => void {
  const clean = () => {
    // in the background: a journal that cannot be cleaned is no reason to stop the relay
    deleteExpiredRows(folder, Date.now()).catch((error: unknown) => report(String(error)));
  };
  clean();
  const timer = setInterval(clean, HOUR);
  timer.unref();
  return () => clearInterval(timer);
}
