import { PassThrough } from 'node:stream';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { CommandFailure, type World } from '../../bin/command.ts';
import { destroy } from '../../bin/commands/destroy.ts';
import { laidStage, STACK } from './laid-stage.ts';

const LAID = {
  'haineko.cf': { hostname: 'relay.example.jp' },
  mailertable: { default: { mailer: 'AmazonSES' } },
  recipients: { shards: 2, from: 256 },
  'recipients/256': {},
  'recipients/257': {},
  password: { kijitora: '{scrypt}hash-of-a-user' },
  'authinfo/Smarthost': { password: 'nyanko22' },
  push: { label: 'push-1', state: 'done', at: '2026-11-22T12:00:00.000Z', by: 'neko@home', pushes: [] },
};
const NAMES = Object.keys(LAID).sort();
const yes = (stage = 'test') => ['destroy', stage, '--yes-delete', stage];

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('haineko destroy', () => {
  test('lists by name what goes, deletes it, and reads no secret', async () => {
    const { lay, run, names, ssm } = await laidStage();
    lay(LAID);
    ssm.put('/haineko/test-eu/mailertable', '{}');
    const ended = await run(yes());
    expect(ended).toMatchObject({ status: 0 });
    expect(ended.stdout).toMatch(/^8 parameters under \/haineko\/test\/ in ap-northeast-1 are deleted\./);
    for (const name of ['haineko.cf', 'authinfo/Smarthost', 'recipients/*: 2 shards', 'push'])
      expect(ended.stderr).toContain(`\n  ${name}\n`);
    expect(ended.stdout + ended.stderr).not.toMatch(/nyanko22|hash-of-a-user|stack/);
    expect(names()).toEqual([]);
    expect(Object.keys(ssm.stored())).toEqual(['/haineko/test-eu/mailertable']);
    expect(ssm.requests.filter(({ input }) => input['WithDecryption'] === true)).toEqual([]);
    expect(ssm.complaints).toEqual([]);
  });

  test('deletes haineko.cf first and the record of pushes last', async () => {
    const { lay, run } = await laidStage();
    lay(LAID);
    const { deleted } = (await run([...yes(), '--json'])).json() as { deleted: string[] };
    expect([deleted[0], deleted[1], deleted.at(-1)]).toEqual(['haineko.cf', 'authinfo/Smarthost', 'push']);
    expect(deleted.toSorted()).toEqual(NAMES);
  });

  test('leaves what the stack laid, and what nobody here has laid', async () => {
    const { lay, run, names, ssm } = await laidStage();
    lay({ ...LAID, stack: { ...STACK, tables: 'stack' }, Mine: 'x' });
    ssm.put('/haineko/test/authinfo/Open', '{"password":"nyanko22"}');
    const ended = await run(yes());
    expect(ended.status).toBe(0);
    expect(ended.stderr).toContain('The stack still stands: its relay refuses these users');
    expect(ended.stdout).toContain(
      'Left to the stack (npx cdk destroy -c stage=test): haineko.cf, mailertable, recipients, stack, recipients/*: 2 shards\n',
    );
    expect(ended.stdout).toContain('Left, since Haineko did not lay them: Mine\n');
    expect(names()).toEqual(
      ['Mine', 'haineko.cf', 'mailertable', 'recipients', 'recipients/256', 'recipients/257', 'stack'].sort(),
    );
  });

  test('warns that every mail is deferred where the tables go and the stack stays', async () => {
    const { lay, run, names } = await laidStage();
    lay({ ...LAID, stack: STACK });
    const ended = await run(yes());
    expect(ended.stderr).toContain(
      'The stack still stands: without tables its relay defers every mail. To delete it first: npx cdk destroy -c stage=test\n',
    );
    expect(names()).toEqual(['stack']);
  });

  test.each([
    ['nothing', {}, 'nothing to delete under /haineko/test/ in ap-northeast-1\n'],
    ["the stack's alone", { stack: STACK }, 'Left to the stack (npx cdk destroy -c stage=test): stack\n'],
  ])('ends with 0 where there is %s', async (_what, laid, why) => {
    const { lay, run } = await laidStage();
    lay(laid);
    const ended = await run(yes());
    expect(ended).toMatchObject({ status: 0, stderr: '', stdout: expect.stringContaining(why) });
    expect((await run(['destroy', 'test', '--json'])).json()).toMatchObject({ deleted: [] });
  });

  test('changes nothing without a terminal to ask on', async () => {
    const { lay, run, names } = await laidStage();
    lay(LAID);
    const ended = await run(['destroy', 'test'], { stdin: 'test\n' });
    expect(ended).toMatchObject({ status: 1, stdout: '' });
    expect(ended.stderr).toContain('there is no terminal to ask on, and nothing was changed');
    expect(ended.stderr).toContain('Say --yes-delete test to do it.');
    expect(names()).toEqual(NAMES);
  });

  test.each([
    [
      ['destroy', 'test', '--yes-delete', 'production'],
      "--yes-delete: expected the stage's name again, 'test', got 'production'",
    ],
    [['destroy', 'test', '--yes-delete'], 'argument missing'],
    [['destroy', 'Test', '--yes-delete', 'Test'], '<stage>: expected 1 to 32 of a-z'],
    [['destroy'], "missing required argument 'stage'"],
  ])('is called wrongly by %j', async (args, why) => {
    const { lay, run, names, ssm } = await laidStage();
    lay(LAID);
    const ended = await run(args);
    expect(ended).toMatchObject({ status: 2, stdout: '', stderr: expect.stringContaining(why) });
    expect([names(), ssm.requests]).toEqual([NAMES, []]);
  });

  test('deletes nothing where what the stack says of itself cannot be read', async () => {
    const { lay, run, names } = await laidStage();
    lay({ ...LAID, stack: { tables: 'both' } });
    const before = names();
    const ended = await run(yes());
    expect(ended).toMatchObject({ status: 1, stdout: '' });
    expect(ended.stderr).toContain('the parameter `stack` cannot be read: who laid the tables is not known');
    expect(ended.stderr).toContain('Nothing was deleted.');
    expect(names()).toEqual(before);
  });

  test('waits while somebody else is pushing', async () => {
    const { lay, run, names } = await laidStage();
    lay({ ...LAID, push: { ...LAID.push, state: 'writing', at: new Date().toISOString(), changing: [] } });
    const ended = await run(yes());
    expect(ended.status).toBe(1);
    expect(ended.stderr).toContain('neko@home began push-1');
    expect(names()).toEqual(NAMES);
  });

  test('stops at Ctrl-C between two batches, says what is left, and goes on when it is run again', async () => {
    const { lay, run, names, ssm } = await laidStage();
    lay(LAID);
    lay(Object.fromEntries(Array.from({ length: 30 }, (_, at) => [`authinfo/Cat${at}`, {}])));
    ssm.delay(150);
    let killed = false;
    const ended = await run(yes(), {
      watch(written, kill) {
        if (killed || !written.includes('deleted haineko.cf')) return;
        killed = true;
        kill('SIGINT');
      },
    });
    expect(ended).toMatchObject({ status: 1, stdout: '' });
    expect(ended.stderr).toMatch(/interrupted: (?:10|20) of 38 parameters are deleted/);
    expect(ended.stderr).toMatch(
      /Left: .*push.*recipients\/\*: 2 shards\. The same command goes on with them\./,
    );
    const left = names().length;
    expect([18, 28]).toContain(left);
    ssm.delay(0);
    expect((await run(yes())).stdout).toMatch(new RegExp(`^${left} parameters`));
    expect(names()).toEqual([]);
  });

  test('says how far it came when AWS says no in between', async () => {
    const { lay, run, names, ssm } = await laidStage();
    lay(Object.fromEntries(Array.from({ length: 25 }, (_, at) => [`authinfo/Cat${at}`, {}])));
    ssm.failAfter('DeleteParameters', 1, 'throttling');
    const ended = await run(yes());
    expect(ended.status).toBe(1);
    expect(ended.stderr).toContain(
      'ssm:DeleteParameters: AWS throttles, after several attempts; 10 of 25 parameters are deleted\n',
    );
    expect(ended.stderr).toContain('Left: authinfo/Cat');
    expect(names()).toHaveLength(15);
  });

  test('deletes nothing without the right to, and says which right it is', async () => {
    const { lay, run, names, ssm } = await laidStage();
    lay(LAID);
    ssm.fail('DeleteParameters', 'access-denied');
    const ended = await run([...yes(), '--json']);
    expect(ended.status).toBe(1);
    expect(ended.json()).toEqual({
      error: {
        message: expect.stringContaining('ssm:DeleteParameters: not permitted'),
        hint: expect.stringContaining('needs ssm:DeleteParameters:'),
      },
    });
    expect(names()).toEqual(NAMES);
  });

  test('deletes nothing where it could not see all', async () => {
    const { lay, run, names, ssm } = await laidStage();
    lay(LAID);
    lay(Object.fromEntries(Array.from({ length: 10 }, (_, at) => [`authinfo/Cat${at}`, {}])));
    const before = names();
    ssm.failAfter('GetParametersByPath', 1, 'throttling');
    const ended = await run(yes());
    expect(ended).toMatchObject({ status: 1, stdout: '' });
    expect(ended.stderr).toContain('ssm:GetParametersByPath: AWS throttles');
    expect(names()).toEqual(before);
  });

  test('is done where the answer was lost, and somebody else has deleted some', async () => {
    const { lay, run, names, ssm } = await laidStage();
    lay(LAID);
    ssm.failOnce('DeleteParameters', 'lost');
    expect((await run(yes())).status).toBe(0);
    expect(names()).toEqual([]);
  });

  test.each([
    ['test', undefined, []],
    ['tset', 'not confirmed', NAMES],
    ['', 'not confirmed', NAMES],
    ['\x03', 'interrupted', NAMES],
  ])('asks for the name on a terminal, and %j there leaves %j', async (typed, why, left) => {
    const { lay, names, ssm } = await laidStage();
    lay(LAID);
    for (const [name, value] of Object.entries({
      AWS_ENDPOINT_URL: ssm.url,
      AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
      AWS_REGION: 'ap-northeast-1',
    }))
      vi.stubEnv(name, value);
    const terminal = new PassThrough();
    const stderr = new PassThrough({ encoding: 'utf8' });
    stderr.on('data', (text: string) => {
      if (text.includes("Type the stage's name (test)")) terminal.write(`${typed}\r`);
    });
    const stdin = Object.assign(terminal, { isTTY: true, setRawMode: () => stdin });
    const world = { stdin, stderr, env: process.env, cwd: '.', json: false, now: Date.now };
    const run = destroy.run(['test'], {}, world as unknown as World);
    if (why === undefined) await run;
    else
      await expect(run).rejects.toSatisfy(
        (error) => error instanceof CommandFailure && error.message === why,
      );
    expect(names()).toEqual(left);
  });
});
