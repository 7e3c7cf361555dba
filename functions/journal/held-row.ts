import type { Row, Rows } from '../store/rows.ts';

/** A row that its owner writes again and again, as long as nobody else has taken it over. */
export type HeldRow = {
  /** False: another has written it since. Rejects with RowsUnavailable, and may be called again. */
  put(value: unknown): Promise<boolean>;
};

/** Holds a row from now on. `stamp` is the one it was found with; without one it is to be made. */
export function heldRow(
  rows: Rows,
  place: Pick<Row, 'partition' | 'name'>,
  owner: string,
  expires: () => number,
  stamp?: string,
): HeldRow {
  let last = stamp;
  /** Of writes that may or may not have been made. */
  let perhaps: string[] = [];
  let turn = 0;
  return {
    async put(value) {
      turn += 1;
      const row = { ...place, stamp: `${owner}.${turn}`, expires: expires(), text: JSON.stringify(value) };
      try {
        for (const before of [last, ...perhaps]) {
          if (!(await rows.replace(row, before))) continue;
          last = row.stamp;
          perhaps = [];
          return true;
        }
        return false;
      } catch (error) {
        perhaps = [...perhaps, row.stamp];
        throw error;
      }
    },
  };
}
