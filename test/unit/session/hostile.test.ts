import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CHARSETS } from '../../../functions/mail/message.ts';
import { anyText } from '../any-text.ts';
import { MAIL, octets, world } from '../app/world.ts';
import { faultOnTheWire, leavesOf, partOf } from '../mail/mail.ts';

const NAMES = [
  'from',
  'to',
  'cc',
  'sender',
  'reply-to',
  'subject',
  'in-reply-to',
  'references',
  'auto-submitted',
  'importance',
  'list-id',
  'list-unsubscribe',
  'list-unsubscribe-post',
  'x-neko',
] as const;
const OURS = [
  'received',
  'date',
  'message-id',
  'x-mailer',
  'x-smtp-engine',
  'x-originating-ip',
  'x-haineko-loop',
];
const MIME = ['mime-version', 'content-type', 'content-transfer-encoding'];

// what ends a line, a word, a quote, an address or an encoded word, and what a mail may have beside it
const hostile = fc.oneof(
  { arbitrary: anyText(200), weight: 1 },
  {
    arbitrary: fc.string({
      unit: fc.constantFrom(
        ...['\r\n', '\n', '\r', '\0', '\x1b$B', '\u2028', '\u0085', '\ud83d', '猫', 'ｶﾞ', 'é', ' ', '\t'],
        ...['Bcc: b@example.net', 'a@example.org', '<', '>', ',', ';', ':', '"', '\\', '(', ')', '.', '='],
        ...['=?UTF-8?B?54yr?=', '=?UTF-8?Q?=0D=0ABcc:_b?=', '--', '<https://example.jp/u>', 'x'.repeat(400)],
      ),
      maxLength: 12,
    }),
    weight: 3,
  },
);
// one hostile value among plain ones gets further than a mail of nothing else
const or = (...plain: string[]) =>
  fc.oneof({ arbitrary: fc.constantFrom(...plain), weight: 8 }, { arbitrary: hostile, weight: 1 });
const PLAIN: Partial<Record<(typeof NAMES)[number], string>> = {
  'list-unsubscribe': '<https://example.jp/u>',
  'list-unsubscribe-post': 'List-Unsubscribe=One-Click',
};
const header = fc.record(
  Object.fromEntries(NAMES.map((name) => [name, or(PLAIN[name] ?? 'Neko <a@example.org>')])),
  { requiredKeys: ['list-unsubscribe'] },
);
const mail = fc.record({
  header,
  charset: fc.constantFrom(...CHARSETS, 'utf-7'),
  body: fc.oneof(hostile, fc.constant('plain')),
  html: fc.oneof(hostile, fc.constant(undefined)),
  attachments: fc.array(
    fc.record({ filename: or('猫.png'), type: or('image/png'), cid: or('neko') }, { requiredKeys: [] }),
    { maxLength: 3 },
  ),
});

test('answer() refuses a hostile mail, or sends one that has only the fields it should have', async () => {
  let sent = 0;
  let refused = 0;
  await fc.assert(
    fc.asyncProperty(mail, async ({ header, charset, attachments, ...rest }) => {
      const { post, kept } = world();
      const made = await post({
        ...MAIL,
        ...rest,
        header: { subject: 'Nyaa', ...header, charset },
        attachments: attachments.map((each) => ({ ...each, content: 'LS0=' })),
      });
      if (made.status !== 200) {
        refused += 1;
        expect(made.status).toBe(400);
        expect(made.json['smtp.response']).toMatchObject({ error: 1, outcome: 'rejected' });
        expect(kept).toEqual([]);
        return;
      }
      sent += 1;
      const raw = Buffer.from(octets(kept[0] as never), 'latin1');
      expect(faultOnTheWire(raw)).toBeUndefined();
      const root = partOf(raw);
      const names = new Set<string>([...NAMES, ...OURS, ...MIME]);
      expect([...root.fields.keys()].filter((name) => !names.has(name))).toEqual([]);
      expect(root.head.split('\r\n').filter((line) => line.trim() === '')).toEqual([]);
      const bodies = [rest.body, rest.html].filter(Boolean).length;
      expect(leavesOf(root)).toHaveLength(bodies + attachments.length);
    }),
    { numRuns: 250 },
  );
  expect(Math.min(sent, refused)).toBeGreaterThan(10);
});
