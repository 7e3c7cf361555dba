import { spawn } from 'node:child_process';
import { env, execPath } from 'node:process';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { event, submission } from '../event.ts';

const FIRST_POST = fileURLToPath(new URL('first-post.cjs', import.meta.url));

/** A process from its start to its end, in milliseconds, and what it wrote. */
export type Ended = { readonly ms: number; readonly written: string };

/** Runs this Node with these arguments and variables. Rejects where it fails. */
export function timed(
  args: readonly string[],
  variables: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const begun = process.hrtime.bigint();
    const child = spawn(execPath, args, {
      stdio: ['ignore', 'pipe', 'inherit'],
      // no others: NODE_EXTRA_CA_CERTS triples bare Node's start where a machine sets it
      env: { PATH: env['PATH'], ...variables },
    });
    let written = '';
    child.stdout.on('data', (piece: Buffer) => {
      written += piece.toString();
    });
    child.on('error', reject);
    child.on('close', (code) => {
      const ms = Number(process.hrtime.bigint() - begun) / 1e6;
      if (code === 0) resolve({ ms, written });
      else reject(new Error(`${args.join(' ')} ended with ${code}: ${written}`));
    });
  });
}

/** Milliseconds of a cold start: from the process's start to its end, the first invocation; of the processor, up to there and a later mail. */
export type ColdStart = {
  readonly ms: number;
  readonly invocation: number;
  readonly coldProcessor: number;
  readonly warmProcessor: number;
  /** Octets that the function has written to its log. */
  readonly logged: number;
};

/** Starts a function cold with what Lambda's environment has for it, and has it answer so many mails with 200. */
export async function coldStart(
  file: string,
  variables: Readonly<Record<string, string>>,
  posts = 1,
): Promise<ColdStart> {
  const { ms, written } = await timed([FIRST_POST], {
    ...variables,
    BENCH_FUNCTION: pathToFileURL(file).href,
    BENCH_EVENT: JSON.stringify(event(submission(), 0)),
    BENCH_POSTS: String(posts),
  });
  const last = written.trimEnd().split('\n').at(-1) ?? '';
  const told = JSON.parse(last) as { ms: number; cold: number; warm: number };
  return {
    ms,
    invocation: told.ms,
    coldProcessor: told.cold,
    warmProcessor: told.warm,
    logged: Buffer.byteLength(written) - Buffer.byteLength(last) - 2,
  };
}
