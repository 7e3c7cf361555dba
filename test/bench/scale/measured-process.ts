import { spawn } from 'node:child_process';
import { env, execPath } from 'node:process';

/** A process of its own that is measured: it is asked something, one question after another, and answers. */
export type MeasuredProcess = {
  ask<Answer>(question: object): Promise<Answer>;
  stop(): Promise<void>;
};

/** What a process sends: the answer, or why there is none. */
type Said = { readonly answer?: unknown; readonly error?: string };

/**
 * Starts a file on this Node, with these variables and no others: NODE_EXTRA_CA_CERTS, where a machine sets it, costs a
 * start more than everything that is measured.
 */
export function startProcess(
  file: string,
  { variables = {}, flags = [] }: { variables?: Readonly<Record<string, string>>; flags?: readonly string[] },
): MeasuredProcess {
  const child = spawn(execPath, [...flags, file], {
    // its log lines are nobody's, but who did not read them would stop it
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env: { PATH: env['PATH'], ...variables },
  });
  let written = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    written += text;
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  // a bench that is broken off leaves nobody behind
  const onExit = () => void child.kill('SIGKILL');
  process.once('exit', onExit);
  void ended.then(() => process.off('exit', onExit));
  return {
    ask<Answer>(question: object) {
      return new Promise<Answer>((resolve, reject) => {
        const done = () => {
          child.off('message', onMessage);
          child.off('exit', onEnd);
        };
        const onMessage = ({ answer, error }: Said) => {
          done();
          if (error === undefined) resolve(answer as Answer);
          else reject(new Error(`${file}: ${error}`));
        };
        const onEnd = () => {
          done();
          reject(new Error(`${file} ended: ${written}`));
        };
        child.on('message', onMessage);
        child.once('exit', onEnd);
        if (child.connected) child.send(question);
        else onEnd();
      });
    },
    async stop() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
