/** A row of the journal. Whoever replaces it names the stamp that it had: nobody overwrites what he has not seen. */
export type Row = {
  readonly partition: string;
  /** Unique in its partition. */
  readonly name: string;
  /** Unique to this write of it. */
  readonly stamp: string;
  /** Seconds since the epoch: from then on it is as if it were not there. */
  readonly expires: number;
  /** What it holds, at most MOST_TEXT octets. */
  readonly text: string;
};

/** Octets: DynamoDB takes items of 400 KB, their names and other attributes included. */
export const MOST_TEXT = 350_000;

/** Where the journal's rows live: memory, files or DynamoDB. One contract suite holds all three. Rejects with RowsUnavailable. */
export type Rows = {
  read(partition: string, name: string): Promise<Row | undefined>;
  /** The rows of a partition, by name; with `added` also those of add(), which not every place has at hand. */
  list(partition: string, added?: boolean): Promise<readonly Row[]>;
  /**
   * Puts a row in the place of the one whose stamp is `before`; without one, where there is none. False: it is not so any
   * more. What is written when this resolves outlives the process and the machine's power.
   */
  replace(row: Row, before?: string): Promise<boolean>;
  /** Puts a row where there was none, unasked, and where none is replaced: list() tells of it. It outlives the process. */
  add(row: Row): Promise<void>;
  /** Ends connections. */
  close(): void;
};

/** The rows cannot be had, or a write may or may not have been made. `cause` is for the log. */
export class RowsUnavailable extends Error {
  override readonly name = 'RowsUnavailable';
}

/** Expired rows are not there, whether they were deleted or not (DynamoDB deletes them within days). */
export function isThere(row: Row | undefined, now: number): row is Row {
  return row !== undefined && row.expires * 1000 > now;
}
