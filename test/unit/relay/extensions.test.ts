import { describe, expect, test } from 'vitest';
import { NO_EXTENSIONS, parseExtensions } from '../../../functions/relay/esmtp/extensions.ts';

const parse = (...message: string[]) => parseExtensions({ code: '250', dsn: null, message });

describe('parseExtensions()', () => {
  test('parseExtensions() reads what it knows, AUTH in both notations, in any case', () => {
    expect(
      parse('mx', 'starttls', 'AUTH PLAIN login', 'AUTH=CRAM-MD5', 'Size 1000', 'Pipelining', 'dsn'),
    ).toEqual({
      starttls: true,
      auth: new Set(['PLAIN', 'LOGIN', 'CRAM-MD5']),
      sizes: true,
      size: 1000,
      pipelining: true,
      dsn: true,
    });
    expect(parse('mx', '8BITMIME')).toEqual(NO_EXTENSIONS);
  });

  test("parseExtensions() does not take the server's name for an extension", () => {
    expect(parse('STARTTLS AUTH PLAIN').starttls).toBe(false);
  });

  test.each(['SIZE', 'SIZE 0', 'SIZE x', 'SIZE -1', 'SIZES 10', 'XSIZE 10'])(
    'parseExtensions() finds no limit in "%s"',
    (line) => expect(parse('mx', line).size).toBeUndefined(),
  );
});
