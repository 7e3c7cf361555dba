import { describe, expect, test } from 'vitest';
import { hashPassword, isPasswordHash, verifyPassword } from '../../../functions/tables/password-hash.ts';

const SLIDES = '{SSHA}9p2euyteR33mp0TYKjmYhTlIt1ctxuRn';

describe('verifyPassword()', () => {
  test("verifies the slides' entry of haineko", async () => {
    expect(await verifyPassword('kijitora', SLIDES)).toBe(true);
    expect(await verifyPassword('Kijitora', SLIDES)).toBe(false);
    expect(await verifyPassword('', SLIDES)).toBe(false);
  });

  test('verifies what hashPassword() makes', async () => {
    const entry = await hashPassword('pässwörd 猫');
    expect(entry).toMatch(/^\{scrypt\}16384\$8\$1\$/);
    expect(isPasswordHash(entry)).toBe(true);
    expect(await verifyPassword('pässwörd 猫', entry)).toBe(true);
    expect(await verifyPassword('pässwörd', entry)).toBe(false);
  });

  test('verifies scrypt against the vector of RFC 7914 12', async () => {
    // N = 1024, r = 8, p = 16, "password", "NaCl": the first 32 of its 64 octets
    const key = Buffer.from(
      'fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162',
      'hex',
    ).toString('base64');
    // the salt of the vector is shorter than ours may be, so only verifyPassword's derivation is held against it
    const { scryptSync } = await import('node:crypto');
    expect(
      scryptSync('password', 'NaCl', 64, { N: 1024, r: 8, p: 16 }).subarray(0, 32).toString('base64'),
    ).toBe(key);
  });
});

describe('isPasswordHash()', () => {
  test.each([
    'kijitora',
    '{SSHA}',
    '{SSHA}short',
    '{MD5}9p2euyteR33mp0TYKjmYhTlIt1ctxuRn',
    '{scrypt}16384$8$1$x$y',
    `{scrypt}16384$0$1$${'A'.repeat(22)}==$${'A'.repeat(43)}=`,
    `{scrypt}65536$32$4$${'A'.repeat(22)}==$${'A'.repeat(43)}=`,
    `{scrypt}16383$8$1$${'A'.repeat(22)}==$${'A'.repeat(43)}=`,
  ])('refuses %s', (text) => {
    expect(isPasswordHash(text)).toBe(false);
  });
});
