import { expect, test } from 'vitest';
import type { Attachment } from '../../../functions/mail/message.ts';
import { composeParts } from '../../../functions/mail/parts.ts';
import { compose, faultOnTheWire, readBack, rich } from './mail.ts';

const file = (changes: Partial<Attachment>): Attachment => ({
  filename: 'neko.bin',
  type: undefined,
  content: Buffer.from([0, 255, 10, 13, 46]),
  cid: undefined,
  ...changes,
});
const SUBJECT = { name: 'Subject', kind: 'text', value: '猫' } as const;

test('encodeContent() makes multipart/alternative when text and html come', async () => {
  const { raw } = await compose(rich('猫\n.\n', '<b>猫</b>\n.\n'), 'UTF-8', [SUBJECT]);
  expect(faultOnTheWire(raw)).toBeUndefined();
  expect(raw.toString()).toMatch(
    /^Subject: .*\r\nMIME-Version: 1.0\r\nContent-Type: multipart\/alternative;/,
  );
  const mail = await readBack(raw);
  expect([mail.subject, mail.text, mail.html]).toEqual(['猫', '猫\n.\n', '<b>猫</b>\n.\n']);
});

test('encodeContent() makes one text/html part when only html comes', async () => {
  const { raw } = await compose(rich(undefined, '<p>été</p>'));
  expect(raw.toString()).toMatch(/^MIME-Version: 1.0\r\nContent-Type: text\/html; charset=UTF-8\r\n/);
  expect((await readBack(raw)).html).toBe('<p>été</p>\n');
});

test('encodeContent() carries attachments and an inline image', async () => {
  const image = file({ filename: '猫 "1".png', type: 'image/png', cid: 'neko@example.jp' });
  const { raw } = await compose(rich('text', '<img src="cid:neko@example.jp">', [file({}), image]));
  expect(faultOnTheWire(raw)).toBeUndefined();
  expect(raw.toString()).toContain('multipart/related');
  const { attachments, html } = await readBack(raw);
  expect(html).toContain('cid:neko@example.jp');
  const seen = attachments.map(({ filename, contentDisposition, cid, content }) => ({
    filename,
    contentDisposition,
    cid,
    content: [...content],
  }));
  const content = [0, 255, 10, 13, 46];
  expect(seen).toContainEqual({
    filename: 'neko.bin',
    contentDisposition: 'attachment',
    cid: undefined,
    content,
  });
  expect(seen).toContainEqual({
    filename: '猫 "1".png',
    contentDisposition: 'inline',
    cid: 'neko@example.jp',
    content,
  });
});

test('encodeContent() writes no field of its own but MIME-Version and Content-*', async () => {
  const { fields } = await composeParts(rich('a', '<b>', [file({})]));
  expect(fields.match(/^[^\s:]+(?=:)/gm)).toEqual(['MIME-Version', 'Content-Type']);
});

test.each([
  [true, 'message/rfc822', 'Subject: x\n\nhello\n'],
  [false, 'message/rfc822', 'Subject: x\n\n猫\n'],
  [false, 'multipart/mixed; boundary=x', '--x\n'],
])('encodeContent() keeps the type (%s) when %s is attached', async (kept, type, text) => {
  const attached = file({ filename: 'm.eml', type, content: Buffer.from(text) });
  const { raw } = await compose(rich('a', undefined, [attached]));
  expect(faultOnTheWire(raw)).toBeUndefined();
  expect(
    raw.toString().includes(`Content-Type: ${kept ? 'message/rfc822' : 'application/octet-stream'}`),
  ).toBe(true);
});

test.each([
  ['a long file name', { filename: `${'n'.repeat(251)}.txt` }],
  ['a long Japanese file name', { filename: `${'猫'.repeat(251)}.txt` }],
  ['a lone surrogate in the file name', { filename: 'a\ud83db.txt' }],
  ['no file name', { filename: undefined }],
  ['no content', { content: Buffer.alloc(0) }],
  ['a path as file name', { filename: '/etc/passwd' }],
  ['a URL as file name', { filename: 'https://example.org/x' }],
])('encodeContent() is safe on the wire when an attachment has %s', async (_, changes) => {
  const { raw } = await compose(rich('a', undefined, [file(changes)]));
  expect(faultOnTheWire(raw)).toBeUndefined();
  expect((await readBack(raw)).attachments).toHaveLength(1);
});

test.each([
  { filename: 'a\r\nBcc: b@example.org' },
  { filename: 'a\0' },
  { filename: 'a'.repeat(256) },
  { type: 'text/plain\r\nX: y' },
  { type: 'no type' },
  { cid: 'a>\r\nX: y' },
  { cid: '' },
])('encodeContent() refuses an attachment with %j', async (changes) => {
  await expect(compose(rich('a', undefined, [file(changes)]))).rejects.toThrow(TypeError);
});

test('encodeContent() says so when HTML comes and another charset is wanted', async () => {
  const { notes, charset } = await compose(rich('猫', '<b>猫</b>'), 'ISO-2022-JP');
  expect(charset).toBe('UTF-8');
  expect(notes).toEqual(['Mails with HTML or attachments are sent in UTF-8, not ISO-2022-JP']);
});
