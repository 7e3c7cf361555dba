import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open as openFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hourFile } from './row-files.ts';
import type { Row } from './rows.ts';

/** Rows that are made once, a line each, in files of many. */
export type AppendedRows = {
  /** Resolves when the row is written. */
  add(row: Row): Promise<void>;
  /** The rows of a partition, in the order in which they were made. */
  of(partition: string): Promise<readonly Row[]>;
  /** Ends what is open, once all is written. */
  close(): Promise<void>;
};

/**
 * Rows appended to the files of a folder. What comes while a write is under way goes out in the next one, which no other
 * process breaks into (O_APPEND); thousands of mails a second would otherwise be as many files.
 */
export function appendedRows(folder: string): AppendedRows {
  const fileOf = (partition: string) => join(folder, hourFile(partition));
  let waiting = new Map<string, string>();
  let next: Promise<void> | undefined;
  let last: Promise<void> = Promise.resolve();
  /** The hour's, as long as it is the hour. */
  let open: { readonly file: string; readonly handle: FileHandle } | undefined;

  async function handleOf(file: string): Promise<FileHandle> {
    if (open?.file === file) return open.handle;
    await open?.handle.close();
    open = undefined;
    await mkdir(folder, { recursive: true });
    open = { file, handle: await openFile(file, 'a', 0o600) };
    return open.handle;
  }

  async function write(): Promise<void> {
    await last.catch(() => {});
    const files = waiting;
    waiting = new Map();
    next = undefined;
    const writing = (async () => {
      for (const [file, lines] of files) await (await handleOf(file)).appendFile(lines);
    })();
    last = writing;
    return writing;
  }

  return {
    add(row) {
      const file = fileOf(row.partition);
      // its end of line first: what a death has cut off spoils no row but its own
      waiting.set(file, `${waiting.get(file) ?? ''}\n${JSON.stringify(row)}`);
      next ??= write();
      return next;
    },
    async close() {
      await last.catch(() => {});
      await open?.handle.close();
      open = undefined;
    },
    async of(partition) {
      const found: Row[] = [];
      for await (const line of appendedLines(fileOf(partition))) {
        // most lines are of others
        const row = line.includes(partition) ? parse(line) : undefined;
        if (row?.partition === partition) found.push(row);
      }
      return found;
    },
  };
}

/** A file's lines; none where it is not there. Not by node:readline, for which U+2028 ends a line: JSON has it within one. */
export async function* appendedLines(file: string): AsyncGenerator<string> {
  let rest = '';
  try {
    for await (const piece of createReadStream(file, 'utf8')) {
      const lines = `${rest}${piece}`.split('\n');
      rest = lines.pop() ?? '';
      yield* lines;
    }
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
  yield rest;
}

/** What a death has cut off is no row. */
function parse(line: string): Row | undefined {
  try {
    return JSON.parse(line) as Row;
  } catch {
    return undefined;
  }
}
