import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** `haineko start` as a process of its own. */
export type Running = {
  readonly url: URL;
  readonly child: ChildProcess;
  /** All that it printed so far, stdout and stderr. */
  printed(): string;
  /** Resolves when something printed matches. */
  until(pattern: RegExp): Promise<void>;
  /** Sends SIGINT and resolves with the exit status. */
  stop(): Promise<number | null>;
};

/** Starts `haineko start` with arguments; resolves when it listens, or with its exit status when it ends before. */
export async function startHaineko(
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<Running | { status: number | null; printed: string }> {
  const journal = mkdtempSync(join(tmpdir(), 'haineko-journal-'));
  // the last one counts, where a test has its own
  const given = ['start', '--journal', journal, ...args];
  const child = spawn(process.execPath, ['bin/haineko.js', ...given], {
    cwd: ROOT,
    env: { ...process.env, HAINEKO_AUTH: '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  const waiting = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      printed += chunk.toString();
      for (const look of waiting) look();
    });
  }
  const until = (pattern: RegExp) =>
    new Promise<void>((resolve, reject) => {
      const look = () => {
        if (!pattern.test(printed)) return;
        waiting.delete(look);
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(() => reject(new Error(`${pattern} was not printed:\n${printed}`)), 10_000);
      waiting.add(look);
      look();
    });
  const exited = once(child, 'close') as Promise<[number | null]>;
  void exited.then(() => rmSync(journal, { recursive: true, force: true }));
  const listening = until(/listens on (\S+)/).then(() => true);
  if (!(await Promise.race([listening, exited.then(() => false)]))) {
    listening.catch(() => {});
    return { status: (await exited)[0], printed };
  }
  return {
    url: new URL(/listens on (\S+)/.exec(printed)?.[1] ?? ''),
    child,
    printed: () => printed,
    until,
    stop: async () => {
      child.kill('SIGINT');
      return (await exited)[0];
    },
  };
}

/** As startHaineko, for tests that need it to listen. */
export async function started(args: readonly string[], env?: NodeJS.ProcessEnv): Promise<Running> {
  const running = await startHaineko(args, env);
  if ('printed' in running && !('url' in running)) throw new Error(`it did not start:\n${running.printed}`);
  return running as Running;
}

/** Sends a request and reads its answer. */
export function ask(
  url: URL,
  path: string,
  body?: string | Buffer,
  headers: Record<string, string> = {},
): Promise<{ status: number; text: string; json: Record<string, unknown> }> {
  return new Promise((resolve, reject) => {
    const method = body === undefined ? 'GET' : 'POST';
    const sent = request(new URL(path, url), { method, headers, agent: false }, (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => {
        text += chunk.toString();
      });
      response.on('end', () => {
        const isJson = response.headers['content-type'] === 'application/json';
        resolve({
          status: response.statusCode ?? 0,
          text,
          json: isJson ? (JSON.parse(text) as Record<string, unknown>) : {},
        });
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
