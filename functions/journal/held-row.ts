import type { Row, Rows } from '../store/rows.ts';

/** A row that its owner writes again and again, as long as nobody else has taken it over. */
export type HeldRow = {
  /**
   * Writes what is made when its turn comes: one write after another, since each must name the stamp of the one before.
   * False: another has written it since. Rejects with RowsUnavailable, and may be called again. Where nothing is made
   * (undefined) nothing is written.
   */
  put(make: () => object | undefined): Promise<boolean>;
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
  let before: Promise<unknown> = Promise.resolve();

  async function write(value: object | undefined): Promise<boolean> {
    if (value === undefined) return true;
    turn += 1;
    const row = { ...place, stamp: `${owner}.${turn}`, expires: expires(), text: JSON.stringify(value) };
    try {
      for (const seen of [last, ...perhaps]) {
        if (!(await rows.replace(row, seen))) continue;
        last = row.stamp;
        perhaps = [];
        return true;
      }
      return false;
    } catch (error) {
      perhaps = [...perhaps, row.stamp];
      throw error;
    }
  }

  return {
    put(make) {
      const written = before.then(() => write(make()));
      before = written.catch(() => undefined);
      return written;
    },
  };
}
