import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import * as yaml from 'js-yaml';
import { readDocumentWith } from '../../functions/tables/document.ts';
import { CommandFailure } from '../command.ts';

/** A table's file as it stands; undefined where there is none. Throws a ConfigError where it cannot be read as YAML. */
export function readTableFile(path: string, name: string): { readonly document: unknown } | undefined {
  try {
    return { document: readDocumentWith(yaml, name, readFileSync(path, 'utf8')) };
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    if (codeOf(error) !== undefined) throw new CommandFailure(`${path}: cannot be read (${codeOf(error)})`);
    throw error;
  }
}

/** Makes a folder for tables, and those above it, where it is not there. */
export function makeFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true });
  } catch (error) {
    throw new CommandFailure(
      `${path}: cannot be made (${codeOf(error) ?? String(error)})`,
      'Is it a file, or a link that leads nowhere? Nothing was written.',
    );
  }
}

/**
 * Replaces a file whole: whoever reads it meanwhile has the old one or the new one. Its mode stays; of a link what it leads
 * to is replaced.
 */
export function replaceFile(path: string, text: string): void {
  let beside: string | undefined;
  try {
    const target = linkTarget(path);
    const mode = statSync(target, { throwIfNoEntry: false })?.mode;
    beside = `${target}.${randomBytes(6).toString('hex')}`;
    writeFileSync(beside, text, { flag: 'wx', ...(mode !== undefined && { mode: mode & 0o777 }) });
    // what a new file is given is narrowed by the umask
    if (mode !== undefined) chmodSync(beside, mode & 0o777);
    renameSync(beside, target);
  } catch (error) {
    if (beside !== undefined) rmSync(beside, { force: true });
    throw new CommandFailure(`${path}: cannot be written (${codeOf(error) ?? String(error)})`);
  }
}

/** Where a path ends once its links are followed, also one whose target is not there yet. A circle was refused in reading. */
function linkTarget(path: string): string {
  const real = join(realpathSync(dirname(path)), basename(path));
  const isLink = lstatSync(real, { throwIfNoEntry: false })?.isSymbolicLink() === true;
  return isLink ? linkTarget(resolve(dirname(real), readlinkSync(real))) : real;
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
