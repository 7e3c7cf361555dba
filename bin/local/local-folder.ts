import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { World } from '../command.ts';
import { PACKAGE_ROOT } from '../package-root.ts';

/** The tables of this machine's relay where no folder is named: config/local of the current folder, else the package's own. */
export function localFolder({ cwd }: Pick<World, 'cwd'>): string {
  const here = join(cwd, 'config', 'local');
  return existsSync(here) ? here : join(PACKAGE_ROOT, 'config', 'local');
}
