import { describe, expect, test, vi } from 'vitest';
import { authenticator, readBasic } from '../../../functions/session/basic-auth.ts';
import { guessCap } from '../../../functions/session/guess-cap.ts';
import type { User } from '../../../functions/tables/password.ts';
import * as hashes from '../../../functions/tables/password-hash.ts';

const user = (name: string, hash: string | undefined): User => ({
  name,
  hash,
  admin: false,
  senders: undefined,
});
const users = (...list: User[]) => new Map(list.map((each) => [each.name, each]));
const NEKO = { name: 'neko', password: 'nyaa' };

describe('readBasic()', () => {
  const encode = (text: string) => Buffer.from(text).toString('base64');

  test('reads user and password, which may hold colons and UTF-8', () => {
    expect(readBasic(`Basic ${encode('neko:a:b:ねこ')}`)).toEqual({ name: 'neko', password: 'a:b:ねこ' });
    expect(readBasic(`basic   ${encode('neko:')}`)).toEqual({ name: 'neko', password: '' });
  });

  test('knows no header, another scheme, and malformed ones apart', () => {
    expect(readBasic(undefined)).toBeUndefined();
    expect(readBasic('Bearer abc')).toBeUndefined();
    for (const header of [
      'Basic',
      'Basic !!!',
      `Basic ${encode('neko')}`,
      `Basic ${encode(':x')}`,
      'Basic  ',
    ]) {
      expect(readBasic(header)).toBe('malformed');
    }
  });
});

describe('authenticate()', () => {
  test('lets no password fit an entry that has none', async () => {
    const { authenticate } = authenticator();
    for (const password of ['', 'undefined', 'nyaa']) {
      const entries = users(user('neko', undefined));
      expect(await authenticate({ name: 'neko', password }, entries, '192.0.2.1', 0)).toMatchObject({
        fault: 'wrong',
      });
    }
  });

  test('pays scrypt once for a password, and again when its entry changes', async () => {
    const verify = vi.spyOn(hashes, 'verifyPassword');
    const [first, second] = [await hashes.hashPassword('nyaa'), await hashes.hashPassword('nyaa')];
    const { authenticate } = authenticator();
    for (let at = 0; at < 3; at++)
      expect(await authenticate(NEKO, users(user('neko', first)), '192.0.2.1', 0)).toMatchObject({
        user: { name: 'neko' },
      });
    expect(verify).toHaveBeenCalledTimes(1);
    await authenticate(NEKO, users(user('neko', second)), '192.0.2.1', 0);
    expect(verify).toHaveBeenCalledTimes(2);
    // voided: the old password does not outlive its entry
    const other = await hashes.hashPassword('another');
    expect(await authenticate(NEKO, users(user('neko', other)), '192.0.2.1', 0)).toMatchObject({
      fault: 'wrong',
    });
    expect(await authenticate(NEKO, users(), '192.0.2.1', 0)).toMatchObject({ fault: 'wrong' });
    verify.mockRestore();
  });

  test('caps guesses by client address, whatever users they name, and lets a remembered password pass', async () => {
    const known = users(user('neko', await hashes.hashPassword('nyaa')));
    const { authenticate } = authenticator(guessCap(3, 60_000));
    await authenticate(NEKO, known, '192.0.2.1', 0);
    for (let at = 0; at < 3; at++)
      await authenticate({ name: `user${at}`, password: 'x' }, known, '192.0.2.1', 0);
    const verify = vi.spyOn(hashes, 'verifyPassword');
    expect(await authenticate({ name: 'neko', password: 'x' }, known, '192.0.2.1', 30_000)).toEqual({
      fault: 'wrong',
      wait: 30,
    });
    expect(verify).not.toHaveBeenCalled();
    expect(await authenticate(NEKO, known, '192.0.2.1', 30_000)).toMatchObject({ user: { name: 'neko' } });
    expect(await authenticate({ name: 'neko', password: 'x' }, known, '192.0.2.2', 30_000)).toMatchObject({
      wait: 0,
    });
    expect(await authenticate({ name: 'neko', password: 'x' }, known, '192.0.2.1', 60_000)).toMatchObject({
      wait: 0,
    });
    verify.mockRestore();
  });

  test('caps guesses that come all at once', async () => {
    const verify = vi.spyOn(hashes, 'verifyPassword');
    const { authenticate } = authenticator(guessCap(3, 60_000));
    const guess = (at: number) =>
      authenticate({ name: 'neko', password: `guess ${at}` }, users(), '192.0.2.1', 0);
    await Promise.all(Array.from({ length: 20 }, (_, at) => guess(at)));
    expect(verify).toHaveBeenCalledTimes(3);
    verify.mockRestore();
  });

  test('counts the same right password many times at once as one guess', async () => {
    const known = users(user('neko', await hashes.hashPassword('nyaa')));
    const { authenticate } = authenticator(guessCap(3, 60_000));
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => authenticate(NEKO, known, '192.0.2.1', 0)),
    );
    expect(answers.every((answer) => 'user' in answer)).toBe(true);
  });

  test('takes as long for a user with {SSHA} as for nobody', async () => {
    const known = users(user('neko', '{SSHA}9p2euyteR33mp0TYKjmYhTlIt1ctxuRn'));
    const verify = vi.spyOn(hashes, 'verifyPassword');
    const { authenticate } = authenticator();
    await authenticate({ name: 'neko', password: 'wrong' }, known, '192.0.2.1', 0);
    expect(verify.mock.lastCall?.[1]).toMatch(/^\{scrypt\}16384/);
    verify.mockRestore();
  });

  test('forgets the oldest of many remembered passwords', async () => {
    const hash = '{SSHA}9p2euyteR33mp0TYKjmYhTlIt1ctxuRn';
    const known = users(...Array.from({ length: 1001 }, (_, at) => user(`user${at}`, hash)));
    const { authenticate } = authenticator(guessCap(1, 60_000));
    for (let at = 0; at <= 1000; at++)
      await authenticate({ name: `user${at}`, password: 'kijitora' }, known, '192.0.2.1', 0);
    // one guess is left to the address: it goes to the forgotten one, the newest is remembered still
    await authenticate({ name: 'neko', password: 'x' }, known, '192.0.2.1', 0);
    expect(await authenticate({ name: 'user0', password: 'kijitora' }, known, '192.0.2.1', 0)).toMatchObject({
      fault: 'wrong',
    });
    expect(
      await authenticate({ name: 'user1000', password: 'kijitora' }, known, '192.0.2.1', 0),
    ).toMatchObject({ user: { name: 'user1000' } });
  });
});

describe('guessCap()', () => {
  test('counts an IPv6 /64 as one, and mapped IPv4 as IPv4', () => {
    const cap = guessCap(1, 1000);
    cap.take('2001:db8::1', 0);
    expect([cap.wait('2001:db8::ffff', 0), cap.wait('2001:db8:0:1::1', 0)]).toEqual([1, 0]);
    cap.take('::ffff:192.0.2.1', 0);
    expect(cap.wait('192.0.2.1', 0)).toBe(1);
  });

  test('forgets when the clock jumps back, and stays bounded', () => {
    const cap = guessCap(1, 1000);
    cap.take('192.0.2.1', 10_000);
    expect(cap.wait('192.0.2.1', 0)).toBe(0);
    for (let at = 0; at < 10_001; at++) cap.take(`10.${at >> 16}.${(at >> 8) & 255}.${at & 255}`, 0);
    expect(cap.wait('10.0.0.0', 0)).toBe(0);
    expect(cap.wait('10.0.0.1', 0)).toBe(1);
  });
});
