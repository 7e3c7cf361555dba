import { expect, test } from 'vitest';
import type { Attachment } from '../../../functions/mail/message.ts';
import { composeParts } from '../../../functions/mail/parts.ts';
import { compose, faultOnTheWire, leavesOf, partOf, readBack, rich, shapeOf } from './mail.ts';

const OCTETS = [0, 255, 10, 13, 46];
const file = (changes: Partial<Attachment>): Attachment => ({
  filename: 'neko.bin',
  type: undefined,
  content: Buffer.from(OCTETS),
  cid: undefined,
  ...changes,
});
const image = file({ filename: '猫 "1".png', type: 'image/png', cid: 'neko@example.jp' });
const HTML = '<img src="cid:neko@example.jp">';
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

// the last alternative is the best one (RFC 2046 5.1.4); what the HTML names lies beside it (RFC 2387)
const FILE = 'application/octet-stream';
const RELATED = 'multipart/related(text/html, image/png)';
test.each([
  ['text, html', rich('a', 'b'), 'multipart/alternative(text/plain, text/html)'],
  ['html, image', rich(undefined, HTML, [image]), RELATED],
  ['text, html, image', rich('a', HTML, [image]), `multipart/alternative(text/plain, ${RELATED})`],
  [
    'text, html, image, file',
    rich('a', HTML, [file({}), image]),
    `multipart/mixed(multipart/alternative(text/plain, ${RELATED}), ${FILE})`,
  ],
  ['html, image, file', rich(undefined, HTML, [image, file({})]), `multipart/mixed(${RELATED}, ${FILE})`],
  [
    'text, html, file',
    rich('a', 'b', [file({})]),
    `multipart/mixed(multipart/alternative(text/plain, text/html), ${FILE})`,
  ],
  ['text, file', rich('a', undefined, [file({})]), `multipart/mixed(text/plain, ${FILE})`],
  ['html, file', rich(undefined, 'b', [file({})]), `multipart/mixed(text/html, ${FILE})`],
  ['text, image', rich('a', undefined, [image]), 'multipart/mixed(text/plain, image/png)'],
])('encodeContent() lays out the parts when %s come', async (_, content, shape) => {
  const { raw } = await compose(content);
  expect(faultOnTheWire(raw)).toBeUndefined();
  const part = partOf(raw);
  expect(shapeOf(part)).toBe(shape);
  // RFC 2387 3.1: multipart/related says the type of its root
  const related = [part, ...part.parts].find((each) => shapeOf(each) === RELATED);
  if (related) expect(related.fields.get('content-type')).toContain('type="text/html"');
});

test('encodeContent() carries attachments and an inline image', async () => {
  const { raw } = await compose(rich('text', HTML, [file({}), image]));
  const { attachments, html } = await readBack(raw);
  expect(html).toContain('cid:neko@example.jp');
  expect(
    attachments.map(({ filename, contentDisposition, cid }) => [filename, contentDisposition, cid]),
  ).toEqual([
    ['猫 "1".png', 'inline', 'neko@example.jp'],
    ['neko.bin', 'attachment', undefined],
  ]);
  for (const { content } of attachments) expect([...content]).toEqual(OCTETS);
  expect(raw.toString()).toContain('Content-ID: <neko@example.jp>\r\n');
});

test('encodeContent() writes no field of its own but MIME-Version and Content-*', async () => {
  const { body } = await composeParts(rich('a', '<b>', [file({})]));
  const { fields } = body;
  expect(fields.match(/^[^\s:]+(?=:)/gm)).toEqual(['MIME-Version', 'Content-Type']);
});

