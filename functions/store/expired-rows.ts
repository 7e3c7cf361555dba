import { readdir, readFile, rm, rmdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Row } from './rows.ts';

const DAY = 86_400_000;

/**
 * Deletes rows of fileRows() that have expired, and what writers that died have left; one file at a time, so that
 * nobody waits for it. Never rejects: what cannot be deleted now is there for the next time.
 */
export async function deleteExpiredRows(folder: string, now: number): Promise<void> {
  for (const group of await entriesOf(folder)) {
    for (const partition of await entriesOf(join(folder, group))) {
      const at = join(folder, group, partition);
      for (const file of await entriesOf(at)) {
        const path = join(at, file);
        if (await isOver(path, now)) await rm(path, { force: true }).catch(() => {});
      }
      // fails where anything is left in it
      await rmdir(at).catch(() => {});
    }
  }
}

/** What is no row is what a writer that died has left, or what one is writing now. */
async function isOver(path: string, now: number): Promise<boolean> {
  const text = await readFile(path, 'utf8').catch(() => '');
  try {
    return (JSON.parse(text) as Row).expires * 1000 <= now;
  } catch {
    const written = await stat(path).catch(() => undefined);
    return written !== undefined && now - written.mtimeMs > DAY;
  }
}

async function entriesOf(folder: string): Promise<readonly string[]> {
  return readdir(folder).catch(() => []);
}
