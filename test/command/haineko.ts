import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';

/** What a command wrote, and its exit status. */
export type Ended = {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** stdout as JSON; throws where it is none. */
  json(): unknown;
};

export type Call = {
  /** Given on stdin, which is no terminal. */
  readonly stdin?: string | Buffer;
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** Is told each piece of output as it comes, and may send signals. */
  readonly watch?: (written: string, kill: (signal: NodeJS.Signals) => void) => void;
};

/** A home without ~/.aws, and keys that the doubles take: nothing of this machine's own gets into a test. */
export const HOME = mkdtempSync(join(tmpdir(), 'haineko-home-'));
const KEYS = {
  AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  AWS_REGION: 'ap-northeast-1',
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_MAX_ATTEMPTS: '2',
};

/** Runs the published command in a process of its own; `env` is all that it has beside PATH, HOME and keys for AWS. */
export function haineko(
  args: readonly string[],
  { stdin = '', env = {}, cwd, watch }: Call = {},
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [inject('command'), ...args], {
      cwd: cwd ?? HOME,
      env: { PATH: process.env['PATH'], HOME, ...KEYS, ...env },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const written = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].setEncoding('utf8').on('data', (text: string) => {
        written[name] += text;
        watch?.(written.stdout + written.stderr, (signal) => child.kill(signal));
      });
    }
    child.on('error', reject);
    child.on('close', (status) => {
      resolve({ status, ...written, json: () => JSON.parse(written.stdout) as unknown });
    });
    // a command that reads no stdin may end before it is written
    child.stdin.on('error', () => {});
    child.stdin.end(stdin);
  });
}
