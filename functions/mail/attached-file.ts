import type { Attachment, NamedFile } from './message.ts';
import { toCrlf } from './text-part.ts';
import { transferEncodingFor } from './transfer-encoding.ts';

const OCTETS = 'application/octet-stream';

/** The table of file names and media types that nodemailer has. */
type MediaTypes = {
  detectMimeType(filename: string): string;
  detectExtension(type: string): string;
};

/** An attachment with what its author left out: the type by the name, the name by the type. */
export function namedFile(attachment: Attachment, index: number, types: MediaTypes): NamedFile {
  const filename = attachment.filename || undefined;
  const type = attachment.type ?? (filename === undefined ? OCTETS : types.detectMimeType(filename));
  return {
    ...attachment,
    type,
    filename: filename ?? `attachment-${index + 1}.${extensionOf(type, types)}`,
  };
}

/**
 * An attachment as nodemailer's composer takes it: nothing is left for it to guess. It writes the name twice, as
 * RFC 2231 says in Content-Disposition, and in Content-Type as an encoded word: some readers know no other.
 */
export function attachedFile({ cid, content, filename, type }: NamedFile) {
  const octets = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  const message = /^message\//i.test(type) ? sevenBit(octets) : undefined;
  // RFC 2046 5.1.1, 5.2.1: such a part cannot be in base64. One that is not 7-bit by itself goes as a plain file.
  const contentType = message === undefined && /^(?:message|multipart)\//i.test(type) ? OCTETS : type;
  return {
    filename,
    contentType,
    contentDisposition: cid !== undefined && /^image\//i.test(contentType) ? 'inline' : 'attachment',
    contentTransferEncoding: message === undefined ? 'base64' : '7bit',
    content: message ?? octets,
    ...(cid !== undefined && { cid }),
  } as const;
}

/** The lines of a message that may stand in a mail as they are; undefined where they may not. */
function sevenBit(octets: Buffer): Buffer | undefined {
  const lines = Buffer.from(toCrlf(octets.toString('latin1')), 'latin1');
  return transferEncodingFor(lines) === '7bit' ? lines : undefined;
}

function extensionOf(type: string, types: MediaTypes): string {
  const extension = types.detectExtension(type.replace(/;.*/, ''));
  return /^[a-z0-9]+$/.test(extension) ? extension : 'bin';
}
