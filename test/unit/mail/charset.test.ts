import { expect, test } from 'vitest';
import { codecFor } from '../../../functions/mail/charset.ts';
import { CHARSETS, type Field } from '../../../functions/mail/message.ts';
import { EVERYTHING } from '../../../functions/relay/capabilities.ts';
import { cannotExpress } from '../../../functions/relay/expressible.ts';
import type { Delivery } from '../../../functions/relay/relay.ts';
import { MAIL, world } from '../app/world.ts';
import { compose, faultOnTheWire, type Part, partOf, readBack, textOnly } from './mail.ts';

const fields = (name: string, subject: string): Field[] => [
  { name: 'From', kind: 'addresses', value: `${name} <kijitora@example.jp>` },
  { name: 'Subject', kind: 'text', value: subject },
];

test.each([
  ['UTF-8', 'キジトラ', '眉毛の太い猫 😀', '太眉猫、警戒してても。\n'],
  ['ISO-2022-JP', 'キジトラ', '眉毛の太い猫 and 猫', '太眉猫、警戒してても\n猫じゃらし\n'],
  ['ISO-8859-1', 'Jürgen Müller', 'Grüße aus Köln', 'Schöne Grüße £ ½\n'],
  ['US-ASCII', 'Kiji Tora', 'A cat', 'Plain.\n'],
] as const)('encodeContent() writes header and body in %s', async (charset, name, subject, body) => {
  const { raw, notes } = await compose(textOnly(body), charset, fields(name, subject));
  expect(notes).toEqual([]);
  expect(faultOnTheWire(raw)).toBeUndefined();
  expect(raw.toString()).toContain(`Content-Type: text/plain; charset=${charset}\r\n`);
  if (charset !== 'US-ASCII') expect(raw.toString()).toContain(`Subject: =?${charset}?`);
  const mail = await readBack(raw);
  expect([mail.from?.value[0]?.name, mail.subject, mail.text]).toEqual([name, subject, body]);
});

test.each([
  ['US-ASCII', 'é', 'x'],
  ['US-ASCII', 'x', 'é'],
  ['ISO-8859-1', '€', 'x'],
  ['ISO-8859-1', 'x', 'C1: \x85'],
  ['ISO-2022-JP', '한국어', 'x'],
  ['ISO-2022-JP', 'x', 'é'],
  ['ISO-2022-JP', 'x', 'JIS X 0212: 丂'],
  ['ISO-2022-JP', 'x', "NEC's row 13: ①"],
  ['ISO-2022-JP', 'x', "NEC's choice of IBM's: 髙"],
  ['ISO-2022-JP', 'x', 'ESC: \x1b(B 猫'],
  ['ISO-2022-JP', 'x', 'SO: \x0e'],
  ['ISO-2022-JP', 'x', 'SI: 猫\x0f'],
  ['ISO-2022-JP', 'ESC: \x1b$B7', 'x'],
  ['ISO-2022-JP', 'x', 'ESC: \x1b'],
  ['ISO-2022-JP', 'x', 'ESC: \x1b(Jneko\x1b(B'],
  ['ISO-2022-JP', 'x', 'a lone surrogate: \ud83d'],
] as const)(
  'encodeContent() goes over to UTF-8 and says so when %s cannot hold %j %j',
  async (charset, subject, body) => {
    const { raw, notes } = await compose(textOnly(body), charset, fields('Neko', subject));
    expect(notes).toEqual([`The text does not fit ${charset}: sent in UTF-8`]);
    const mail = await readBack(raw);
    expect([mail.subject, mail.text]).toEqual([subject, `${body.replace('\ud83d', '\ufffd')}\n`]);
  },
);

test('codecFor() writes ISO-2022-JP with full-width kana and the twin that readers show', async () => {
  const codec = await codecFor('ISO-2022-JP');
  const decode = (text: string) => new TextDecoder('iso-2022-jp').decode(codec.encode(text));
  expect(decode('ｶﾞｷﾞｸﾞ')).toBe('ガギグ');
  expect(decode('10〜20 −1 —')).toBe('10～20 －1 ―');
});

