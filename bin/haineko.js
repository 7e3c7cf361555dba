#!/usr/bin/env node
// Published, the command is plain JavaScript (bin/build.ts makes it). A checkout, which alone has tests, runs its sources.
import { existsSync } from 'node:fs';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

if (existsSync(new URL('../test', import.meta.url))) {
  try {
    const { register } = await import('tsx/esm/api');
    register();
  } catch (error) {
    if (error?.code !== 'ERR_MODULE_NOT_FOUND') throw error;
    const folder = fileURLToPath(new URL('..', import.meta.url));
    console.error(`haineko: its packages are not there. Run \`npm ci\` in ${folder}`);
    process.exit(1);
  }
  await import('./haineko.ts');
} else {
  await import('../dist/bin/haineko.js');
}
