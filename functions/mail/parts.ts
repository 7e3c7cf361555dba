import { attachedFile, namedFile } from './attached-file.ts';
import { attachmentFault } from './attachment.ts';
import { UTF_8 } from './charset.ts';
import type { Content, EncodedBody, NamedContent } from './message.ts';
import { writtenTree } from './mime-tree.ts';
import { textPart } from './text-part.ts';

/**
 * A content with HTML or attachments as MIME parts (RFC 2046 5.1, RFC 2387): nodemailer lays out the tree, the
 * texts in it are ours. With it the content, its files named. Throws where attachmentFault finds a fault.
 */
export async function composeParts(
  content: Content,
): Promise<{ readonly body: EncodedBody; readonly content: NamedContent }> {
  for (const attachment of content.attachments) {
    const fault = attachmentFault(attachment);
    if (fault !== undefined) throw new TypeError(fault);
  }
  const { default: MailComposer } = await import('nodemailer/lib/mail-composer');
  const mediaTypes = await import('nodemailer/lib/mime-funcs');
  const attachments = content.attachments.map((each, index) => namedFile(each, index, mediaTypes));
  const composer = new MailComposer({
    ...(content.text && { text: { raw: rawPart(content.text, 'plain') } }),
    ...(content.html && { html: { raw: rawPart(content.html, 'html') } }),
    attachments: attachments.map(attachedFile),
    // No file and no URL is ever named to it; these hold even if one were.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const mail = writtenTree(composer.compile());
  const end = mail.indexOf('\r\n\r\n');
  const body = { octets: mail.subarray(end + 4), fields: mimeFields(mail.toString('latin1', 0, end)) };
  return { body, content: { ...content, attachments } };
}

/** A text with its Content- fields: UTF-8 holds every text. */
function rawPart(text: string, subtype: 'plain' | 'html'): Buffer {
  const part = textPart(text, subtype, UTF_8) as EncodedBody;
  return Buffer.concat([Buffer.from(`${part.fields}\r\n`), part.octets]);
}

/** Of the composer's header only what describes the body; MIME-Version once, also where it wrote none. */
function mimeFields(header: string): string {
  const fields = header.split(/\r\n(?![ \t])/).filter((field) => /^Content-/i.test(field));
  return ['MIME-Version: 1.0', ...fields, ''].join('\r\n');
}
