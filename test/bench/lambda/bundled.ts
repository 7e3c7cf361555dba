import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

const DIST = fileURLToPath(new URL('../../../dist', import.meta.url));

/** A folder for what one row builds, within the repository, where packages are found; `remove` it in the end. */
export function temporary(): { readonly path: string; remove(): void } {
  mkdirSync(DIST, { recursive: true });
  const path = mkdtempSync(join(DIST, 'bench-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** One file of an entry and all that it needs, with esbuild's own choices for Node: as most people bundle. */
export function bundledAsUsual(entry: URL, outfile: string): string {
  buildSync({
    entryPoints: [fileURLToPath(entry)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node22',
    minify: true,
    // what is CommonJS in it asks for builtins
    banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
    logLevel: 'warning',
  });
  return outfile;
}
