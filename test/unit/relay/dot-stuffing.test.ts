import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dotStuffing } from '../../../functions/relay/esmtp/dot-stuffing.ts';

/** What is written of a mail that comes in these pieces. */
const written = (...pieces: string[]): string => {
  const dots = dotStuffing();
  const stuffed = pieces.map((piece) => dots.stuff(Buffer.from(piece, 'latin1')).toString('latin1'));
  return stuffed.join('') + dots.ending();
};

/** Texts of what matters here, in pieces. */
const pieces = fc.array(fc.string({ unit: fc.constantFrom('.', '\r', '\n', '\r\n', '\r\n.', 'n') }));

describe('dotStuffing()', () => {
  test.each([
    ['a dot at the head of the mail', '.nyaa\r\n', '..nyaa\r\n.\r\n'],
    ['a dot at the head of a line', 'a\r\n.\r\nb\r\n', 'a\r\n..\r\nb\r\n.\r\n'],
    ['a dot elsewhere', 'a.b\r\n', 'a.b\r\n.\r\n'],
    ['a last line without an end', 'a', 'a\r\n.\r\n'],
    ['a CR at the end', 'a\r', 'a\r\n.\r\n'],
    ['a lone LF before a dot', 'a\n.\nb\r\n', 'a\r\n..\r\nb\r\n.\r\n'],
    ['a lone CR before a dot', 'a\r.\rb\r\n', 'a\r\n..\r\nb\r\n.\r\n'],
    ['two CR', 'a\r\r\n', 'a\r\n\r\n.\r\n'],
    ['nothing', '', '.\r\n'],
  ])('stuff() writes %s so that it does not end the mail', (_what, text, expected) => {
    expect(written(text)).toBe(expected);
  });

  test('stuff() gives the same however a mail is cut, and only the ending is a line of one dot', () => {
    fc.assert(
      fc.property(pieces, (cut) => {
        const mail = written(...cut);
        expect(mail).toBe(written(cut.join('')));
        expect(mail).not.toMatch(/\r(?!\n)|(?<!\r)\n/);
        expect(mail.split('\r\n').indexOf('.')).toBe(mail.split('\r\n').length - 2);
      }),
    );
  });

  test('stuff() is undone by taking the first dot of each line away', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: fc.constantFrom('.', 'n', ' ') })), (lines) => {
        const mail = lines.map((line) => `${line}\r\n`).join('');
        expect(written(mail).slice(0, -3).replace(/^\./gm, '')).toBe(mail);
      }),
    );
  });
});
