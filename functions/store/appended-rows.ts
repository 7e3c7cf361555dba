import { createReadStream } from 'node:fs';
import { appendFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { hourFile } from './row-files.ts';
import type { Row } from './rows.ts';

/** Rows that are made once, a line each, in files of many. */
export type AppendedRows = {
  /** Resolves when the row is written. */
  add(row: Row): Promise<void>;
  /** The rows of a partition, in the order in which they were made. */
  of(partition: string): Promise<readonly Row[]>;
};

/**
 * Rows appended to the files of a folder. What comes within a turn of the event loop goes out in one write, which no other
 * process breaks into (O_APPEND); thousands of mails a second would otherwise be as many files.
 */
export function appendedRows(folder: string): AppendedRows {
  const fileOf = (partition: string) => join(folder, hourFile(partition));
  let waiting = new Map<string, string>();
  let writing: Promise<void> | undefined;

  async function write(): Promise<void> {
    // a turn later: so much comes with it
    await new Promise((resolve) => setImmediate(resolve));
    const files = waiting;
    waiting = new Map();
    writing = undefined;
    await mkdir(folder, { recursive: true });
    for (const [file, lines] of files) await appendFile(file, lines, { mode: 0o600 });
  }

  return {
    add(row) {
      const file = fileOf(row.partition);
      // its end of line first: what a death has cut off spoils no row but its own
      waiting.set(file, `${waiting.get(file) ?? ''}\n${JSON.stringify(row)}`);
      writing ??= write();
      return writing;
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
