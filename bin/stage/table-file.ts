import { randomBytes } from 'node:crypto';
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
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

/** Replaces a file whole: whoever reads it meanwhile has the old one or the new one. */
export function replaceFile(path: string, text: string): void {
  const beside = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    writeFileSync(beside, text, { flag: 'wx' });
    renameSync(beside, path);
  } catch (error) {
    rmSync(beside, { force: true });
    throw new CommandFailure(`${path}: cannot be written (${codeOf(error) ?? String(error)})`);
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
