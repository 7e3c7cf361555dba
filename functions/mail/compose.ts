import { codecFor, UTF_8 } from './charset.ts';
import type { Codec } from './codec.ts';
import { writeField } from './header.ts';
import type { Charset, Content, EncodedBody, Field, NamedContent } from './message.ts';
import { composeParts } from './parts.ts';
import { textPart } from './text-part.ts';

/** A content encoded once for all recipients, and how its headers must be written to go with it. */
export type Encoded = {
  /** Encoded when it is first asked for, where that can be: not every mailer reads it. */
  body(): EncodedBody;
  readonly content: NamedContent;
  readonly charset: Charset;
  /** Sentences for the client: where the mail is not quite what was asked for. */
  readonly notes: readonly string[];
  /** Writes the headers in the same charset as the body. */
  readonly codec: Codec;
};

/**
 * Encodes a content into 7-bit octets (RFC 2045, RFC 2046). The charset is the wanted one where the text and
 * all `texts` of the header fit it, else UTF-8, with a note.
 */
export function encodeContent(
  content: Content,
  wanted: Charset,
  texts: () => readonly string[],
): Encoded | Promise<Encoded> {
  // every text fits UTF-8: nothing has to be tried
  if (wanted === 'UTF-8' && !content.html && content.attachments.length === 0)
    return inUtf8(content.text ?? '', content, []);
  return encoded(content, wanted, texts());
}

async function encoded(content: Content, wanted: Charset, texts: readonly string[]): Promise<Encoded> {
  if (content.html || content.attachments.length > 0) {
    const notes =
      wanted === 'UTF-8' ? [] : [`Mails with HTML or attachments are sent in UTF-8, not ${wanted}`];
    const { body, content: named } = await composeParts(content);
    return { body: () => body, content: named, charset: 'UTF-8', notes, codec: UTF_8 };
  }
  const text = content.text ?? '';
  const codec = await codecFor(wanted);
  const body = texts.every((header) => codec.encode(header) !== undefined) && textBody(text, codec);
  if (body)
    return { body: () => body, content: { ...content, attachments: [] }, charset: wanted, notes: [], codec };
  return inUtf8(text, content, [`The text does not fit ${wanted}: sent in UTF-8`]);
}

function inUtf8(text: string, content: Content, notes: readonly string[]): Encoded {
  const body = once(() => textBody(text, UTF_8) as EncodedBody);
  return { body, content: { ...content, attachments: [] }, charset: 'UTF-8', notes, codec: UTF_8 };
}

/** Makes something when it is first asked for, and gives the same ever after. */
export function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/** The header section (RFC 5322 2.1): the fields, those of the body, and the empty line. */
export function writeHead(fields: readonly Field[], encoded: Encoded): Uint8Array {
  const lines = fields.map((field) => writeField(field, encoded.codec));
  return Buffer.from(`${lines.join('')}${encoded.body().fields}\r\n`, 'latin1');
}

function textBody(text: string, codec: Codec): EncodedBody | undefined {
  const part = textPart(text, 'plain', codec);
  return part && { ...part, fields: `MIME-Version: 1.0\r\n${part.fields}` };
}
