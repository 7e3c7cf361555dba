import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { codecFor } from '../../../functions/mail/charset.ts';
import type { Charset, Field } from '../../../functions/mail/message.ts';
import { compose, faultOnTheWire, readBack, textOnly } from './mail.ts';

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

const python = spawnSync('python3', ['--version']).status === 0;

test.runIf(python)(
  "codecFor() writes ISO-2022-JP that Python's strict decoder reads as the same text",
  async () => {
    const rows: string[] = [];
    for (let row = 0x21; row <= 0x7e; row++) {
      const cells = Array.from({ length: 94 }, (_, cell) => [row, 0x21 + cell]).flat();
      rows.push(
        new TextDecoder('iso-2022-jp').decode(Buffer.from([0x1b, 0x24, 0x42, ...cells, 0x1b, 0x28, 0x42])),
      );
    }
    const codec = await codecFor('ISO-2022-JP');
    const characters = [...new Set(rows.join(''))].filter(
      (character) => codec.encode(character) !== undefined,
    );
    expect(characters.length).toBeGreaterThan(6800);
    const text = `${characters.join('')}\r\nASCII 猫\r\n`;
    const script =
      'import sys; sys.stdout.buffer.write(sys.stdin.buffer.read().decode("iso2022_jp").encode("utf-8"))';
    const read = spawnSync('python3', ['-c', script], { input: codec.encode(text) as Uint8Array });
    expect(read.stderr.toString()).toBe('');
    // Python takes the first of each pair of twins.
    const twins: Record<string, string> = {
      '～': '〜',
      '－': '−',
      '∥': '‖',
      '￠': '¢',
      '￡': '£',
      '￢': '¬',
      '―': '—',
    };
    const same = (value: string) => value.replace(/[～－∥￠￡￢―]/g, (twin) => twins[twin] as string);
    expect(same(read.stdout.toString())).toBe(same(text));
  },
);

test('codecFor() gives a codec of the charset that was asked for', async () => {
  const charsets: Charset[] = ['UTF-8', 'ISO-2022-JP', 'ISO-8859-1', 'US-ASCII'];
  for (const charset of charsets) expect((await codecFor(charset)).charset).toBe(charset);
});
