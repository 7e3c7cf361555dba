import { expect, test } from 'vitest';
import { ISO_8859_1, UTF_8 } from '../../../functions/mail/charset.ts';
import { fieldFault, writeField } from '../../../functions/mail/header.ts';
import type { Field } from '../../../functions/mail/message.ts';
import { compose, faultOnTheWire, readBack, textOnly } from './mail.ts';

const subject = (value: string): Field => ({ name: 'Subject', kind: 'text', value });
const from = (value: string): Field => ({ name: 'From', kind: 'addresses', value });
const references = (value: string): Field => ({ name: 'References', kind: 'structured', value });

test.each([
  ['Hello, world', 'Subject: Hello, world\r\n'],
  ['', 'Subject:\r\n'],
  ['  blanks around\t ', 'Subject: blanks around\r\n'],
  ['=?UTF-8?B?54yr?= and =?UTF-8?Q?=E7=8C=AB?=', 'Subject: =?UTF-8?B?54yr?= and =?UTF-8?Q?=E7=8C=AB?=\r\n'],
  ['Re: 猫 (a cat)', 'Subject: Re: =?UTF-8?B?54yr?= (a cat)\r\n'],
  ['A jalapeño-eating-contest now', 'Subject: A =?UTF-8?Q?jalape=C3=B1o-eating-contest?= now\r\n'],
  ['=?UTF-8?B?54yr?= 猫', 'Subject: =?UTF-8?B?PT9VVEYtOD9CPzU0eXI/PSDnjKs=?=\r\n'],
])('writeField() writes the text %j', (value, line) => {
  expect(writeField(subject(value), UTF_8)).toBe(line);
});

test('writeField() folds at blanks and keeps them when a text is long', () => {
  const value = 'word  '.repeat(40).trim();
  const written = writeField(subject(value), UTF_8);
  expect(written.replaceAll('\r\n', '')).toBe(`Subject: ${value}`);
  expect(written.split('\r\n').every((line) => line.length <= 76)).toBe(true);
});

test('writeField() cuts no character in two and keeps lines of 76 when many are encoded', () => {
  for (const codec of [UTF_8, ISO_8859_1]) {
    for (let pad = 0; pad < 12; pad++) {
      const lines = writeField(
        subject(`${'é'.repeat(pad)}${'a'.repeat(pad)}${'猫😀é'.repeat(30)}`),
        codec,
      ).split('\r\n');
      for (const line of lines.slice(0, -1)) {
        expect(line.length).toBeLessThanOrEqual(76);
        const word = /=\?UTF-8\?B\?(.*)\?=$/.exec(line)?.[1] as string;
        expect(Buffer.from(word, 'base64').toString()).not.toContain('\ufffd');
      }
    }
  }
});

test.each([
  ['neko@example.jp', 'From: neko@example.jp\r\n'],
  ['キジトラ <neko@example.jp>', 'From: =?UTF-8?B?44Kt44K444OI44Op?= <neko@example.jp>\r\n'],
  ['"キジ, トラ" <neko@example.jp>', 'From: =?UTF-8?B?44Kt44K4LCDjg4jjg6k=?= <neko@example.jp>\r\n'],
  ['Kiji Tora <neko@example.jp>', 'From: Kiji Tora <neko@example.jp>\r\n'],
  ['John Q. Public <j@example.org>', 'From: "John Q. Public" <j@example.org>\r\n'],
  ['"a \\"b\\" \\\\ c" <j@example.org>', 'From: "a \\"b\\" \\\\ c" <j@example.org>\r\n'],
  ['=?UTF-8?B?54yr?= <a@example.org>', 'From: =?UTF-8?B?54yr?= <a@example.org>\r\n'],
  ['"=?UTF-8?B?54yr?=" <a@example.org>', 'From: =?UTF-8?B?54yr?= <a@example.org>\r\n'],
  ['=?UTF-8?Q?a,b?= Q. <a@example.org>', 'From: =?UTF-8?Q?a=2Cb?= "Q." <a@example.org>\r\n'],
  ['undisclosed-recipients:;', 'From: undisclosed-recipients:;\r\n'],
  [
    '猫: a@example.org, 犬 <b@例え.jp>;',
    'From: =?UTF-8?B?54yr?=: a@example.org, =?UTF-8?B?54qs?= <b@xn--r8jz45g.jp>;\r\n',
  ],
])('writeField() writes the addresses %j', (value, line) => {
  expect(writeField(from(value), UTF_8)).toBe(line);
});

