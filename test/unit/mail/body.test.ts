import MailComposer from 'nodemailer/lib/mail-composer';
import { expect, test, vi } from 'vitest';
import { base64Lines } from '../../../functions/mail/base64.ts';
import { UTF_8 } from '../../../functions/mail/charset.ts';
import { quotedPrintable } from '../../../functions/mail/quoted-printable.ts';
import { textPart, toCrlf } from '../../../functions/mail/text-part.ts';
import { compose, faultOnTheWire, readBack, textOnly } from './mail.ts';

test.each([
  ['a\nb\r\nc\rd', 'a\r\nb\r\nc\r\nd\r\n'],
  ['\n\r', '\r\n\r\n'],
  ['a\r\r\n', 'a\r\n\r\n'],
  ['', '\r\n'],
  ['a\r\n', 'a\r\n'],
])('toCrlf() writes %j with CRLF', (text, lines) => expect(toCrlf(text)).toBe(lines));

test.each([
  ['a=b é', 'a=3Db =C3=A9'],
  ['blank \r\ntab\t\r\nend ', 'blank=20\r\ntab=09\r\nend=20'],
  ['\r\n.\r\n', '\r\n.\r\n'],
  ['a\rb\nc', 'a=0Db=0Ac'],
])('quotedPrintable() writes %j', (text, quoted) => {
  expect(Buffer.from(quotedPrintable(Buffer.from(text))).toString()).toBe(quoted);
});

test('quotedPrintable() breaks softly at 76 characters', () => {
  for (let pad = 0; pad < 80; pad++) {
    const lines = Buffer.from(quotedPrintable(Buffer.from('a'.repeat(pad) + 'é'.repeat(200))))
      .toString()
      .split('\r\n');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(76);
    expect(lines.slice(0, -1).every((line) => /^(?:[^=]|=[0-9A-F]{2})*=$/.test(line))).toBe(true);
  }
});

test.each([0, 1, 56, 57, 58, 114])(
  'base64Lines() ends each line of 76 with CRLF when %i octets come',
  (octets) => {
    const lines = Buffer.from(base64Lines(Buffer.alloc(octets, 65))).toString();
    expect(lines).toMatch(/^(?:[^\r\n]{76}\r\n)*(?:[^\r\n]{1,76}\r\n)?$/);
    expect(Buffer.from(lines, 'base64')).toEqual(Buffer.alloc(octets, 65));
  },
);

test.each([
  ['7bit', 'ASCII', 'Hello\nworld'],
  ['7bit', 'a line of 998', 'a'.repeat(998)],
  ['base64', 'a line of 999', 'a'.repeat(999)],
  ['base64', 'a line of 1,200 and others', `a\n${'b'.repeat(1200)}\nc`],
  ['base64', 'NUL', 'a\0b'],
  ['base64', 'Japanese', '眉毛の太い猫'],
  ['quoted-printable', 'mostly ASCII', 'Un café très bon, dans la rue des écoles, a Paris'],
])('textPart() chooses %s when the text is %s', (encoding, _, text) => {
  expect(textPart(text, 'plain', UTF_8)?.fields).toContain(`Content-Transfer-Encoding: ${encoding}\r\n`);
});

test.each([
  ['a lone dot', 'a\n.\nb'],
  ['leading dots', '.a\n..b\n...\n'],
  ['bare CR and LF', 'a\rb\nc\r\nd'],
  ['NUL', 'a\0b\n'],
  ['a line of 1,200 characters', `${'x'.repeat(1200)}\n`],
  ['a line of 1,200 kanji', `${'猫'.repeat(1200)}\n`],
  ['trailing blanks', 'é trailing  \ntab\t\n \n'],
  ['a line that begins with From', 'From here\nFrom é there\n'],
  ['equals signs', '=20 é =\n= =3D\n'],
])('encodeContent() keeps the body when it has %s', async (_, text) => {
  const { raw, notes } = await compose(textOnly(text));
  expect(notes).toEqual([]);
  expect(faultOnTheWire(raw)).toBeUndefined();
  expect((await readBack(raw)).text).toBe(toCrlf(text).replaceAll('\r\n', '\n'));
});

test.each([
  ['UTF-8 Japanese', '眉毛の太い猫、警戒してても猫じゃらしを揺らせば寄って来る。\n'],
  ['ASCII', 'The quick brown fox jumps over the lazy dog, again and again and again.\n'],
  ['mostly ASCII', 'The quick brown fox jumps over the läzy dog, again and again and again.\n'],
])('encodeContent() takes a fraction of a second when the body is 4 MB of %s', async (_, line) => {
  const text = line.repeat(Math.floor((4 << 20) / Buffer.byteLength(line)));
  const began = performance.now();
  const { raw } = await compose(textOnly(text));
  expect(performance.now() - began).toBeLessThan(2000); // 20-60 ms when nothing else runs
  expect(raw.length).toBeGreaterThan(4_000_000);
});

test.each(['US-ASCII', 'UTF-8'] as const)(
  'encodeContent() and writeHead() take microseconds, and no composer, when a mail is 1 KB of text in %s',
  async (charset) => {
    const composer = vi.spyOn(MailComposer.prototype, 'compile');
    const line = charset === 'UTF-8' ? '眉毛の太い猫、寄って来る。\n' : 'The quick brown fox jumps.\n';
    const text = line.repeat(Math.ceil(1024 / Buffer.byteLength(line)));
    const fields = [
      { name: 'From', kind: 'addresses', value: 'Neko <kijitora@example.jp>' },
      { name: 'Subject', kind: 'text', value: line.trim() },
    ] as const;
    const times: number[] = [];
    for (let at = 0; at < 1000; at++) {
      const began = performance.now();
      await compose(textOnly(text), charset, fields);
      times.push(performance.now() - began);
    }
    // 20 microseconds when nothing else runs; the composer takes 1000
    expect(times.sort((one, other) => one - other)[500]).toBeLessThan(0.3);
    expect(composer).not.toHaveBeenCalled();
    composer.mockRestore();
  },
);
