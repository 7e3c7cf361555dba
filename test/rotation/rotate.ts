import { spawn } from 'node:child_process';
import { env, execPath } from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SsmDouble } from '../doubles/ssm.ts';
import type { Build } from './build.ts';
import type { Scenario } from './scenarios.ts';

/** A rotation as it went. Moments of the run's clock. */
export type Rotation = {
  /** T0: the server changed what it takes. */
  readonly changedAt: number | undefined;
  /** T1: SSM had the new version. */
  readonly laidAt: number;
  /** The command ended. */
  readonly endedAt: number;
};

/** An operator's keys; nothing of this machine's own is in a run. */
const KEYS = {
  AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  AWS_REGION: 'ap-northeast-1',
  AWS_EC2_METADATA_DISABLED: 'true',
};

/** The server changes what it takes, and an operator runs `haineko rotate`. The clock must go at the machine's pace. */
export async function rotate(
  { server, takes, typing = 0, subject, parameter, secrets }: Scenario,
  prefix: string,
  ssm: SsmDouble,
  build: Build,
): Promise<Rotation> {
  const changedAt = takes && Date.now();
  if (takes) server.take(takes);
  await sleep(typing);
  const [, , stage = ''] = prefix.split('/');
  await run(build, ssm.url, ['rotate', stage, subject], secrets.new);
  const { history = [] } = ssm.stored()[prefix + parameter] ?? {};
  // by the double's own clock, in seconds
  const laidAt = Math.round((history.at(-1)?.modified ?? 0) * 1000);
  if (history.length !== 2) throw new Error(`${parameter} has ${history.length} versions, expected 2`);
  return { changedAt, laidAt, endedAt: Date.now() };
}

function run({ command, home }: Build, ssm: string, args: readonly string[], secret: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(execPath, [command, ...args], {
      cwd: home,
      env: { PATH: env['PATH'], HOME: home, ...KEYS, AWS_ENDPOINT_URL: ssm },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    let written = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        written += text;
      });
    }
    child.on('error', reject);
    child.on('close', (status) => {
      if (status === 0) resolve();
      else reject(new Error(`haineko ${args.join(' ')} ended with ${status}: ${written}`));
    });
    child.stdin.end(secret);
  });
}
