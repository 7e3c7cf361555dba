import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { env, execPath } from 'node:process';
import { fileURLToPath } from 'node:url';

/** In node_modules, where neither Git, TypeScript nor Biome looks, and gone with it. */
const FOLDER = fileURLToPath(new URL('../../node_modules/.cache/node24', import.meta.url));

/**
 * The path of a Node 24, Lambda's: HAINEKO_NODE24, or npm's package `node`, installed into a folder of its own. As a
 * dependency of this repository it would take the machine's Node's place in every script.
 */
export function node24(): string {
  const given = env['HAINEKO_NODE24'];
  if (given) return checked(given);
  const path = join(FOLDER, 'node_modules/node/bin/node');
  if (!existsSync(path)) {
    const options = ['--no-save', '--no-package-lock', '--no-audit', '--no-fund', '--loglevel=error'];
    // npm's own words go to stderr: stdout is for who asks
    const stdio = ['ignore', process.stderr, 'inherit'] as const;
    execFileSync('npm', ['install', '--prefix', FOLDER, ...options, 'node@24'], { stdio: [...stdio] });
    // the package puts the machine's kind of binary in its place by an install script, which npm may hold back
    const cwd = join(FOLDER, 'node_modules/node');
    if (!existsSync(path))
      execFileSync(execPath, ['installArchSpecificPackage.js'], { cwd, stdio: [...stdio] });
  }
  return checked(path);
}

/** Rejects what is there and is no Node 24. */
function checked(path: string): string {
  const version = execFileSync(path, ['--version'], { encoding: 'utf8' }).trim();
  if (!version.startsWith('v24.')) throw new Error(`${path}: expected Node 24, found ${version}`);
  return path;
}
