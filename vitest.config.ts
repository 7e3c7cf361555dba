import { defineConfig } from 'vitest/config';

const include = (name: string, ...folders: string[]) => ({
  extends: true as const,
  test: { name, include: folders.map((folder) => `test/${folder}/**/*.test.ts`) },
});

export default defineConfig({
  test: {
    testTimeout: 20_000,
    projects: [
      // no network, no sleep, nothing kept between files: one process for all of them, so that they take seconds
      {
        extends: true as const,
        test: {
          name: 'unit',
          include: ['test/*.test.ts', 'test/unit/**/*.test.ts'],
          isolate: false,
          pool: 'threads' as const,
        },
      },
      include('contract', 'contract'),
      include('dialogue', 'dialogue'),
      include('mailers', 'mailers'),
      include('server', 'server'),
      include('recorded', 'recorded'),
      // loading the CDK once for all files, not a second or two for each
      {
        extends: true as const,
        test: { name: 'infra', include: ['test/infra/**/*.test.ts'], isolate: false },
      },
      include('bundle', 'bundle'),
      include('rotation', 'rotation'),
      include('kill', 'kill'),
      include('bench', 'bench'),
      {
        extends: true as const,
        test: {
          name: 'command',
          include: ['test/command/**/*.test.ts'],
          globalSetup: ['test/command/build.ts'],
        },
      },
      // against a real Postfix, where test/interop/run.sh has started one
      ...(process.env['HAINEKO_POSTFIX'] ? [include('interop', 'interop')] : []),
    ],
  },
});
