import type { NamedFile } from '../../mail/message.ts';
import { toCrlf } from '../../mail/text-part.ts';

/** A text as JSON may carry it: CRLF line ends, and no half of a character, which many parsers refuse (RFC 8259 8.2). */
export function jsonText(text: string): string {
  return toCrlf(text.toWellFormed());
}

/** A file as an API wants it: its content is base64 (RFC 4648 4). */
export type JsonFile = {
  readonly name: string;
  readonly type: string;
  readonly content: string;
  /** Content-Id of an inline image, without angle brackets. */
  readonly cid: string | undefined;
};

/** The files of a mail. */
export function jsonFiles(attachments: readonly NamedFile[]): readonly JsonFile[] {
  return attachments.map(({ filename, type, content, cid }) => ({
    name: filename.toWellFormed(),
    type,
    content: Buffer.from(content.buffer, content.byteOffset, content.byteLength).toString('base64'),
    cid,
  }));
}
