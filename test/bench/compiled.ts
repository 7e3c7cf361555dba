import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, buildSync } from 'esbuild';

const DIST = fileURLToPath(new URL('../../dist', import.meta.url));

/** Makes a folder for what a row writes, hands it on, and removes it whatever happens. In the repository: packages are found there. */
export async function inFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  mkdirSync(DIST, { recursive: true });
  const folder = mkdtempSync(join(DIST, 'bench-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  // where the benchmark is stopped
  process.once('exit', remove);
  try {
    return await use(folder);
  } finally {
    process.off('exit', remove);
    remove();
  }
}

/** Makes JavaScript of a program of ours as the bundle for Lambda is made (tsx would keep each function's name, which costs). Its path. */
export function compiled(program: URL, folder: string): string {
  return build(program, folder, { splitting: true, mainFields: ['module', 'main'] });
}

/** Makes one file of a program with esbuild's own choices for Node, as most people bundle. Its path. */
export function compiledAsUsual(program: URL, folder: string): string {
  // what is CommonJS in it asks for builtins
  const js = "import{createRequire}from'node:module';const require=createRequire(import.meta.url);";
  return build(program, folder, { banner: { js } });
}

function build(program: URL, folder: string, options: BuildOptions): string {
  const path = fileURLToPath(program);
  buildSync({
    entryPoints: [path],
    outdir: folder,
    bundle: true,
    format: 'esm',
    outExtension: { '.js': '.mjs' },
    platform: 'node',
    target: 'node20',
    minify: true,
    logLevel: 'warning',
    ...options,
  });
  return join(folder, `${basename(path, '.ts')}.mjs`);
}
