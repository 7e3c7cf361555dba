import { codecFor, UTF_8 } from './charset.ts';
import type { Codec } from './codec.ts';
import { writeField } from './header.ts';
import type { Charset, Content, EncodedBody, Field, NamedContent } from './message.ts';
import { composeParts } from './parts.ts';
import { textPart } from './text-part.ts';

/** A content encoded once for all recipients, and how its headers must be written to go with it. */
export type Encoded = {
  readonly body: EncodedBody;
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
export async function encodeContent(
  content: Content,
  wanted: Charset,
  texts: readonly string[],
): Promise<Encoded> {
  if (content.html || content.attachments.length > 0) {
    const notes =
      wanted === 'UTF-8' ? [] : [`Mails with HTML or attachments are sent in UTF-8, not ${wanted}`];
    return { ...(await composeParts(content)), charset: 'UTF-8', notes, codec: UTF_8 };
  }
  const codec = await codecFor(wanted);
  const text = content.text ?? '';
  const body = texts.every((header) => codec.encode(header) !== undefined) && textBody(text, codec);
  const plain = { ...content, attachments: [] };
  if (body) return { body, content: plain, charset: wanted, notes: [], codec };
  const notes = [`The text does not fit ${wanted}: sent in UTF-8`];
  return {
    body: textBody(text, UTF_8) as EncodedBody,
    content: plain,
    charset: 'UTF-8',
    notes,
    codec: UTF_8,
  };
}

/** The header section (RFC 5322 2.1): the fields, those of the body, and the empty line. */
export function writeHead(fields: readonly Field[], encoded: Encoded): Uint8Array {
  const lines = fields.map((field) => writeField(field, encoded.codec));
  return Buffer.from(`${lines.join('')}${encoded.body.fields}\r\n`, 'latin1');
}

function textBody(text: string, codec: Codec): EncodedBody | undefined {
  const part = textPart(text, 'plain', codec);
  return part && { ...part, fields: `MIME-Version: 1.0\r\n${part.fields}` };
}
