import { describe, expect, test, vi } from 'vitest';
import { authenticator } from '../../../functions/session/basic-auth.ts';
import { guessCap } from '../../../functions/session/guess-cap.ts';
import type { User } from '../../../functions/tables/password.ts';
import * as hashes from '../../../functions/tables/password-hash.ts';

const HOST = '192.0.2.1';
const user = (hash: string, admin = false): User => ({ name: 'neko', hash, admin, senders: undefined });
const users = (...list: User[]) => new Map(list.map((each) => [each.name, each]));
const old = await hashes.hashPassword('old');
const changed = await hashes.hashPassword('nyaa');
const NEKO = { name: 'neko', password: 'nyaa' };
const before = users(user(old));
const after = async () => users(user(changed, true));

describe('authenticate() with newer users', () => {
  test('takes the password that their entry has, with its rights', async () => {
    const { authenticate } = authenticator();
    expect(await authenticate(NEKO, before, HOST, 0, after)).toEqual({ user: user(changed, true) });
    expect(await authenticate(NEKO, users(), HOST, 0, after)).toMatchObject({ user: { name: 'neko' } });
    expect(await authenticate({ ...NEKO, password: 'x' }, before, HOST, 0, after)).toEqual({
      fault: 'wrong',
      wait: 0,
    });
    expect(await authenticate(NEKO, before, HOST, 0, async () => users())).toMatchObject({ fault: 'wrong' });
  });

  test('asks for them where a password is wrong, and only there', async () => {
    const { authenticate } = authenticator(guessCap(3, 60_000));
    const newest = vi.fn(async () => before);
    await authenticate({ name: 'neko', password: 'old' }, before, HOST, 0, newest);
    await authenticate('malformed', before, HOST, 0, newest);
    await authenticate(undefined, before, HOST, 0, newest);
    expect(newest).not.toHaveBeenCalled();
    // a user that is not there as one that is
    await authenticate({ name: 'neko', password: 'x' }, before, HOST, 0, newest);
    await authenticate({ name: 'nobody', password: 'x' }, before, HOST, 0, newest);
    expect(newest).toHaveBeenCalledTimes(2);
    // over the cap nobody makes us read
    expect(await authenticate({ name: 'neko', password: 'y' }, before, HOST, 0, newest)).toMatchObject({
      wait: 60,
    });
    expect(newest).toHaveBeenCalledTimes(2);
  });

  test('counts both tries as one guess, and none where the second is right', async () => {
    const { authenticate } = authenticator(guessCap(2, 60_000));
    const guess = (password: string) => authenticate({ ...NEKO, password }, before, HOST, 0, after);
    expect(await guess('nyaa')).toHaveProperty('user');
    expect(await guess('a')).toEqual({ fault: 'wrong', wait: 0 });
    expect(await guess('b')).toEqual({ fault: 'wrong', wait: 0 });
    expect(await guess('c')).toMatchObject({ wait: 60 });
  });

  test('caps guesses that come all at once, by both tables', async () => {
    const verify = vi.spyOn(hashes, 'verifyPassword');
    const { authenticate } = authenticator(guessCap(3, 60_000));
    await Promise.all(
      Array.from({ length: 20 }, (_, at) =>
        authenticate({ ...NEKO, password: `guess ${at}` }, before, HOST, 0, after),
      ),
    );
    expect(verify).toHaveBeenCalledTimes(6);
    verify.mockRestore();
  });

  test('gives back one guess where the same right password came many times at once', async () => {
    const { authenticate } = authenticator(guessCap(3, 60_000));
    await authenticate({ ...NEKO, password: 'x' }, before, HOST, 0);
    const same = Array.from({ length: 20 }, () => authenticate(NEKO, before, HOST, 0, after));
    expect((await Promise.all(same)).every((each) => 'user' in each)).toBe(true);
    for (const password of ['a', 'b']) await authenticate({ ...NEKO, password }, before, HOST, 0);
    expect(await authenticate({ ...NEKO, password: 'c' }, before, HOST, 0)).toMatchObject({ wait: 60 });
  });

  test('takes as long for a user whose entry is the same, and for nobody, as for one whose entry has changed', async () => {
    const verify = vi.spyOn(hashes, 'verifyPassword');
    const { authenticate } = authenticator();
    const others = users(user(old), { ...user(old), name: 'mike' });
    const newer = async () => users(user(changed), { ...user(old), name: 'mike' });
    for (const name of ['neko', 'mike', 'nobody']) {
      verify.mockClear();
      await authenticate({ name, password: 'x' }, others, HOST, 0, newer);
      expect(verify).toHaveBeenCalledTimes(2);
      for (const [, hash] of verify.mock.calls) expect(hash).toMatch(/^\{scrypt\}16384\$8\$1\$/);
    }
    verify.mockRestore();
  });

  test('does not verify twice by the same users', async () => {
    const verify = vi.spyOn(hashes, 'verifyPassword');
    await authenticator().authenticate({ ...NEKO, password: 'x' }, before, HOST, 0, async () => before);
    expect(verify).toHaveBeenCalledTimes(1);
    verify.mockRestore();
  });
});
