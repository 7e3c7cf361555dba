import fc from 'fast-check';
import { expect, test } from 'vitest';
import { attachmentFault } from '../../../functions/mail/attachment.ts';
import { codecFor, UTF_8 } from '../../../functions/mail/charset.ts';
import { fieldFault, writeField } from '../../../functions/mail/header.ts';
import { parseMailboxes } from '../../../functions/mail/mailboxes.ts';
import { type Attachment, CHARSETS, type Field } from '../../../functions/mail/message.ts';
import { toCrlf } from '../../../functions/mail/text-part.ts';
import { anyText } from '../any-text.ts';
import { compose, faultOnTheWire, leavesOf, partOf, readBack, rich, textOnly } from './mail.ts';

const anything = fc.oneof(
  anyText(300),
  fc.string({ unit: fc.constantFrom(...'猫ｶﾞ〜é a"(),:;<>@[]\\.=?_\t\r\n\0\x1b\ud83d\x7f'), maxLength: 300 }),
  fc.string({ unit: fc.constantFrom('=?UTF-8?B?', '?=', '54yr', ' ', 'a@b.c', ',', '<', '>', '"', 'é') }),
);
const charset = fc.constantFrom(...CHARSETS);
const codec = fc.constantFrom(...(await Promise.all(CHARSETS.map(codecFor))));
const anyField = fc.record({
  name: fc.constantFrom('Subject', 'From', 'X-A', `X-${'long'.repeat(30)}`),
  kind: fc.constantFrom('text', 'addresses', 'structured'),
  value: anything,
}) satisfies fc.Arbitrary<Field>;
// What a reader keeps: no blanks at the ends, no encoded word that it would decode.
const legible = fc
  .string({ unit: fc.constantFrom(...'猫ガキé😀 aZ09"(),:;<>@[]\\.=_-ー'), minLength: 1, maxLength: 120 })
  .map((text) => text.trim().replace(/ +/g, ' '))
  .filter((text) => text !== '');

test('writeField() writes lawful lines or fieldFault() tells why not, whatever comes', () => {
  fc.assert(
    fc.property(anyField, codec, (field, codec) => {
      if (fieldFault(field) !== undefined) {
        expect(() => writeField(field, codec)).toThrow(TypeError);
        return;
      }
      const written = writeField(field, codec);
      expect(faultOnTheWire(Buffer.from(written, 'utf8'))).toBeUndefined();
      // One field: each line after the first is folded, and none is of blanks alone.
      expect(written.slice(0, -2)).toMatch(/^[!-9;-~]+:.*(?:\r\n[ \t]+[^ \t\r\n].*)*$/);
      expect(written.match(/\0|\r(?!\n)|(?<!\r)\n/)).toBeNull();
      if (field.kind === 'addresses') expect(written).not.toMatch(/"[^"]*=\?[^ "]*\?[BQ]\?[^ "]*\?=[^"]*"/i);
    }),
    { numRuns: 1500 },
  );
});

test('writeField() writes an address list that parses to the same mailboxes', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(legible, fc.constantFrom('a@b.c', '"x y"@b.c')), { minLength: 1 }),
      (entries) => {
        const value = entries
          .map(([name, address]) => `"${name.replace(/["\\]/g, '\\$&')}" <${address}>`)
          .join(', ');
        const before = parseMailboxes(value);
        const written = writeField({ name: 'To', kind: 'addresses', value }, UTF_8)
          .slice(3)
          .replaceAll('\r\n', '');
        const after = parseMailboxes(written);
        const addresses = (list: typeof before) =>
          'fault' in list || list.mailboxes.map(({ address }) => address);
        expect(addresses(before)).toEqual(entries.map(([, address]) => address));
        expect(addresses(after)).toEqual(addresses(before));
      },
    ),
    { numRuns: 200 },
  );
});

test('encodeContent() makes a mail that is safe on the wire, whatever the body', async () => {
  await fc.assert(
    fc.asyncProperty(anything, anything, charset, async (text, html, wanted) => {
      const plain = await compose(textOnly(text), wanted);
      expect(faultOnTheWire(plain.raw)).toBeUndefined();
      const { raw } = await compose(rich(text, html || '<p>'), wanted);
      expect(faultOnTheWire(raw)).toBeUndefined();
    }),
    { numRuns: 150 },
  );
});