test('codecFor() begins and ends each line and each piece of ISO-2022-JP in ASCII', async () => {
  const codec = await codecFor('ISO-2022-JP');
  const text = '猫\r\nneko猫neko\r\n猫猫\r\n'.repeat(10);
  const lines = Buffer.from(codec.encode(text) as Uint8Array)
    .toString('latin1')
    .split('\r\n');
  for (let room = 12; room < 40; room++) {
    const pieces = codec.cut(text, room, () => 1);
    const read = pieces.map((piece) => new TextDecoder('iso-2022-jp').decode(piece)).join('');
    expect(read).toBe(text);
    expect(pieces.every((piece) => piece.length <= room)).toBe(true);
    for (const line of [...lines, ...pieces.map((piece) => Buffer.from(piece).toString('latin1'))]) {
      // as many ways in as out, and the last is out
      expect(line.match(/\x1b\$B/g)?.length ?? 0).toBe(line.match(/\x1b\(B/g)?.length ?? 0);
      expect(line.lastIndexOf('\x1b(B')).toBeGreaterThanOrEqual(line.lastIndexOf('\x1b$B'));
    }
  }
});

/** What a line says to a reader that has nothing from us: each word on its own, in the charset that it names (RFC 2047 6.2). */
function readWords(field: string): string {
  const words = [...field.matchAll(/=\?([^?]+)\?([BQ])\?([^? ]*)\?=/g)];
  return words
    .map(([word, charset, encoding, text = '']) => {
      expect(word.length).toBeLessThanOrEqual(75);
      const octets =
        encoding === 'B'
          ? Buffer.from(text, 'base64')
          : Buffer.from(
              text.replace(/_|=([0-9A-F]{2})/g, (_, hex) =>
                hex ? String.fromCharCode(Number(`0x${hex}`)) : ' ',
              ),
              'latin1',
            );
      return new TextDecoder(charset, { fatal: true }).decode(octets);
    })
    .join('');
}

/** A part's octets as they were before its transfer encoding. */
function decoded({ fields, body }: Part): Buffer {
  const encoding = fields.get('content-transfer-encoding');
  if (encoding === 'base64') return Buffer.from(body, 'base64');
  if (encoding === '7bit') return Buffer.from(body, 'latin1');
  const text = body.replace(/=\r\n/g, '');
  return Buffer.from(
    text.replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(Number(`0x${hex}`))),
    'latin1',
  );
}

// mailparser reads ISO-2022-JP with the package that wrote it; ICU's decoder does not
test.each([
  ['UTF-8', '猫', '眉毛の太い猫😀、é and neko '],
  ['ISO-2022-JP', '猫', '眉毛の太い猫ー、and neko ～'],
  ['ISO-8859-1', 'é', 'Grüße aus Köln ½ and neko '],
] as const)(
  'encodeContent() writes %s as ICU reads it, each encoded word for itself',
  async (charset, end, unit) => {
    for (let pad = 0; pad < 20; pad++) {
      const text = `${end}${'a'.repeat(pad)}${unit.repeat(8)}${end}`;
      const { raw, notes } = await compose(textOnly(`${text}\n${text}`), charset, fields(text, text));
      expect(notes).toEqual([]);
      const part = partOf(raw);
      expect(part.fields.get('content-type')).toBe(`text/plain; charset=${charset}`);
      expect(readWords(part.fields.get('subject') ?? '')).toBe(text);
      expect(readWords(part.fields.get('from') ?? '')).toBe(text);
      expect(part.head.split('\r\n').filter((line) => line.length > 76)).toEqual([]);
      expect(new TextDecoder(charset, { fatal: true }).decode(decoded(part))).toBe(`${text}\r\n${text}\r\n`);
    }
  },
);

test('codecFor() folds every half-width kana, and its marks, in header and body', async () => {
  const half = 'ｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜｦﾝｧｨｩｪｫｯｬｭｮｰ｡｢｣､･ｶﾞﾊﾟｳﾞﾞﾟ';
  const full =
    'アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲンァィゥェォッャュョー。「」、・ガパヴ゛゜';
  const { raw, notes } = await compose(textOnly(half), 'ISO-2022-JP', fields(half, half));
  expect(notes).toEqual([]);
  const part = partOf(raw);
  expect(new TextDecoder('iso-2022-jp', { fatal: true }).decode(decoded(part))).toBe(`${full}\r\n`);
  expect(readWords(part.fields.get('subject') ?? '')).toBe(full);
  expect(readWords(part.fields.get('from') ?? '')).toBe(full);
  // in UTF-8 they stay what they are
  expect((await readBack((await compose(textOnly(half), 'UTF-8', fields('Neko', half))).raw)).subject).toBe(
    half,
  );
});

test.each(CHARSETS)(
  'cannotExpress() finds nothing wrong with %s when a mailer sends UTF-8 alone',
  async (charset) => {
    const { post, kept } = world();
    await post({ ...MAIL, header: { ...MAIL.header, charset } });
    const delivery = kept[0] as Delivery;
    expect(delivery.message.charset).toBe(charset);
    expect(cannotExpress({ ...EVERYTHING, charset: false }, delivery)).toEqual([]);
  },
);

test('codecFor() writes every character of JIS X 0208 so that ICU reads it back', async () => {
  const codec = await codecFor('ISO-2022-JP');
  const icu = new TextDecoder('iso-2022-jp', { fatal: true });
  const rows = Array.from({ length: 94 }, (_, row) => {
    const cells = Array.from({ length: 94 }, (_, cell) => [0x21 + row, 0x21 + cell]).flat();
    return new TextDecoder('iso-2022-jp').decode(Buffer.from([0x1b, 0x24, 0x42, ...cells, 0x1b, 0x28, 0x42]));
  });
  const characters = [...new Set(rows.join(''))].filter((each) => codec.encode(each) !== undefined);
  expect(characters.length).toBeGreaterThan(6800);
  const text = `${characters.join('')}\r\nASCII 猫\r\n`;
  expect(icu.decode(codec.encode(text))).toBe(text);
});

test('codecFor() gives a codec of the charset that was asked for', async () => {
  expect([...CHARSETS].sort()).toEqual(['ISO-2022-JP', 'ISO-8859-1', 'US-ASCII', 'UTF-8']);
  for (const charset of CHARSETS) expect((await codecFor(charset)).charset).toBe(charset);
});