test.each([
  ['message/rfc822', '7bit', { type: 'message/rfc822', content: Buffer.from('Subject: x\n\nhello\n') }],
  ['message/rfc822', '7bit', { filename: 'm.eml', content: Buffer.from('Subject: x\n\nhello\n') }],
  [FILE, 'base64', { type: 'message/rfc822', content: Buffer.from('Subject: x\n\n猫\n') }],
  [FILE, 'base64', { type: 'Message/RFC822', content: Buffer.from(`X: ${'x'.repeat(999)}\n\n`) }],
  [FILE, 'base64', { filename: 'm.eml' }],
  [FILE, 'base64', { type: 'multipart/mixed; boundary=x', content: Buffer.from('--x\n') }],
  [FILE, 'base64', { filename: 'neko.gzip' }],
  [FILE, 'base64', {}],
  ['image/png', 'base64', { filename: '猫.PNG' }],
  ['text/plain; charset=iso-8859-1', 'base64', { type: 'text/plain; charset=iso-8859-1' }],
  ['text/html', 'base64', { type: 'text/html' }],
])('encodeContent() writes %s in %s when %j is attached', async (type, encoding, changes) => {
  const { raw } = await compose(rich('a', undefined, [file(changes)]));
  expect(faultOnTheWire(raw)).toBeUndefined();
  const { fields, body, parts } = partOf(raw).parts[1] as ReturnType<typeof partOf>;
  expect(fields.get('content-type')).toMatch(new RegExp(`^${type}; name=`));
  expect([fields.get('content-transfer-encoding'), parts]).toEqual([encoding, []]);
  // a message gets its lines' CRLF; every other octet arrives as it was
  const { content = Buffer.from(OCTETS) } = file(changes);
  const sent = Buffer.from(body, encoding === 'base64' ? 'base64' : 'latin1').toString('latin1');
  const given = Buffer.from(content).toString('latin1');
  expect(sent).toBe(encoding === '7bit' ? given.replaceAll('\n', '\r\n') : given);
});

test('encodeContent() says inline of images alone', async () => {
  const files = [
    file({ filename: 'a.png', cid: 'a' }),
    file({ filename: 'b.pdf', cid: 'b' }),
    file({ filename: 'c.png' }),
    file({ filename: undefined, cid: 'd' }),
  ];
  const { attachments } = await readBack((await compose(rich('a', HTML, files))).raw);
  expect(Object.fromEntries(attachments.map((each) => [each.filename, each.contentDisposition]))).toEqual({
    'a.png': 'inline',
    'b.pdf': 'attachment',
    'c.png': 'attachment',
    'attachment-4.bin': 'attachment',
  });
});

test.each([
  [undefined, undefined, 'attachment-1.bin'],
  ['', undefined, 'attachment-1.bin'],
  [undefined, 'image/png', 'attachment-1.png'],
  [undefined, 'text/csv; header=present', 'attachment-1.csv'],
  [undefined, 'message/rfc822', 'attachment-1.eml'],
  [undefined, 'x/y', 'attachment-1.bin'],
])('encodeContent() makes a name when the filename is %j and the type %j', async (filename, type, name) => {
  const { raw } = await compose(rich('a', undefined, [file({ filename, type })]));
  expect((await readBack(raw)).attachments[0]?.filename).toBe(name);
});

