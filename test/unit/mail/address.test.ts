import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addressOf, domainOf, parseAddress, toAsciiAddress } from '../../../functions/mail/address.ts';
import { anyText } from '../any-text.ts';

describe('parseAddress()', () => {
  test.each([
    'neko@example.jp',
    'a.b+c@example.jp',
    '"a b"@example.jp',
    '"a\\"b"@example.jp',
    'x@[127.0.0.1]',
    'x@[IPv6:2001:db8::1]',
    'x@localhost',
    "o'hara@example.ie",
    'x@1.example',
  ])('takes %s', (text) => {
    expect(parseAddress(text)).toBe(text);
  });

  test.each([
    '',
    '@',
    'neko',
    '@example.jp',
    'neko@',
    'a@b@example.jp',
    'a b@example.jp',
    '<a@example.jp>',
    'Neko <a@example.jp>',
    '.a@example.jp',
    'a..b@example.jp',
    'a@-x.jp',
    'a@x_y.jp',
    'a@x..jp',
    'a@example.jp.',
    '"a@example.jp',
    'a@[]',
    'b@[zz]',
    'b@[256.0.0.1]',
    'b@[::1]',
    'b@[IPv6:127.0.0.1]',
    `${'a'.repeat(65)}@example.jp`,
    `a@${'b.'.repeat(127)}jp`,
    'キジトラ@example.jp',
    'kijitora@ねこ.jp',
  ])('finds no address in %j', (text) => {
    expect(parseAddress(text)).toEqual({ fault: 'none' });
  });

  test('tells an address with something that is not ASCII from none', () => {
    expect(parseAddress('a@example.jpキ')).toEqual({ fault: 'non-ascii' });
  });

  test('lets no control character through, nor a space outside quotes', () => {
    const part = anyText(20);
    fc.assert(
      fc.property(part, part, (local, domain) => {
        const address = addressOf(`${local}@${domain}`);
        if (address === undefined) return;
        expect(address).toMatch(/^[\x20-\x7e]+$/);
        expect(address.replace(/^"(?:[^"\\]|\\.)*"/, '')).toMatch(/^[\x21-\x7e]+$/);
        expect(address).not.toMatch(/^[^"]*[<>]/);
      }),
      { numRuns: 2000 },
    );
    fc.assert(
      fc.property(
        fc.constantFrom('neko@example.jp', '"a b"@example.jp', 'x@[127.0.0.1]'),
        fc.nat(16),
        fc.constantFrom('\r', '\n', '\0', '\r\n', '\x7f'),
        (text, at, evil) => {
          expect(addressOf(text.slice(0, at) + evil + text.slice(at))).toBeUndefined();
        },
      ),
    );
  });

  test('takes its time in proportion to its input', () => {
    const begun = Date.now();
    for (const text of [`${'a.'.repeat(100_000)}@`, `"${'\\'.repeat(100_000)}`, `a@${'a-'.repeat(100_000)}`])
      parseAddress(text);
    expect(Date.now() - begun).toBeLessThan(2000);
  });
});

describe('domainOf(), toAsciiAddress()', () => {
  test('give the domain in lower case, and A-labels', () => {
    expect(domainOf(addressOf('"@"@Example.JP') as never)).toBe('example.jp');
    expect(toAsciiAddress('neko@ねこ.example')).toBe('neko@xn--28j8b.example');
    expect(toAsciiAddress('ねこ@example.jp')).toBeUndefined();
  });
});
