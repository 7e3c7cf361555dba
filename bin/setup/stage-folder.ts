import { mkdir, readlink, realpath, rmdir } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { CommandFailure } from '../command.ts';
import { fileTrouble } from './file-trouble.ts';

/** A folder to write into, and what takes away the folders that were made for it, as far as they are empty. */
export type MadeFolder = { readonly path: string; undo(): Promise<void> };

/**
 * Makes config/<stage>/ below a folder, and that folder too. A symbolic link on the way that leads out of the folder is
 * refused: whoever laid it may not be who runs this. Rejects with a CommandFailure, and has made nothing then.
 */
export async function stageFolder(below: string, stage: string): Promise<MadeFolder> {
  const made: string[] = [];
  const undo = async () => {
    for (const path of made.reverse()) await rmdir(path).catch(() => {});
  };
  const make = async (path: string): Promise<string> => {
    try {
      const first = await mkdir(path, { recursive: true });
      if (first !== undefined) made.push(...between(first, path));
      return await realpath(path);
    } catch (error) {
      throw fileTrouble(error, path);
    }
  };
  try {
    const root = await make(below);
    let path = below;
    for (const name of ['config', stage]) {
      path = join(path, name);
      const real = await make(path);
      if (relative(root, real).startsWith('..'))
        throw leadsElsewhere(path, await readlink(path).catch(() => real));
    }
    return { path, undo };
  } catch (error) {
    await undo();
    throw error;
  }
}

/** The folders from `first` down to `last`, which is below it or the same. */
function between(first: string, last: string): string[] {
  return first === last ? [first] : [...between(first, dirname(last)), last];
}

function leadsElsewhere(path: string, target: string): CommandFailure {
  return new CommandFailure(
    `${path} is a symbolic link that leads elsewhere (${target})`,
    'Nothing was laid. Name the folder above the real one as [dir], or remove the link.',
  );
}
