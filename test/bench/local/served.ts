import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync, readFileSync } from 'node:fs';
import { env, execPath } from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import autocannon from 'autocannon';

/** A server in a process of its own, its log in a file. */
export type Served = {
  /** Requests a second while so many connections ask for so long. Rejects where an answer is not 200. */
  rate(body: string, load: { readonly connections: number; readonly seconds: number }): Promise<number>;
  stop(): Promise<void>;
};

/** Starts a server with this Node; it prints "listens on URL". */
export async function served(args: readonly string[], log: string): Promise<Served> {
  const out = openSync(log, 'w');
  const child = spawn(execPath, args, { stdio: ['ignore', out, 'inherit'], env: { PATH: env['PATH'] } });
  const ended = once(child, 'close');
  const kill = () => void child.kill('SIGKILL');
  process.once('exit', kill);
  const stop = async () => {
    kill();
    await ended;
    process.off('exit', kill);
  };
  const url = await listening(log).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  return {
    stop,
    async rate(body, { connections, seconds }) {
      const { requests, non2xx, errors } = await autocannon({
        url: `${url}/submit`,
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
        connections,
        duration: seconds,
        // samples of its own would be too few in a short run
        sampleInt: 100,
      });
      if (non2xx + errors > 0)
        throw new Error(`${args.join(' ')}: ${non2xx} answers not 200, ${errors} errors`);
      return requests.total / seconds;
    },
  };
}

async function listening(log: string): Promise<string> {
  for (let tries = 0; tries < 500; tries++) {
    const [, url] = /listens on (http:\S+)/.exec(readFileSync(log, 'utf8')) ?? [];
    if (url !== undefined) return url;
    await sleep(20);
  }
  throw new Error(`it does not listen: ${readFileSync(log, 'utf8')}`);
}
