import { type ParsedMail, simpleParser } from 'mailparser';
import { expect } from 'vitest';
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
  const texts = () => fields.map(({ value }) => value);
  const encoded = await encodeContent(content, charset, texts);
  const raw = Buffer.concat([writeHead(fields, encoded), encoded.body().octets]);
  return { raw, notes: encoded.notes, charset: encoded.charset };
}

/** The mail as an independent reader sees it. */
export function readBack(raw: Buffer): Promise<ParsedMail> {
  return simpleParser(raw, { skipTextToHtml: true, skipHtmlToText: true, skipImageLinks: true });
}

/** A part of a mail as the octets say it: its header, the fields of it by lower-case name, unfolded, and its parts. */
export type Part = {
  readonly head: string;
  readonly fields: ReadonlyMap<string, string>;
  readonly body: string;
  readonly parts: readonly Part[];
};

/** The MIME tree, read by RFC 2046 5.1.1 alone: no other reader tells how the parts lie within each other. */
export function partOf(raw: Buffer | string): Part {
  const text = typeof raw === 'string' ? raw : raw.toString('latin1');
  const end = text.indexOf('\r\n\r\n');
  const head = text.slice(0, end);
  const fields = new Map<string, string>();
  for (const line of head.replace(/\r\n(?=[ \t])/g, '').split('\r\n')) {
    const [name = '', ...value] = line.split(':');
    expect(fields.has(name.toLowerCase()), `${name} twice`).toBe(false);
    fields.set(name.toLowerCase(), value.join(':').trim());
  }
  const body = text.slice(end + 4);
  const type = fields.get('content-type') ?? '';
  const boundary = /^multipart\/.*;\s*boundary="([^"]+)"/i.exec(type)?.[1];
  if (boundary === undefined) return { head, fields, body, parts: [] };
  const [, ...pieces] = `\r\n${body}`.split(`\r\n--${boundary}`);
  expect(pieces.pop()).toMatch(/^--(?:\r\n)?$/);
  return { head, fields, body, parts: pieces.map((piece) => partOf(piece.slice(2))) };
}

/** The tree as a text: multipart/alternative(text/plain, text/html). */
export function shapeOf({ fields, parts }: Part): string {
  const type = (fields.get('content-type') ?? '').replace(/;.*/, '');
  return parts.length === 0 ? type : `${type}(${parts.map(shapeOf).join(', ')})`;
}

/** All parts that are no multipart. */
export function leavesOf(part: Part): readonly Part[] {
  return part.parts.length === 0 ? [part] : part.parts.flatMap(leavesOf);
}

/** What any SMTP server must take: 7-bit octets, no NUL, CRLF line ends only, no line over 998 octets. */
export function faultOnTheWire(raw: Buffer): string | undefined {
  const text = raw.toString('latin1');
  if (/[^\x01-\x7f]/.test(text)) return 'an octet over 127, or NUL';
  if (/\r(?!\n)|(?<!\r)\n/.test(text)) return 'a bare CR or LF';
  if (text.split('\r\n').some((line) => line.length > 998)) return 'a line over 998 octets';
  return text.endsWith('\r\n') ? undefined : 'no CRLF at the end';
}
