import type { NamedFile } from '../../mail/message.ts';
import { isEhloName } from '../../smtp/ehlo.ts';
import { WRITTEN_BY_SERVER } from '../message-fields.ts';
import type { Delivery } from '../relay.ts';

/** The mail as another Haineko takes it: as the client wrote it, with the servers that it has been through. */
export function submissionOf({ hostname, envelope, message }: Delivery): unknown {
  const { text, html, attachments } = message.content;
  return {
    // a machine's name without a dot is no EHLO name there; who we are, it sees by our address
    ehlo: isEhloName(hostname) ? hostname : '[127.0.0.1]',
    mail: envelope.mail,
    rcpt: [envelope.rcpt[0]],
    header: headerOf(message),
    ...(text && { body: jsonText(text) }),
    ...(html && { html: jsonText(html) }),
    ...(attachments.length > 0 && { attachments: attachments.map(fileOf) }),
  };
}

function headerOf({ fields, charset }: Delivery['message']): Record<string, string | readonly string[]> {
  const header: Record<string, string | readonly string[]> = { charset };
  for (const { name, value } of fields) {
    const lower = name.toLowerCase();
    // a list: versions of the original that look at it know no other form
    if (lower === 'x-haineko-loop') header[lower] = value.split(',').map((each) => each.trim());
    // the only name by which the original knows it
    else if (lower === 'reply-to') header['replyto'] = value.toWellFormed();
    // what each Haineko writes by itself it refuses from a client by name
    else if (!WRITTEN_BY_SERVER.includes(lower)) header[lower] = value.toWellFormed();
  }
  return header;
}

/** LF line ends, which every Haineko makes CRLF; no half of a character, since the original reads no \u escapes. */
function jsonText(text: string): string {
  return text.toWellFormed().replace(/\r\n?/g, '\n');
}

function fileOf({ filename, type, content, cid }: NamedFile): Record<string, string> {
  return {
    filename: filename.toWellFormed(),
    type,
    ...(cid !== undefined && { cid }),
    content: Buffer.from(content.buffer, content.byteOffset, content.byteLength).toString('base64'),
  };
}
