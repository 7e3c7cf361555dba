import { defineConfig } from 'vitest/config';

const include = (name: string, ...folders: string[]) => ({
  extends: true as const,
  test: { name, include: folders.map((folder) => `test/${folder}/**/*.test.ts`) },
});

export default defineConfig({
  test: {
    testTimeout: 20_000,
    projects: [
      // no network, no sleep: seconds for all of them
      include('unit', 'unit'),
      include('contract', 'contract'),
      include('dialogue', 'dialogue'),
      include('server', 'server'),
      include('recorded', 'recorded'),
      include('infra', 'infra'),
      include('bundle', 'bundle'),
    ],
  },
});
