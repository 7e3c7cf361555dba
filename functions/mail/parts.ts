import { attachmentFault } from './attachment.ts';
import { UTF_8 } from './charset.ts';
import type { Attachment, Content, EncodedBody } from './message.ts';
import { textPart, toCrlf } from './text-part.ts';
import { transferEncodingFor } from './transfer-encoding.ts';

/**
 * A content with HTML or attachments as MIME parts (RFC 2046 5.1, RFC 2387): nodemailer lays out the tree, the
 * texts in it are ours. Throws where attachmentFault finds a fault.
 */
export async function composeParts(content: Content): Promise<EncodedBody> {
  for (const attachment of content.attachments) {
    const fault = attachmentFault(attachment);
    if (fault !== undefined) throw new TypeError(fault);
  }
  const { default: MailComposer } = await import('nodemailer/lib/mail-composer');
  const composer = new MailComposer({
    ...(content.text && { text: { raw: rawPart(content.text, 'plain') } }),
    ...(content.html && { html: { raw: rawPart(content.html, 'html') } }),
    attachments: content.attachments.map(composerAttachment),
    // No file and no URL is ever named to it; these hold even if one were.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const mail = await composer.compile().build();
  const end = mail.indexOf('\r\n\r\n');
  return { octets: mail.subarray(end + 4), fields: mimeFields(mail.toString('latin1', 0, end)) };
}

/** A text with its Content- fields: UTF-8 holds every text. */
function rawPart(text: string, subtype: 'plain' | 'html'): Buffer {
  const part = textPart(text, subtype, UTF_8) as EncodedBody;
  return Buffer.concat([Buffer.from(`${part.fields}\r\n`), part.octets]);
}

function composerAttachment(attachment: Attachment) {
  const { filename, type, cid, content } = attachment;
  const octets = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  const inline = cid !== undefined && /^image\//i.test(type ?? 'image/');
  const common = {
    // A lone surrogate makes the composer's percent encoding throw.
    filename: filename === undefined ? undefined : Buffer.from(filename).toString(),
    contentDisposition: inline ? 'inline' : 'attachment',
    ...(cid !== undefined && { cid }),
  };
  // RFC 2046 5.2.1: a message part cannot be encoded. One that is not 7-bit by itself goes as a plain file.
  if (/^message\//i.test(type ?? '')) {
    const lines = Buffer.from(toCrlf(octets.toString('latin1')), 'latin1');
    if (transferEncodingFor(lines) === '7bit') {
      return { ...common, contentType: type, contentTransferEncoding: '7bit', content: lines };
    }
  }
  const plain = /^(?:message|multipart)\//i.test(type ?? '') ? 'application/octet-stream' : type;
  return { ...common, contentType: plain, contentTransferEncoding: 'base64', content: octets };
}

/** Of the composer's header only what describes the body; MIME-Version once, also where it wrote none. */
function mimeFields(header: string): string {
  const fields = header.split(/\r\n(?![ \t])/).filter((field) => /^Content-/i.test(field));
  return ['MIME-Version: 1.0', ...fields, ''].join('\r\n');
}
