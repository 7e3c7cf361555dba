import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DOCUMENTS } from '../../functions/tables/tables.ts';
import { PACKAGE_ROOT } from '../package-root.ts';

/** A table's file as it comes with the package. */
export type Template = {
  readonly name: string;
  readonly text: string;
  /** Who reads it may be able to send: nobody but its owner should. */
  readonly secret: boolean;
};

/** The stage of the relay on this machine; every other one is deployed. */
export const LOCAL = 'local';

const SECRET: readonly string[] = ['password', 'authinfo'];

/** The package's own commented tables, with the stage's name where it stands in parameters' names and command lines. */
export function templates(stage: string): Promise<readonly Template[]> {
  const folder = join(PACKAGE_ROOT, 'config', stage === LOCAL ? LOCAL : 'production');
  return Promise.all(
    [...DOCUMENTS, 'authinfo'].map(async (name) => {
      const text = await readFile(join(folder, name), 'utf8');
      return { name, text: text.replace(/\bproduction\b/g, stage), secret: SECRET.includes(name) };
    }),
  );
}
