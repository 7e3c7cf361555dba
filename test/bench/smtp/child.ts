import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** A process beside ours: it does not share our core where there are two. */
export type Child<Told> = {
  /** The first that it said. */
  readonly told: Told;
  stop(): void;
};

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/**
 * Runs a program as a process, and waits for its first message: a file of this folder by its name, TypeScript; or JavaScript
 * by its path. The program is to end itself when it hears 'disconnect': then we are gone, however that came about.
 */
export async function startChild<Told>(
  program: string,
  ...args: readonly (string | number)[]
): Promise<Child<Told>> {
  const typed = program.endsWith('.ts');
  const path = typed ? fileURLToPath(new URL(program, import.meta.url)) : program;
  const execArgv = typed ? ['--import', 'tsx'] : [];
  const child = fork(path, args.map(String), { cwd: ROOT, execArgv });
  try {
    const told = await new Promise<Told>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code, signal) => reject(new Error(`${program} ended: ${signal ?? code}`)));
      child.once('message', (message) => resolve(message as Told));
    });
    // who forgets to stop it need not wait for it
    child.unref();
    child.channel?.unref();
    return { told, stop: () => void child.kill() };
  } catch (error) {
    child.kill();
    throw error;
  }
}
