import { type ParsedMail, simpleParser } from 'mailparser';
import { encodeContent, writeHead } from '../../../functions/mail/compose.ts';
import type { Attachment, Charset, Content, Field } from '../../../functions/mail/message.ts';

/** A content of this text alone. */
export function textOnly(text: string): Content {
  return { text, html: undefined, attachments: [] };
}

/** A content with HTML and attachments. */
export function rich(
  text: string | undefined,
  html: string | undefined,
  attachments: Attachment[] = [],
): Content {
  return { text, html, attachments };
}

/** The whole mail as octets, its fields included. */
export async function compose(
  content: Content,
  charset: Charset = 'UTF-8',
  fields: readonly Field[] = [],
): Promise<{ raw: Buffer; notes: readonly string[]; charset: Charset }> {
  const texts = fields.map(({ value }) => value);
  const encoded = await encodeContent(content, charset, texts);
  const raw = Buffer.concat([writeHead(fields, encoded), encoded.body.octets]);
  return { raw, notes: encoded.notes, charset: encoded.charset };
}

/** The mail as an independent reader sees it. */
export function readBack(raw: Buffer): Promise<ParsedMail> {
  return simpleParser(raw, { skipTextToHtml: true, skipHtmlToText: true, skipImageLinks: true });
}

/** What any SMTP server must take: 7-bit octets, no NUL, CRLF line ends only, no line over 998 octets. */
export function faultOnTheWire(raw: Buffer): string | undefined {
  const text = raw.toString('latin1');
  if (/[^\x01-\x7f]/.test(text)) return 'an octet over 127, or NUL';
  if (/\r(?!\n)|(?<!\r)\n/.test(text)) return 'a bare CR or LF';
  if (text.split('\r\n').some((line) => line.length > 998)) return 'a line over 998 octets';
  return text.endsWith('\r\n') ? undefined : 'no CRLF at the end';
}
