import { describe, expect, test } from 'vitest';
import { verifyPassword } from '../../functions/tables/password-hash.ts';
import { haineko } from './haineko.ts';

describe('haineko pw', () => {
  test.each([
    [[], 'scrypt'],
    [['--ssha'], 'SSHA'],
  ])('makes an entry that the relay verifies, with %j', async (options, scheme) => {
    const ended = await haineko(['pw', 'kijitora', ...options], { stdin: 'nyaa nyaa\n' });
    const [, hash = ''] = /^kijitora: '?(\{\w+\}\S+?)'?\n$/.exec(ended.stdout) ?? [];
    expect(ended).toMatchObject({ status: 0, stderr: '' });
    expect(hash).toMatch(new RegExp(`^\\{${scheme}\\}`));
    expect(await verifyPassword('nyaa nyaa', hash)).toBe(true);
    expect(await verifyPassword('nyaa nyaa\n', hash)).toBe(false);
  });

  test('says the same as JSON', async () => {
    const ended = await haineko(['pw', 'kijitora', '--json'], { stdin: 'nyaa' });
    expect(ended.json()).toEqual({ user: 'kijitora', password: expect.stringMatching(/^\{scrypt\}/) });
  });

  test.each([
    [
      ['pw', 'kiji:tora'],
      'nyaa',
      2,
      "<user>: expected a user name of 1 to 128 characters without a colon, got 'kiji:tora'",
    ],
    [['pw'], 'nyaa', 2, "missing required argument 'user'"],
    [['pw', 'kijitora', '--sha'], 'nyaa', 2, "unknown option '--sha'"],
    [['pw', 'kijitora'], '', 1, 'nothing came on stdin'],
    [['pw', 'kijitora'], Buffer.from([0x6e, 0xff]), 1, 'is not UTF-8'],
    [['pw', 'kijitora'], 'x'.repeat(20_000), 1, 'more than 16384 bytes'],
  ])('refuses %j', async (args, stdin, status, why) => {
    const ended = await haineko(args, { stdin });
    expect(ended).toMatchObject({ status, stdout: '', stderr: expect.stringContaining(why) });
    expect(ended.stderr).not.toMatch(/\n {4}at /);
  });
});
