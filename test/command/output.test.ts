import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, inject, test } from 'vitest';
import { HOME, haineko } from './haineko.ts';
import { BY_COMMAND, PREFIX, type StageWorld, stageWorld } from './stage-world.ts';

const KEYS = {
  AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'x',
  AWS_REGION: 'eu-west-1',
};

/** A line for sh, in which `$H` is the command; what it wrote. */
function shell(line: string, cwd: string, env: NodeJS.ProcessEnv = {}) {
  return new Promise<{ status: number | null; stdout: string; stderr: string }>((resolve, reject) => {
    const child = spawn('sh', ['-c', line.replaceAll('$H', '"$NODE" "$COMMAND"')], {
      cwd,
      env: {
        PATH: process.env['PATH'],
        HOME,
        NODE: process.execPath,
        COMMAND: inject('command'),
        ...KEYS,
        ...env,
      },
    });
    const written = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const)
      child[name].setEncoding('utf8').on('data', (text: string) => {
        written[name] += text;
      });
    child.on('error', reject);
    child.on('close', (status) => resolve({ status, ...written }));
  });
}

describe('a reader that goes away', () => {
  let world: StageWorld;
  afterEach(() => world.stop());

  test('stops no push', async () => {
    world = await stageWorld(BY_COMMAND);
    const { stdout } = await shell(
      '{ $H push production --yes 2>&1; echo "$?" >&3; } 3>&1 | true',
      world.folder,
      {
        AWS_ENDPOINT_URL: world.ssm.url,
      },
    );
    expect(stdout).toBe('');
    expect(world.value('push')).toMatchObject({ label: 'push-1', state: 'done' });
    expect(world.parameter('mailertable')).toMatchObject({ labels: { 1: ['push-1'] } });
  });

  test('is no failure', async () => {
    world = await stageWorld(BY_COMMAND);
    const line = '{ { $H push production --yes 2>&1 >&3; echo "$?" >&4; } | true; } 3>/dev/null 4>&1';
    const env = { AWS_ENDPOINT_URL: world.ssm.url };
    expect((await shell(line, world.folder, env)).stdout).toBe('0\n');
  });
});

describe('a result that cannot be written', () => {
  test.each(['pw --help', 'check config --json', '--version'])(
    'of %j is told, with status 1',
    async (args) => {
      // opened for reading alone: as good as a full disk, and there is one everywhere
      const ended = await shell(`$H ${args} 1< "$COMMAND"`, HOME);
      expect(ended).toMatchObject({
        status: 1,
        stderr: expect.stringContaining('haineko: the result cannot be written to stdout (EBADF)\n'),
      });
      expect(ended.stderr).not.toMatch(/\n\s+at /);
    },
  );
});

describe('--json', () => {
  test.each([
    [['diff', '--json'], "missing required argument 'stage'"],
    [['diff', 'production', '--no-such', '--json'], "unknown option '--no-such'"],
    [['--json', 'nonsense'], "unknown option '--json'"],
    [['nonsense', '--json'], "unknown command 'nonsense'"],
    [['help', 'nonsense', '--json'], 'no command is named'],
    [['diff', 'a', 'b', '--json'], 'too many arguments'],
  ])('has one document of a call that is refused: %j', async (args, why) => {
    const ended = await haineko(args);
    expect(ended.status).toBe(2);
    expect(ended.json()).toEqual({ error: { message: expect.stringContaining(why) } });
    expect(ended.stderr).not.toBe('');
  });

  test('after -- is an argument like another', async () => {
    const ended = await haineko(['diff', 'a', '--', '--json']);
    expect(ended).toMatchObject({ status: 2, stdout: '' });
  });
});

describe('what commander says of a wrong call', () => {
  test('steers no terminal', async () => {
    const ended = await haineko(['diff', '--\x1b[2Jx']);
    expect(ended.stderr).toContain("unknown option '-- [2Jx'");
  });
});

describe('the current folder', () => {
  test('that was deleted is told in a line', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'haineko-gone-'));
    const ended = await shell(`rmdir '${folder}'; $H check --json`, folder);
    const message = 'the current folder is not there any more, or may not be read';
    expect(ended).toMatchObject({
      status: 1,
      stderr: expect.stringContaining(`haineko check: ${message}\n`),
    });
    expect(JSON.parse(ended.stdout)).toMatchObject({ error: { message } });
    expect(ended.stderr).not.toMatch(/\n\s+at /);
  });
});

describe('keys and values from SSM', () => {
  let world: StageWorld;
  afterEach(() => world.stop());

  test('steer no terminal', async () => {
    world = await stageWorld(BY_COMMAND);
    const odd = { domainpart: ['\x9b2Jexample.org'], 'key\x1b]0;owned\x07\n+ admin': '\u202eok' };
    world.ssm.put(`${PREFIX}recipients`, JSON.stringify(odd));
    const diff = await world.run(['diff', 'production']);
    expect(diff.stdout).toContain('recipients');
    const pull = await world.run(['pull', 'production']);
    expect(pull.stderr).toContain('config/production/recipients');
    for (const text of [diff.stdout, pull.stderr]) {
      expect(text).not.toMatch(/[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]/);
      expect(text).not.toMatch(/^\s*\+ admin/m);
    }
    const json = await world.run(['diff', 'production', '--json']);
    expect(json.stdout).not.toMatch(/[\x7f-\x9f\u202e]/);
  });
});
