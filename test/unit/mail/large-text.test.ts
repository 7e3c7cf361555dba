import fc from 'fast-check';
import { expect, test } from 'vitest';
import { UTF_8 } from '../../../functions/mail/charset.ts';
import { textPart, toCrlf } from '../../../functions/mail/text-part.ts';

/** Characters that must not be cut from their neighbours, and others. */
const piece = fc.constantFrom('\r', '\n', '\r\n', '\u{1f408}', '\ud83d', '\udc08', 'é', '吾', 'a', ' ');

test('property: textPart() writes a large text as a small one, wherever it is cut', () => {
  fc.assert(
    fc.property(fc.array(piece, { minLength: 1, maxLength: 40 }), fc.nat(40), (pieces, more) => {
      // the pieces stand around each place where it is cut, and everywhere else
      const text = 'x'.repeat(more) + pieces.join('').repeat(Math.ceil(40_000 / pieces.length));
      const { octets = new Uint8Array(), fields = '' } = textPart(text, 'plain', UTF_8) ?? {};
      const encoding = /Encoding: (\S+)/.exec(fields)?.[1];
      const written = Buffer.from(toCrlf(text), 'utf8');
      const read = encoding === 'base64' ? Buffer.from(Buffer.from(octets).toString(), 'base64') : octets;
      if (encoding === 'quoted-printable') return;
      expect(Buffer.from(read).equals(written)).toBe(true);
    }),
    { numRuns: 150 },
  );
});
