import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** Makes the command plain JavaScript in `outdir`, a chunk a command. */
export async function buildCommand(outdir: string): Promise<void> {
  rmSync(outdir, { recursive: true, force: true });
  await buildForNode({ haineko: 'bin/haineko.ts' }, outdir);
}

/** Makes plain JavaScript of what runs on a machine; packages stay packages. Node 20, the oldest that runs it. */
export async function buildForNode(
  entryPoints: Readonly<Record<string, string>>,
  outdir: string,
): Promise<void> {
  await build({
    absWorkingDir: ROOT,
    entryPoints: { ...entryPoints },
    outdir,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    packages: 'external',
    chunkNames: 'chunks/[name]-[hash]',
    logLevel: 'warning',
  });
}

/** Makes what the package has: dist/bin. */
export function buildForPackage(): Promise<void> {
  return buildCommand(join(ROOT, 'dist', 'bin'));
}

/** `npm run build`. */
if (argv[1] === fileURLToPath(import.meta.url)) await buildForPackage();
