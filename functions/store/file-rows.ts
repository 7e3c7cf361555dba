import { randomBytes } from 'node:crypto';
import { link, mkdir, open, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { appendedRows } from './appended-rows.ts';
import { APPENDED, fileName, groupOf, readFileName } from './row-files.ts';
import { isThere, type Row, type Rows, RowsUnavailable } from './rows.ts';

/** A file that holds a row: `<name>.<turn>.json`. The one with the highest turn counts, the others were replaced. */
type Found = { readonly turn: number; readonly row: Row; readonly seen: readonly number[] };

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
      const seen = (await turnsOf(partition, name)).get(name) ?? [];
      const turn = seen.at(-1);
      if (turn === undefined) return undefined;
      const file = join(place(partition), fileName(name, turn));
      const text = await readFile(file, 'utf8').catch(unlessAbsent);
      // else it was replaced between two looks
      if (text === undefined) continue;
      const row = JSON.parse(text) as Row;
      // where case does not count in names of files
      return row.partition === partition ? { turn, seen, row } : undefined;
    }
  }

  async function write(row: Row, found: Found | undefined): Promise<boolean> {
    const seen = found?.seen ?? [];
    const turn = (found?.turn ?? 0) + 1;
    const at = place(row.partition);
    const made = await mkdir(at, { recursive: true });
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
    // between our look and our link others have taken this turn and the next, and cleared ours away
    const late = turns.some((each) => each !== turn && !seen.includes(each)) || (await begunAnew(found));
    for (const each of late ? [turn] : turns.filter((past) => past < turn))
      await rm(join(at, fileName(row.name, each)), { force: true });
    await flushFrom(at, made);
    return !late;
  }

  /** Whether an expired row that was seen was cleared away meanwhile, and others have begun anew, with its turn. */
  async function begunAnew(found: Found | undefined): Promise<boolean> {
    if (!found || isThere(found.row, now())) return false;
    const { partition, name, stamp } = found.row;
    const file = join(place(partition), fileName(name, found.turn));
    const text = await readFile(file, 'utf8').catch(unlessAbsent);
    // absent: cleared away, and who knows what was begun since
    return text === undefined || (JSON.parse(text) as Row).stamp !== stamp;
  }

  return {
    read: (partition, name) =>
      available(async () => {
        const found = await find(partition, name);
        return isThere(found?.row, now()) ? found?.row : undefined;
      }),
    list: (partition, added) =>
      available(async () => {
        const names = [...(await turnsOf(partition)).keys()];
        const found = await Promise.all(names.map((name) => find(partition, name)));
        const rows = [...found.map((each) => each?.row), ...(added ? await appended.of(partition) : [])];
        return rows
          .filter((row) => isThere(row, now()))
          .sort((one, other) => (one.name < other.name ? -1 : 1));
      }),
    replace: (row, before) =>
      available(async () => {
        const found = await find(row.partition, row.name);
        const there = isThere(found?.row, now()) ? found?.row.stamp : undefined;
        if (there !== before) return false;
        for (let attempt = 1; ; attempt++) {
          try {
            return await write(row, found);
          } catch (error) {
            // who clears expired rows away has just taken the empty folder too
            if (codeOf(error) !== 'ENOENT' || attempt === 3) throw error;
          }
        }
      }),
    add: (row) => available(() => appended.add(row)),
    close: () => void appended.close().catch(() => {}),
  };
}

/** A name in a folder is lost with the power until the folder is written too: this one, and those above that were made for it. */
async function flushFrom(folder: string, made: string | undefined): Promise<void> {
  const last = made === undefined ? folder : dirname(made);
  for (let each = folder; ; each = dirname(each)) {
    const handle = await open(each, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
    if (each === last) return;
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