test.each([
  ['255 letters', 'n'.repeat(255)],
  ['255 kanji', '猫'.repeat(255)],
  ['127 emoji', '😀'.repeat(127)],
  ['letters, then kanji, then letters', `${'a'.repeat(48)}猫${'b'.repeat(100)}.txt`],
  ['quotes', 'a "b" \'c\'.txt'],
  ['255 quotes', '"'.repeat(255)],
  ['a quote at the end', 'a"'],
  ['backslashes', 'a\\b\\'],
  ['semicolons, commas, equals signs', 'a; b, c=d; filename=x.exe'],
  ['percent signs', '100% %41 %'],
  ['a name as RFC 2231 writes it', "a*0*=utf-8''b"],
  ['an encoded word', '=?UTF-8?B?54yr?='],
  ['brackets', '<a> (b) [c]'],
  ['blanks around it', '  猫 .txt '],
  ['a lone surrogate', 'a\ud83db.txt'],
  ['a mark that turns the direction', '\u202egpj.exe'],
  // what a reader makes of a path is its own to say (RFC 2183 2.3); "2026/11.pdf" is a name too
  ['a path upwards', '../../etc/passwd'],
  ['an absolute path', '/etc/passwd'],
  ['a path of Windows', 'C:\\Users\\me\\report.txt'],
  ['a URL', 'https://example.org/x?y#z'],
  ['dots', '..'],
])('encodeContent() says the file name so that it is read back when it has %s', async (_, filename) => {
  const { raw } = await compose(rich('a', undefined, [file({ filename })]));
  expect(faultOnTheWire(raw)).toBeUndefined();
  expect((await readBack(raw)).attachments.map((each) => each.filename)).toEqual([filename.toWellFormed()]);
  const disposition = partOf(raw).parts[1]?.fields.get('content-disposition') ?? '';
  // RFC 2231 and never RFC 2047 where the name counts; UTF-8 in percent signs, or ASCII
  expect(disposition).not.toContain('=?');
  const pieces = [...disposition.matchAll(/filename\*\d+\*?=(?:"([^"]*)"|([^;]*))/g)];
  if (/[^\x00-\x7f]/.test(filename)) {
    const said = pieces.map(([, quoted, bare]) => quoted ?? bare).join('');
    expect(decodeURIComponent(said.replace(/^utf-8''/, ''))).toBe(filename.toWellFormed());
  }
});

test('encodeContent() carries 100 attachments, the same cid twice, cids of every character', async () => {
  const cids = ['twice', 'twice', '!"#$%&\'()*+,-./0:;=?@[\\]^_`{|}~', 'c'.repeat(255)];
  const files = Array.from({ length: 100 }, (_, index) =>
    file({ filename: `${'猫'.repeat(250)}${index}`, type: 'image/png', cid: cids[index] }),
  );
  const { raw } = await compose(rich('a', HTML, files));
  expect(faultOnTheWire(raw)).toBeUndefined();
  const leaves = leavesOf(partOf(raw)).slice(2);
  expect(leaves).toHaveLength(100);
  expect(leaves.slice(0, 4).map(({ fields }) => fields.get('content-id'))).toEqual(
    cids.map((cid) => `<${cid}>`),
  );
});

test('encodeContent() takes no second when 3 MB are attached beside 4 MB of HTML', async () => {
  const html = '<p>眉毛の太い猫</p>\n'.repeat(150_000);
  const content = Buffer.alloc(3_000_000, 'neko');
  const began = performance.now();
  const { raw } = await compose(rich('a', html, [file({ content })]));
  expect(performance.now() - began).toBeLessThan(4000); // 100 ms when nothing else runs
  expect(faultOnTheWire(raw)).toBeUndefined();
  const [, page, attached] = leavesOf(partOf(raw));
  expect(Buffer.from(page?.body ?? '', 'base64').toString() === html.replaceAll('\n', '\r\n')).toBe(true);
  expect(Buffer.from(attached?.body ?? '', 'base64').equals(content)).toBe(true);
});

test.each([
  { filename: 'a\r\nBcc: b@example.org' },
  { filename: 'a\0' },
  { filename: 'a\tb' },
  { filename: 'a'.repeat(256) },
  { filename: `a${' '.repeat(40)}b` },
  { type: 'text/plain\r\nX: y' },
  { type: 'text/plain;\r\n x=y' },
  { type: 'no type' },
  { type: '' },
  { type: 'text/plain; x' },
  { type: 'text/plain; x="y' },
  { type: 'text/plain; x="\\"' },
  { type: 'text/plain; x="y" z' },
  { type: 'image/png; name=猫.png' },
  { type: 'text/plain; 猫=x' },
  { type: 'text/plain\u3000; x=y' },
  { type: `text/plain; x=${'y'.repeat(250)}` },
  { cid: 'a>\r\nX: y' },
  { cid: '<a>' },
  { cid: 'a b' },
  { cid: '猫' },
  { cid: '' },
  { cid: 'c'.repeat(256) },
])('encodeContent() refuses an attachment with %j', async (changes) => {
  await expect(compose(rich('a', undefined, [file(changes)]))).rejects.toThrow(TypeError);
});

test.each([
  'text/plain; charset=utf-8;',
  'text/plain;charset="utf-8" ; format=flowed',
  'text/plain ; x = "a \\"b\\"; c"',
  `image/svg+xml; x="${'y'.repeat(200)}"`,
])('encodeContent() takes the type %s', async (type) => {
  const { raw } = await compose(rich('a', undefined, [file({ type })]));
  expect(faultOnTheWire(raw)).toBeUndefined();
  expect((await readBack(raw)).attachments[0]?.contentType).toBe(type.replace(/ ?;.*/, ''));
});

test('encodeContent() says so when HTML comes and another charset is wanted', async () => {
  const { notes, charset, raw } = await compose(rich('猫', '<b>猫</b>'), 'ISO-2022-JP');
  expect(charset).toBe('UTF-8');
  expect(notes).toEqual(['Mails with HTML or attachments are sent in UTF-8, not ISO-2022-JP']);
  expect(raw.toString().match(/charset=\S+/g)).toEqual(['charset=UTF-8', 'charset=UTF-8']);
});

test('encodeContent() ends the last line of a file that is the whole mail', async () => {
  const file = {
    filename: 'nyaa.bin',
    type: 'application/octet-stream',
    content: Buffer.alloc(1000),
    cid: undefined,
  };
  const { raw } = await compose({ text: undefined, html: undefined, attachments: [file] });
  expect(raw.subarray(-2).toString()).toBe('\r\n');
  expect(Buffer.from(raw.toString().split('\r\n\r\n')[1] ?? '', 'base64').equals(file.content)).toBe(true);
});
