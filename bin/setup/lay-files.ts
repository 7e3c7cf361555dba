import { randomBytes } from 'node:crypto';
import { constants, copyFile, link, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CommandFailure } from '../command.ts';
import { fileTrouble } from './file-trouble.ts';
import type { Template } from './templates.ts';

/** Which files were laid, and which were there. */
export type LaidFiles = { readonly laid: readonly string[]; readonly left: readonly string[] };

/**
 * Lays files into a folder, each whole or not at all: all are written under other names first, then linked to their own,
 * which fails where something has that name, be it since a moment. Rejects with a CommandFailure.
 */
export async function layFiles(
  folder: string,
  templates: readonly Template[],
  { interrupted = () => false, name = link }: { interrupted?: () => boolean; name?: typeof link } = {},
): Promise<LaidFiles> {
  // a table's reader passes over names that begin with a dot
  const mark = randomBytes(6).toString('hex');
  const written: { readonly name: string; readonly path: string }[] = [];
  const laid: string[] = [];
  const left: string[] = [];
  try {
    for (const each of templates) {
      if (interrupted()) throw new CommandFailure('interrupted', 'Nothing was laid.');
      const path = join(folder, `.haineko-${mark}-${each.name}`);
      written.push({ name: each.name, path });
      await write(path, each);
    }
    for (const { name: own, path } of written) {
      const fresh = await give(path, join(folder, own), name).catch((error: unknown) => {
        throw fileTrouble(error, join(folder, own), laidSoFar(laid));
      });
      (fresh ? laid : left).push(own);
    }
    return { laid, left };
  } finally {
    for (const { path } of written) await rm(path, { force: true }).catch(() => {});
  }
}

async function write(path: string, { text, secret }: Template): Promise<void> {
  try {
    // x: never through what somebody else has laid under that name
    const file = await open(path, 'wx', secret ? 0o600 : 0o666);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (error) {
    throw fileTrouble(error, path);
  }
}

/** Gives a written file its own name; false where something has it. */
async function give(path: string, own: string, name: typeof link): Promise<boolean> {
  try {
    await name(path, own);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    // FAT and some network file systems have no hard links
    if (!/^(?:EPERM|ENOTSUP|EOPNOTSUPP|ENOSYS|EMLINK|EXDEV)$/.test(codeOf(error))) throw error;
  }
  try {
    await copyFile(path, own, constants.COPYFILE_EXCL);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

function laidSoFar(laid: readonly string[]): string {
  return laid.length === 0 ? 'Nothing was laid.' : `Laid by now: ${laid.join(', ')}. The others are not.`;
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