test('writeField() folds a structured field at its blanks only', () => {
  const value = Array.from({ length: 20 }, (_, index) => `<${'m'.repeat(60)}${index}@example.org>`).join(' ');
  const written = writeField(references(value), UTF_8);
  expect(written.replaceAll('\r\n', '')).toBe(`References: ${value}`);
  expect(faultOnTheWire(Buffer.from(written))).toBeUndefined();
});

test('writeField() fills a line when a word of a structured field is as long as one', () => {
  const word = 'm'.repeat(997);
  expect(writeField(references(word), UTF_8)).toBe(`References:\r\n ${word}\r\n`);
  expect(writeField(references(`a ${word}`), UTF_8)).toBe(`References: a\r\n ${word}\r\n`);
  const long = { ...references(word), name: `X-${'n'.repeat(198)}` };
  expect(faultOnTheWire(Buffer.from(writeField(long, UTF_8)))).toBeUndefined();
});

test.each([
  [references('m'.repeat(998)), 'long'],
  [references(`a${' '.repeat(500)}${'m'.repeat(499)}`), 'long'],
  [subject('a\r\nBcc: b@example.org'), 'control'],
  [subject('a\0b'), 'control'],
  [{ ...subject('x'), name: 'X-A\r\nBcc' }, 'name'],
  [{ ...subject('x'), name: 'X A' }, 'name'],
  [references('猫'), 'non-ascii'],
  [references('<\x1b@example.org>'), 'control'],
  [from('猫@example.org'), 'non-ascii'],
  [from('nobody'), 'none'],
] as const)('fieldFault() tells and writeField() throws when the field is %j', (field, fault) => {
  expect(fieldFault(field)).toBe(fault);
  expect(() => writeField(field, UTF_8)).toThrow(TypeError);
});

test.each([
  ['one word of 2,000 letters', 'w'.repeat(2000)],
  ['2,000 blanks in the middle', `a${' '.repeat(2000)}b`],
  ['a control character', 'bell \x07 escape \x1b end'],
  ['a lone surrogate', '猫 \ud83d 猫'],
])('writeField() encodes so that it is read back when the subject has %s', async (_, value) => {
  const { raw } = await compose(textOnly('x'), 'UTF-8', [subject(value)]);
  expect(faultOnTheWire(raw)).toBeUndefined();
  expect((await readBack(raw)).subject).toBe(value.replace('\ud83d', '\ufffd'));
});

test('writeField() keeps encoded words to 75 and lines to 76 whatever the length of the name', () => {
  for (let length = 1; length <= 76; length++) {
    for (const value of ['é'.repeat(200), '猫'.repeat(200), 'Ein Grüßchen an alle Kätzchen. '.repeat(9)]) {
      const lines = writeField({ name: 'X'.repeat(length), kind: 'text', value }, UTF_8).split('\r\n');
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(Math.max(76, length + 1));
      for (const word of lines.join('').match(/=\?\S+\?=/g) ?? [])
        expect(word.length).toBeLessThanOrEqual(75);
    }
  }
});

test('writeField() stays within 998 octets when names and field names are long', async () => {
  const field = { name: `X-${'n'.repeat(190)}`, kind: 'text', value: '猫'.repeat(500) } as const;
  const list = from(`${'n'.repeat(900)} <a@example.org>, ${'猫'.repeat(900)} <b@example.org>`);
  const { raw } = await compose(textOnly('x'), 'UTF-8', [field, list]);
  expect(faultOnTheWire(raw)).toBeUndefined();
  const mail = await readBack(raw);
  expect(mail.from?.value.map(({ name }) => name)).toEqual(['n'.repeat(900), '猫'.repeat(900)]);
});
