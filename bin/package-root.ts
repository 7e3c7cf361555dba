import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of this package, whether the command runs from its sources or as it was built. */
export const PACKAGE_ROOT = rootAbove(dirname(fileURLToPath(import.meta.url)));

function rootAbove(folder: string): string {
  if (existsSync(join(folder, 'config', 'production'))) return folder;
  const above = dirname(folder);
  if (above === folder) throw new Error('the package has no folder config/production');
  return rootAbove(above);
}
