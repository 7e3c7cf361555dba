import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isRowFolder } from '../../functions/store/row-files.ts';
import { CommandFailure, wrongUsage } from '../command.ts';

/**
 * The folder of the journal, absolute, which need not be there yet. Rejects one that holds anything else: in a journal what
 * has expired is deleted.
 */
export function journalFolder(given: string, cwd: string): string {
  if (given === '') throw wrongUsage('--journal', 'a folder', given);
  const folder = resolve(cwd, given);
  const stray = entriesOf(folder, given).find(
    (each) => !(each.isDirectory() ? isRowFolder(each.name) : each.name.startsWith('.')),
  );
  if (stray === undefined) return folder;
  throw new CommandFailure(
    `--journal: expected a folder of its own, and ${join(given, stray.name)} is in it`,
    'Name a folder that is empty, or not there yet.',
    2,
  );
}

function entriesOf(folder: string, given: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT') return [];
    if (code === 'ENOTDIR') throw wrongUsage('--journal', 'a folder', given);
    throw new CommandFailure(`--journal: ${given} cannot be read (${code ?? error})`);
  }
}
