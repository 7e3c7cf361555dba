import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildForNode } from '../../bin/build.ts';

/** A relay that will be dead sooner or later. */
export type Mortal = {
  readonly port: number;
  /** Resolves when it is dead: true where it killed itself. */
  readonly dead: Promise<boolean>;
  stop(): Promise<void>;
};

/** What a relay is started with; `awaits`: after how many it kills itself, 0 for never. */
export type Life = {
  readonly config: string;
  readonly journal: string;
  readonly port: number;
  /** Milliseconds. */
  readonly requestTime: number;
  readonly awaits: number;
};

/** The relay as plain JavaScript, within the repository, where its packages are found. */
export async function buildRelay(): Promise<{
  readonly start: (life: Life) => Promise<Mortal>;
  remove(): void;
}> {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  mkdirSync(join(root, 'dist'), { recursive: true });
  const folder = mkdtempSync(join(root, 'dist', 'kill-'));
  await buildForNode({ relay: 'test/kill/relay.ts' }, folder);
  return {
    start: (life) => start(join(folder, 'relay.js'), life),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

async function start(file: string, { config, journal, port, requestTime, awaits }: Life): Promise<Mortal> {
  const child = fork(file, [config, journal, String(port), String(requestTime), String(awaits)], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    execArgv: [],
  });
  const dead = once(child, 'exit').then(([, signal]) => signal === 'SIGKILL');
  const ready = once(child, 'message').then(([message]) => (message as { port: number }).port);
  const listening = await Promise.race([ready, dead.then(() => undefined)]);
  if (listening === undefined) throw new Error('the relay ended before it listened');
  // nothing more is said between them: its channel must not keep either alive
  child.disconnect();
  return {
    port: listening,
    dead,
    async stop() {
      child.kill('SIGKILL');
      await dead;
    },
  };
}
