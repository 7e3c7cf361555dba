import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isEhloName } from '../../../functions/smtp/ehlo.ts';
import { enhancedCode, parseReply } from '../../../functions/smtp/reply.ts';
import { anyText } from '../any-text.ts';

describe('isEhloName()', () => {
  test.each([
    'example.jp',
    'a.b',
    'EXAMPLE.JP',
    'xn--28j2a.jp',
    '1.example',
    '[127.0.0.1]',
    '[IPv6:::1]',
    '[IPv6:2001:db8::1]',
    '127.0.0.1',
  ])('takes %s', (name) => {
    expect(isEhloName(name)).toBe(true);
  });

  test.each([
    '',
    'localhost',
    '..jp',
    '.jp',
    'jp.',
    'under_score.example.jp',
    '[256.0.0.1]',
    '[127.0.0]',
    '256.1.1.1',
    '1.2.3.4.x\r\nX: y',
    'a.jp\n',
    '[::1]',
    '[IPv6:fe80::1%eth0]',
    '-a.jp',
    'a-.jp',
    'ねこ.jp',
    `${'a'.repeat(64)}.jp`,
    `${'a.'.repeat(128)}jp`,
  ])('refuses %j', (name) => {
    expect(isEhloName(name)).toBe(false);
  });

  test('lets no control character or space through', () => {
    fc.assert(fc.property(anyText(), (name) => !isEhloName(name) || /^[\x21-\x7e]+$/.test(name)));
    fc.assert(
      fc.property(
        fc.constantFrom('example.jp', '[127.0.0.1]', '[IPv6:::1]'),
        fc.nat(12),
        fc.constantFrom('\r', '\n', '\0', ' ', '\t'),
        (name, at, evil) => {
          expect(isEhloName(name.slice(0, at) + evil + name.slice(at))).toBe(false);
        },
      ),
    );
  });
});

describe('parseReply()', () => {
  test('reads code, enhanced code and every line as it came', () => {
    expect(parseReply('250 2.1.5 Recipient ok')).toEqual({
      code: '250',
      dsn: '2.1.5',
      message: ['2.1.5 Recipient ok'],
    });
    expect(parseReply('550-5.1.1 No such user\r\n550 5.1.1 here')).toEqual({
      code: '550',
      dsn: '5.1.1',
      message: ['5.1.1 No such user', '5.1.1 here'],
    });
    expect(parseReply('250')).toEqual({ code: '250', dsn: null, message: [''] });
  });

  test('is undefined for what is no reply', () => {
    for (const text of ['', 'neko', '99 x', '600 x', '2500 x']) expect(parseReply(text)).toBeUndefined();
  });

  test('takes an enhanced code only at the head of the text', () => {
    expect(enhancedCode('2.0.0')).toBe('2.0.0');
    expect(enhancedCode('Ok 2.0.0')).toBeNull();
    expect(enhancedCode('2.0.0x')).toBeNull();
  });
});
