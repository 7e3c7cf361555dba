import { readdir, readFile, rm, rmdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { appendedLines } from './appended-rows.ts';
import { APPENDED, isGroup, isHourFile, isUnfinished, readFileName } from './row-files.ts';
import type { Row } from './rows.ts';

const DAY = 86_400_000;
/** Of rows that are appended to one file the last one is an hour younger than the first, and a request's time. */
const TWO_HOURS = 7_200_000;

/**
 * Deletes rows of fileRows() that have expired, and what writers that died have left; one file at a time, so that
 * nobody waits for it. Never rejects: what cannot be deleted now is there for the next time. `now` in milliseconds since
 * the epoch.
 */
export async function deleteExpiredRows(folder: string, now: number): Promise<void> {
  for (const file of (await entriesOf(join(folder, APPENDED))).filter(isHourFile)) {
    const path = join(folder, APPENDED, file);
    if (await isOver(await firstLine(path), path, now - TWO_HOURS)) await remove(path);
  }
  for (const group of (await entriesOf(folder)).filter(isGroup)) {
    for (const partition of await entriesOf(join(folder, group))) {
      const at = join(folder, group, partition);
      for (const file of await entriesOf(at)) {
        if (!readFileName(file) && !isUnfinished(file)) continue;
        const path = join(at, file);
        const text = await readFile(path, 'utf8').catch(() => '');
        if (await isOver(text, path, now)) await remove(path);
      }
      // fails where anything is left in it
      await rmdir(at).catch(() => {});
    }
  }
}

/** What is no row is what a writer that died has left, or what one is writing now. */
async function isOver(text: string, path: string, now: number): Promise<boolean> {
  try {
    return (JSON.parse(text) as Row).expires * 1000 <= now;
  } catch {
    const written = await stat(path).catch(() => undefined);
    return written !== undefined && now - written.mtimeMs > DAY;
  }
}

async function firstLine(path: string): Promise<string> {
  try {
    for await (const line of appendedLines(path)) if (line !== '') return line;
  } catch {
    // it is looked at again the next time
  }
  return '';
}

function remove(path: string): Promise<void> {
  return rm(path, { force: true }).catch(() => {});
}

async function entriesOf(folder: string): Promise<readonly string[]> {
  return readdir(folder).catch(() => []);
}