test('encodeContent() and writeHead() make a mail that reads back the same, in each charset', async () => {
  await fc.assert(
    fc.asyncProperty(legible, legible, legible, charset, async (name, subject, body, wanted) => {
      const quoted = `"${name.replace(/["\\]/g, '\\$&')}" <a@example.org>`;
      const { raw } = await compose(textOnly(body), wanted, [
        { name: 'From', kind: 'addresses', value: quoted },
        { name: 'Subject', kind: 'text', value: subject },
      ]);
      const mail = await readBack(raw);
      expect([mail.from?.value[0]?.name, mail.subject]).toEqual([name, subject]);
      expect(mail.text).toBe(toCrlf(body).replaceAll('\r\n', '\n'));
    }),
    { numRuns: 150 },
  );
});

// A reader may take a run of blanks for one where the field was folded.
const fileName = fc
  .string({ unit: fc.constantFrom(...'猫ガé😀 aZ09"\'();:,%=?*/\\<>@[]._-~&$\u202e\ud83d'), maxLength: 255 })
  .map((name) => name.replace(/ {2,}/g, ' ').slice(0, 255));
const mediaType = fc.constantFrom(
  undefined,
  'image/png',
  'text/plain; charset=iso-8859-1',
  'x/y',
  'text/html',
);
const content = fc.oneof(
  fc.uint8Array({ maxLength: 300 }),
  anything.map((text) => Buffer.from(text)),
);
const attached = fc.record({
  filename: fc.option(fileName, { nil: undefined }),
  type: mediaType,
  content,
  cid: fc.option(fc.string({ unit: fc.constantFrom(...'aZ09@.-_+%"()/'), minLength: 1 }), { nil: undefined }),
}) satisfies fc.Arbitrary<Attachment>;
const lines = (text: string) => toCrlf(text.toWellFormed()).replaceAll('\r\n', '\n');

test('encodeContent() makes a mail with html and attachments that reads back the same', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.option(legible, { nil: undefined }),
      legible,
      fc.array(attached, { maxLength: 4 }),
      async (text, html, attachments) => {
        const { raw } = await compose(rich(text, html, attachments));
        expect(faultOnTheWire(raw)).toBeUndefined();
        const mail = await readBack(raw);
        expect(mail.html).toBe(lines(html));
        if (text !== undefined) expect(mail.text).toBe(lines(text));
        // what the HTML names comes first (RFC 2387)
        const expected = [...attachments].sort(
          (one, other) => Number(one.cid === undefined) - Number(other.cid === undefined),
        );
        expect(mail.attachments.map((each) => each.content.toString('hex'))).toEqual(
          expected.map((each) => Buffer.from(each.content).toString('hex')),
        );
        mail.attachments.forEach(({ filename, cid }, index) => {
          const given = expected[index];
          expect(cid).toBe(given?.cid);
          if (given?.filename) expect(filename).toBe(given.filename.toWellFormed());
          else expect(filename).toMatch(/^attachment-\d\.[a-z]+$/);
        });
      },
    ),
    { numRuns: 100 },
  );
});

test('attachmentFault() tells, or the part has the four fields that it should have and no more', async () => {
  const hostile = fc.oneof(
    anyText(255),
    fc.string({
      unit: fc.constantFrom(
        'text/',
        'message/',
        'multipart/',
        'plain',
        ';',
        '=',
        '"',
        '\\',
        ' ',
        'x',
        '*0*',
        "''",
        '%0D%0A',
        '\r\n',
        '猫',
        '\u00a0',
        '(',
        ')',
      ),
      maxLength: 40,
    }),
    fc.stringMatching(
      /^(?:text|message|multipart|image)\/[a-z*'{]{1,9}(?:; ?[a-z*'0]{1,9}=(?:[a-z%']{1,9}|"[^"\\]{0,99}"))*$/,
    ),
  );
  let sent = 0;
  await fc.assert(
    fc.asyncProperty(hostile, hostile, hostile, content, async (filename, type, cid, octets) => {
      const whole = { filename, type, content: octets, cid };
      const made = rich(
        'a',
        'b',
        [
          { ...whole, type: 'image/png', cid: undefined },
          { ...whole, filename: 'a', cid: undefined },
          { ...whole, filename: 'a', type: 'image/png' },
        ].filter((each) => attachmentFault(each) === undefined),
      );
      sent += made.attachments.length;
      const { raw } = await compose(made);
      expect(faultOnTheWire(raw)).toBeUndefined();
      const leaves = leavesOf(partOf(raw));
      expect(leaves).toHaveLength(2 + made.attachments.length);
      for (const { fields, head } of leaves.slice(2)) {
        // RFC 5322 3.2.2: no line of blanks alone
        expect(head.split('\r\n').filter((line) => line.trim() === '')).toEqual([]);
        const names = [...fields.keys()].filter((name) => name !== 'content-id').sort();
        expect(names).toEqual(['content-disposition', 'content-transfer-encoding', 'content-type']);
      }
    }),
    { numRuns: 150 },
  );
  expect(sent).toBeGreaterThan(80);
});
