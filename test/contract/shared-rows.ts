import { memoryRows } from '../../functions/store/memory-rows.ts';
import type { Rows } from '../../functions/store/rows.ts';

/** One place of rows for all who open it, each by what is made of it. */
export function sharedRows(made: (rows: Rows) => Partial<Rows> = () => ({})): (now: () => number) => Rows {
  let shared: Rows | undefined;
  return (now) => {
    const rows = shared ?? memoryRows(now);
    shared = rows;
    return { ...rows, ...made(rows) };
  };
}
