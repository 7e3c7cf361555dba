import { encodeContent, writeHead } from '../../functions/mail/compose.ts';
import type { Charset, Content, Field } from '../../functions/mail/message.ts';
import type { Delivery } from '../../functions/relay/relay.ts';
import type { Credential } from '../../functions/tables/authinfo.ts';
import type { Route } from '../../functions/tables/route-entry.ts';
import { deliveryBy } from './deliveries.ts';

/** A mail as our own writer writes it; `body` takes the place of what it wrote. */
export type Mail = {
  readonly fields?: readonly Field[];
  readonly content?: Partial<Content>;
  readonly charset?: Charset;
  readonly body?: string;
};

const structured = (name: string, value: string): Field => ({ name, kind: 'structured', value });
const text = (name: string, value: string): Field => ({ name, kind: 'text', value });
const addresses = (name: string, value: string): Field => ({ name, kind: 'addresses', value });

/** Every field that a signature covers beside those of the body, and some that it does not. */
export const ALL_FIELDS: readonly Field[] = [
  structured('Received', 'from unknown by haineko.test with HTTP id 6AMAPXi20090NAr8'),
  structured('Date', 'Sun, 22 Nov 2026 10:25:33 +0000'),
  structured('Message-Id', '<6AMAPXi20090NAr8.1795343133.0@haineko.test>'),
  addresses('From', '猫 <neko@example.jp>'),
  addresses('Sender', 'postmaster@example.jp'),
  addresses('To', 'mi-chan@example.org'),
  addresses('Cc', 'tora@example.org'),
  addresses('Reply-To', 'reply@example.jp'),
  text('Subject', 'にゃあ 🐈'),
  structured('In-Reply-To', '<1@example.org>'),
  structured('References', '<0@example.org> <1@example.org>'),
  structured('Auto-Submitted', 'auto-generated'),
  structured('List-Id', '<nyaa.example.jp>'),
  structured('List-Help', '<https://example.jp/help>'),
  structured('List-Subscribe', '<https://example.jp/in>'),
  structured('List-Unsubscribe', '<https://example.jp/out?neko>'),
  structured('List-Unsubscribe-Post', 'List-Unsubscribe=One-Click'),
  structured('List-Post', 'NO'),
  structured('List-Owner', '<mailto:owner@example.jp>'),
  structured('List-Archive', '<https://example.jp/archive>'),
  text('X-Nyaa', 'purr'),
];

const many = (count: number, each: (index: number) => string, gap: string) =>
  Array.from({ length: count }, (_, index) => each(index)).join(gap);
const line = `.${'0123456789 abcdef'.repeat(4)}\r\n`;

/** Mails that a signature has come to grief over. */
export const MAILS: Readonly<Record<string, Mail>> = {
  'plain text': { content: { text: 'Nyaa.\n' } },
  'Japanese in UTF-8': { content: { text: 'にゃあ\nにゃあ' } },
  'Japanese in ISO-2022-JP': {
    fields: [addresses('From', '猫 <neko@example.jp>'), text('Subject', 'にゃあ '.repeat(30))],
    content: { text: 'にゃあ\nﾆｬｱ' },
    charset: 'ISO-2022-JP',
  },
  'HTML, an image and a file': {
    content: {
      text: 'にゃあ',
      html: '<p>にゃあ <img src="cid:neko">',
      attachments: [
        { filename: '猫.png', type: 'image/png', content: Buffer.alloc(3000, 0x89), cid: 'neko' },
        { filename: 'nyaa.txt', type: 'text/plain', content: Buffer.from('nyaa\n'), cid: undefined },
      ],
    },
  },
  'a file alone': {
    content: {
      attachments: [{ filename: 'a.bin', type: undefined, content: Buffer.alloc(99), cid: undefined }],
    },
  },
  'long folded headers': {
    fields: [
      addresses('From', 'neko@example.jp'),
      addresses(
        'To',
        many(60, (index) => `"猫 ${index}" <neko-${index}@example.org>`, ', '),
      ),
      text('Subject', 'とても長い件名 with  two  blanks '.repeat(20)),
      structured(
        'References',
        many(80, (index) => `<${index}@example.org>`, '  '),
      ),
    ],
  },
  'every field': { fields: ALL_FIELDS },
  'an empty body': { body: '' },
  'a body of empty lines': { body: '\r\n\r\n' },
  'a body of blanks': { body: ' \t \r\n\t' },
  'a body without a CRLF at its end': { body: 'Nyaa.\r\nNyaa.' },
  'empty lines at the end of the body': { body: 'Nyaa.\r\n\r\n\r\n\r\n' },
  'empty lines in the middle and at the beginning': { body: '\r\n\r\nNyaa.\r\n\r\n\r\n.\r\n' },
  'lines of dots': { body: '.\r\n..\r\n.nyaa\r\n\r\n.' },
  'blanks within and at the ends of lines': { body: '  ny  \taa \r\n\tx\t\r\n   \r\ny \r\n' },
  'a CRLF between two pieces': { body: `${'x'.repeat(64 * 1024 - 1)}\r\nNyaa. \r\n` },
  '4 MB': { body: line.repeat(Math.ceil(4_194_304 / line.length)) },
};

/** A delivery of a mail by a route, with what authinfo has under the name that the route gives as `dkim`. */
export async function deliveryOf(
  { fields = ALL_FIELDS, content, charset = 'UTF-8', body }: Mail,
  route: Route,
  signingKey: Credential | undefined,
): Promise<Delivery> {
  const whole: Content = { text: undefined, html: undefined, attachments: [], ...content };
  const encoded = await encodeContent(whole, charset, () => fields.map(({ value }) => value));
  return {
    ...deliveryBy(route, body ?? encoded.body().octets),
    head: writeHead(fields, encoded),
    message: { fields, content: encoded.content, charset: encoded.charset },
    signingKey,
  };
}
