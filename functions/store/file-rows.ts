import { randomBytes } from 'node:crypto';
import { link, mkdir, open, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { appendedRows } from './appended-rows.ts';
import { APPENDED, fileName, groupOf, readFileName } from './row-files.ts';
import { isThere, type Row, type Rows, RowsUnavailable } from './rows.ts';

/** A file that holds a row: `<name>.<turn>.json`. The one with the highest turn counts, the others were replaced. */
type Found = { readonly turn: number; readonly row: Row };

/**
 * Rows in files, a folder a partition, for any number of processes on one machine. A row is never written over: its next
 * turn is a file of its own, which only one process can make (link(2) fails where the name is taken), whole from the start.
 */
export function fileRows(folder: string, now: () => number = Date.now): Rows {
  const appended = appendedRows(join(folder, APPENDED));
  const place = (partition: string) => join(folder, groupOf(partition), partition);

  async function turnsOf(partition: string, name?: string): Promise<Map<string, number[]>> {
    const files = await readdir(place(partition)).catch(unlessAbsent);
    const turns = new Map<string, number[]>();
    for (const file of files ?? []) {
      const read = readFileName(file);
      if (!read || (name !== undefined && read.name !== name)) continue;
      turns.set(
        read.name,
        [...(turns.get(read.name) ?? []), read.turn].sort((one, other) => one - other),
      );
    }
    return turns;
  }

  async function find(partition: string, name: string): Promise<Found | undefined> {
    for (;;) {
      const turn = (await turnsOf(partition, name)).get(name)?.at(-1);
      if (turn === undefined) return undefined;
      const file = join(place(partition), fileName(name, turn));
      const text = await readFile(file, 'utf8').catch(unlessAbsent);
      // else it was replaced between two looks
      if (text !== undefined) return { turn, row: JSON.parse(text) as Row };
    }
  }

  async function write(row: Row, turn: number): Promise<boolean> {
    const at = place(row.partition);
    await mkdir(at, { recursive: true });
    const temporary = join(at, `.${randomBytes(8).toString('hex')}`);
    try {
      // what became of mails is private to their owner
      await writeFile(temporary, JSON.stringify(row), { flag: 'wx', mode: 0o600, flush: true });
      await link(temporary, join(at, fileName(row.name, turn)));
    } catch (error) {
      if (codeOf(error) === 'EEXIST') return false;
      throw error;
    } finally {
      await rm(temporary, { force: true });
    }
    const turns = (await turnsOf(row.partition, row.name)).get(row.name) ?? [];
    // others have taken this turn and the next, and cleared ours away between our look and our link
    const late = turns.at(-1) !== turn;
    for (const each of turns.filter((past) => (late ? past === turn : past < turn)))
      await rm(join(at, fileName(row.name, each)), { force: true });
    await flush(at);
    return !late;
  }

  return {
    read: (partition, name) =>
      available(async () => {
        const found = await find(partition, name);
        return isThere(found?.row, now()) ? found?.row : undefined;
      }),
    list: (partition) =>
      available(async () => {
        const names = [...(await turnsOf(partition)).keys()];
        const found = await Promise.all(names.map((name) => find(partition, name)));
        const rows = [...found.map((each) => each?.row), ...(await appended.of(partition))];
        return rows
          .filter((row) => isThere(row, now()))
          .sort((one, other) => (one.name < other.name ? -1 : 1));
      }),
    replace: (row, before) =>
      available(async () => {
        const found = await find(row.partition, row.name);
        const there = isThere(found?.row, now()) ? found?.row.stamp : undefined;
        if (there !== before) return false;
        return write(row, (found?.turn ?? 0) + 1);
      }),
    add: (row) => available(() => appended.add(row)),
    close: () => void appended.close().catch(() => {}),
  };
}

/** A name in a folder is lost with the power until the folder is written too. */
async function flush(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** A full disk, no permission. */
async function available<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw new RowsUnavailable(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

function unlessAbsent(error: unknown): undefined {
  if (codeOf(error) === 'ENOENT') return undefined;
  throw error;
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
