import { expect, test } from 'vitest';
import { readHeader } from '../../../functions/session/header-names.ts';
import { MAIL, octets, world } from '../app/world.ts';

// wire.md, "The mail, as JSON"
test.each([
  ['from', 'From', 'Neko <kijitora@example.jp>'],
  ['subject', 'Subject', 'Nyaa'],
  ['replyto', 'Reply-To', 'neko@example.jp'],
  ['Reply-To', 'Reply-To', 'neko@example.jp'],
  ['to', 'To', 'a@example.org, "B." <b@example.org>'],
  ['Cc', 'Cc', 'c@example.org'],
  ['sender', 'Sender', 'neko@example.jp'],
  ['in-reply-to', 'In-Reply-To', '<1@example.jp>'],
  ['References', 'References', '<1@example.jp> <2@example.jp>'],
  ['auto-submitted', 'Auto-Submitted', 'auto-generated'],
  ['importance', 'Importance', 'high'],
  ['list-id', 'List-Id', 'Cats <neko.example.jp>'],
  ['LIST-ARCHIVE', 'List-Archive', '<https://example.jp/archive>'],
  ['x-neko', 'X-Neko', 'nyaa'],
  ['X-Entity-Ref-ID', 'X-Entity-Ref-Id', '1'],
])('answer() writes header.%s as %s', async (given, name, value) => {
  const { post, kept } = world();
  const made = await post({ ...MAIL, header: { subject: 'x', [given]: value } }, { headers: {} });
  expect(made.status).toBe(200);
  const lines = octets(kept[0] as never).split('\r\n');
  expect(lines.filter((line) => line.toLowerCase().startsWith(`${name.toLowerCase()}:`))).toEqual([
    `${name}: ${value}`,
  ]);
});

const FORBIDDEN = [
  ...['bcc', 'date', 'message-id', 'received', 'return-path', 'resent-to', 'resent-from', 'dkim-signature'],
  ...[
    'mime-version',
    'content-type',
    'content-transfer-encoding',
    'content-disposition',
    'comments',
    'keywords',
  ],
  ...['errors-to', 'disposition-notification-to', 'return-receipt-to', 'delivered-to', 'envelope-to'],
  ...['x-mailer', 'x-smtp-engine', 'x-http-referer', 'x-originating-ip', 'x-', 'list-', 'x', ''],
  ...['x-a b', 'x-a:', 'x-猫', 'x-a\r\nBcc', `x-${'n'.repeat(75)}`, '__proto__x', 'constructor'],
];
test.each(FORBIDDEN)('readHeader() refuses the name %j, which the 0.2.17 format leaves out', (name) => {
  const header = { subject: 'x', [name]: 'y' };
  expect(readHeader(header, false)).toMatchObject({
    refused: {
      reply: { code: '421', command: 'HTTP', message: ['Malformed JSON string', expect.any(String)] },
    },
  });
  expect(readHeader(header, true)).toEqual({ value: { fields: new Map([['subject', 'x']]), loop: [] } });
});

test('readHeader() refuses a field that is given twice: which is meant cannot be known', () => {
  expect(readHeader({ subject: 'x', Subject: 'y' }, false)).toHaveProperty('refused');
  expect(readHeader({ replyto: 'a@b.c', 'reply-to': 'd@e.f' }, false)).toEqual({
    value: { fields: new Map([['reply-to', 'a@b.c']]), loop: [] },
  });
});
