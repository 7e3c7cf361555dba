import { deleteExpiredRows } from '../../functions/store/expired-rows.ts';

const HOUR = 3_600_000;

/** Deletes what has expired in a journal's folder, in the background, now and every hour, as long as the process lives or until it is called. */
export function cleanJournal(folder: string): () => void {
  const clean = () => void deleteExpiredRows(folder, Date.now());
  clean();
  const timer = setInterval(clean, HOUR);
  timer.unref();
  return () => clearInterval(timer);
}
