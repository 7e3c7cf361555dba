import { addressOf } from '../../functions/mail/address.ts';
import { encodeContent, writeHead } from '../../functions/mail/compose.ts';
import type { Charset, Content, Field } from '../../functions/mail/message.ts';
import type { Delivery } from '../../functions/relay/relay.ts';
import type { Route } from '../../functions/tables/route-entry.ts';
import { routeTo } from '../dialogue/deliveries.ts';

const FIELDS: readonly Field[] = [
  {
    name: 'Received',
    kind: 'structured',
    value:
      'from [127.0.0.1] ([127.0.0.1]) by haineko.test with HTTP id 6AMAPXi20090NAr8; Sun, 22 Nov 2026 10:20:39 +0000',
  },
  { name: 'Date', kind: 'structured', value: 'Sun, 22 Nov 2026 10:20:39 +0000' },
  { name: 'Message-Id', kind: 'structured', value: '<6AMAPXi20090NAr8.1795342839.000@haineko.test>' },
  { name: 'From', kind: 'addresses', value: '猫 <neko@example.jp>' },
  { name: 'To', kind: 'addresses', value: 'Mi-chan <mi-chan@example.org>' },
  { name: 'Reply-To', kind: 'addresses', value: 'kijitora@example.jp' },
  { name: 'Subject', kind: 'text', value: 'ニャー: the cat' },
  { name: 'List-Unsubscribe', kind: 'structured', value: '<https://example.jp/u/1>' },
  { name: 'X-Neko', kind: 'text', value: '三毛' },
  { name: 'X-Haineko-Loop', kind: 'structured', value: 'haineko.test' },
];

export const PIXEL = Buffer.from('R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==', 'base64');

const TEXT: Content = { text: '吾輩は猫である。\n.\nnyaa\n', html: undefined, attachments: [] };

/** Text, HTML, an image in it, and a file with a Japanese name. */
export const WHOLE: Content = {
  text: '吾輩は猫である。\n',
  html: '<p>吾輩は<b>猫</b>である。<img src="cid:pixel@neko"></p>',
  attachments: [
    { filename: 'pixel.gif', type: 'image/gif', content: PIXEL, cid: 'pixel@neko' },
    { filename: '猫.csv', type: 'text/csv', content: Buffer.from('名,色\r\n三毛,三\r\n'), cid: undefined },
  ],
};

/** How a mail differs from the usual one: some Japanese text of three lines. */
export type MailKeys = {
  readonly content?: Content;
  readonly charset?: Charset;
  /** Added to the usual fields, or in place of one of the same name. */
  readonly fields?: readonly Field[];
  readonly mail?: string | null;
  readonly rcpt?: string;
};

/** A mail as the app composes it, to mi-chan@example.org. */
export async function mailBy(
  route: Partial<Route>,
  {
    content = TEXT,
    charset = 'UTF-8',
    fields = [],
    mail = 'neko@example.jp',
    rcpt = 'mi-chan@example.org',
  }: MailKeys = {},
): Promise<Delivery> {
  const given = new Set(fields.map(({ name }) => name));
  const all = [...FIELDS.filter(({ name }) => !given.has(name)), ...fields];
  const encoded = await encodeContent(content, charset, () => all.map(({ value }) => value));
  const sender = mail === null ? null : addressOf(mail);
  const recipient = addressOf(rcpt);
  if (sender === undefined || recipient === undefined) throw new Error('no address');
  return {
    queueid: '6AMAPXi20090NAr8',
    envelope: { mail: sender, rcpt: [recipient] },
    head: writeHead(all, encoded),
    body: encoded.body().octets,
    message: { fields: all, content: encoded.content, charset: encoded.charset },
    route: routeTo(25, route),
    hostname: 'haineko.test',
  };
}

/** A content of some 4 MB, of lines of Japanese. */
export const BIG: Content = { ...TEXT, text: '吾輩は猫である。名前はまだ無い。\n'.repeat(85_000) };
