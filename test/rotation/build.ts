import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildCommand } from '../../bin/build.ts';
import { bundle } from '../../infra/bundle.ts';

/** What is deployed, and what an operator runs. */
export type Build = {
  /** The folder of the Lambda's code. */
  readonly bundle: string;
  /** The command's file. */
  readonly command: string;
  /** An empty home. */
  readonly home: string;
  remove(): void;
};

/** Builds both within the repository, where the command's packages are found. */
export async function build(): Promise<Build> {
  const dist = fileURLToPath(new URL('../../dist', import.meta.url));
  mkdirSync(dist, { recursive: true });
  const folder = mkdtempSync(join(dist, 'rotation-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  const home = join(folder, 'home');
  mkdirSync(home);
  try {
    bundle(join(folder, 'submit'));
    await buildCommand(join(folder, 'command'));
  } catch (error) {
    remove();
    throw error;
  }
  return { bundle: join(folder, 'submit'), command: join(folder, 'command', 'haineko.js'), home, remove };
}
