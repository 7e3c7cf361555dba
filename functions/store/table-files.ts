import { readFile, stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { SourceUnavailable } from './source.ts';

/** Where each document's file is. */
export type TablePaths = ReadonlyMap<string, string>;

/** A file's identity and time: changes with its content, also where an editor renames a new file into its place. */
export type Stamps = ReadonlyMap<string, string>;

/** The files at one moment: absent ones are left out. */
export type FileTexts = { readonly stamps: Stamps; readonly texts: ReadonlyMap<string, string> };

const MOST_TRIES = 10;

/** Stamps of the files that are there. Throws SourceUnavailable where it cannot be told. */
export async function stampFiles(paths: TablePaths): Promise<Stamps> {
  const stamps = await Promise.all(
    [...paths].map(async ([name, path]): Promise<[string, string] | undefined> => {
      try {
        const found = await stat(path, { bigint: true });
        // a pipe would be waited for, a folder cannot be read
        if (!found.isFile()) throw new Error('it is no file');
        const { mtimeNs, ctimeNs, size, ino } = found;
        return [name, `${new Date(Number(mtimeNs / 1_000_000n)).toISOString()} ${ctimeNs} ${size} ${ino}`];
      } catch (error) {
        if (isAbsent(error)) return undefined;
        throw unreadable(path, error);
      }
    }),
  );
  return new Map(stamps.filter((entry) => entry !== undefined));
}

/**
 * Reads the files that are not as in `before`, once they are at rest: a file being written, or gone between two
 * renames, would otherwise be taken for half a table, or for none. Throws SourceUnavailable.
 */
export async function readAtRest(paths: TablePaths, before: FileTexts | undefined, settle: number) {
  let stamps = await stampFiles(paths);
  for (let tries = 1; ; tries++) {
    const texts = await readChanged(paths, stamps, before);
    // the first tables of all are waited for by a start, not by an editor
    if (before) await sleep(settle);
    const after = await stampFiles(paths);
    // a file that never rests is taken as it is: the next look will find it changed
    if (sameStamps(stamps, after) || tries === MOST_TRIES) return { stamps, texts };
    stamps = after;
  }
}

async function readChanged(paths: TablePaths, stamps: Stamps, before: FileTexts | undefined) {
  const texts = new Map<string, string>();
  for (const [name, stamp] of stamps) {
    const path = paths.get(name) ?? '';
    const unchanged = before?.stamps.get(name) === stamp ? before.texts.get(name) : undefined;
    try {
      texts.set(name, unchanged ?? (await readFile(path, 'utf8')));
    } catch (error) {
      if (!isAbsent(error)) throw unreadable(path, error);
    }
  }
  return texts;
}

/** Whether two looks found the same files. */
export function sameStamps(one: Stamps, other: Stamps): boolean {
  return one.size === other.size && [...one].every(([name, stamp]) => other.get(name) === stamp);
}

/** The time of change in a stamp. */
export function timeOf(stamp: string): string {
  return stamp.split(' ')[0] ?? '';
}

function isAbsent(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

function unreadable(path: string, error: unknown): SourceUnavailable {
  const why = error instanceof Error ? error.message : String(error);
  return new SourceUnavailable(`cannot read ${path}: ${why}`, { cause: error });
}
