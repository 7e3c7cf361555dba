#!/usr/bin/env node
// Published, the command is plain JavaScript (bin/build.ts makes it). A checkout, which alone has tests, runs its sources.
import { existsSync } from 'node:fs';

if (existsSync(new URL('../test', import.meta.url))) {
  const { register } = await import('tsx/esm/api');
  register();
  await import('./haineko.ts');
} else {
  await import('../dist/bin/haineko.js');
}
