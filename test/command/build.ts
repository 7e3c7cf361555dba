import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';
import { buildCommand } from '../../bin/build.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The command as it is published. */
    command: string;
  }
}

/** Builds the command once for all tests, within the repository, where its packages are found. */
export default async function setup(project: TestProject): Promise<() => void> {
  const folder = fileURLToPath(new URL(`../../dist/test-${process.pid}`, import.meta.url));
  await buildCommand(folder);
  project.provide('command', join(folder, 'haineko.js'));
  return () => rmSync(folder, { recursive: true, force: true });
}
