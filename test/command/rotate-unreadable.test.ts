import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { BY_COMMAND, PREFIX, type StageWorld, stageWorld } from './stage-world.ts';

let world: StageWorld;
const NAME = `${PREFIX}authinfo/Smarthost`;
const lay = (text: string) => world.ssm.put(NAME, text, 'SecureString');
const BROKEN = 'username: neko\n  password: "nyanko22';

beforeEach(async () => {
  world = await stageWorld(BY_COMMAND);
  lay('{"username":"neko","password":"first"}');
});
afterEach(() => world.stop());

describe('haineko rotate, of a credential that cannot be read', () => {
  beforeEach(() => lay(BROKEN));

  test('lays a whole one with --document', async () => {
    const ended = await world.run(['rotate', 'production', 'Smarthost', '--document'], {
      stdin: 'username: neko\npassword: second\n',
    });
    expect(ended).toMatchObject({ status: 0, stderr: '' });
    expect(world.value('authinfo/Smarthost')).toEqual({ username: 'neko', password: 'second' });
  });

  test('goes back with --rollback', async () => {
    expect(await world.run(['rotate', 'production', 'Smarthost', '--rollback'])).toMatchObject({ status: 0 });
    expect(world.value('authinfo/Smarthost')).toEqual({ username: 'neko', password: 'first' });
  });

  test.each([BROKEN, 'just a text', '[1]'])(
    'says otherwise what mends it, and lays nothing: %j',
    async (text) => {
      lay(text);
      const ended = await world.run(['rotate', 'production', 'Smarthost'], { stdin: 'second' });
      expect(ended).toMatchObject({
        status: 1,
        stderr: expect.stringContaining('cannot be read, and nothing was laid'),
      });
      expect(ended.stderr).toContain('--document lays a whole one');
      expect(ended.stderr).not.toMatch(/nyanko22|just a text|defect/);
      expect(world.parameter('authinfo/Smarthost')?.value).toBe(text);
    },
  );
});

describe('haineko rotate --rollback', () => {
  const rollback = () => world.run(['rotate', 'production', 'Smarthost', '--rollback']);

  test('passes over versions that the relay could not read, and tells so', async () => {
    lay('{"pasword":"misspelt"}');
    lay(BROKEN);
    lay('{"username":"neko","password":"fourth"}');
    const ended = await rollback();
    expect(ended.status).toBe(0);
    expect(ended.stderr).toContain('authinfo/Smarthost: back to version 1; not readable: 3, 2');
    expect(world.value('authinfo/Smarthost')).toEqual({ username: 'neko', password: 'first' });
    expect(ended.stdout + ended.stderr).not.toMatch(/misspelt|nyanko22/);
  });

  test('lays none that the relay could not read', async () => {
    world.ssm.remove(NAME);
    lay(BROKEN);
    lay('{"username":"neko","password":"second"}');
    const ended = await rollback();
    expect(ended).toMatchObject({ status: 1, stderr: expect.stringContaining('not readable: 1)') });
    expect(world.parameter('authinfo/Smarthost')?.version).toBe(2);
  });

  test('passes over an entry of a user that the relay could not read', async () => {
    const [NOW, BEFORE] = [
      '9p2euyteR33mp0TYKjmYhTlIt1ctxuRn',
      'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=',
    ].map((each) => `{SSHA}${each}`);
    for (const entry of [BEFORE, 'plain text', NOW])
      world.ssm.put(`${PREFIX}password`, JSON.stringify({ tora: entry }), 'SecureString');
    expect(await world.run(['rotate', 'production', 'tora', '--rollback'])).toMatchObject({ status: 0 });
    expect(world.value('password')).toEqual({ tora: BEFORE });
  });
});
