import type { Attachment, Email } from 'postal-mime';
import { attachmentFault } from '../../functions/mail/attachment.ts';
import type { AttachedFile } from './mail.ts';

/** The files of a message as the API takes them, with sentences on what cannot be carried. */
export function messageFiles({ attachments, html = '' }: Email): {
  readonly attachments: readonly AttachedFile[];
  readonly lost: readonly string[];
} {
  const lost: string[] = [];
  const made = attachments.map((attachment, index) => {
    const { file, without } = fileOf(attachment, html);
    if (without.length > 0) lost.push(`of file ${index + 1} its ${without.join(' and ')}`);
    return file;
  });
  return { attachments: made, lost };
}

function fileOf(attachment: Attachment, html: string): { file: AttachedFile; without: readonly string[] } {
  const content = octetsOf(attachment);
  const names = {
    filename: attachment.filename || undefined,
    type: typeOf(attachment, content),
    cid: inlineId(attachment, html),
  };
  const wanted = Object.entries(names).filter((each): each is [string, string] => each[1] !== undefined);
  const nothing = { content, filename: undefined, type: undefined, cid: undefined };
  const isFit = ([name, value]: [string, string]) =>
    attachmentFault({ ...nothing, [name]: value }) === undefined;
  return {
    file: { ...Object.fromEntries(wanted.filter(isFit)), content: content.toString('base64') },
    without: wanted.filter((each) => !isFit(each)).map(([name]) => name),
  };
}

function octetsOf({ content }: Attachment): Buffer {
  if (typeof content === 'string') return Buffer.from(content);
  return content instanceof Uint8Array ? Buffer.from(content) : Buffer.from(new Uint8Array(content));
}

/** The parser keeps no parameters but these: without a charset a reader guesses. */
function typeOf({ mimeType, method }: Attachment, content: Buffer): string | undefined {
  const type = mimeType || undefined;
  if (method !== undefined) return `${type}; method=${method}; charset=utf-8`;
  if (type === undefined || !type.startsWith('text/') || !isUtf8BeyondAscii(content)) return type;
  return `${type}; charset=utf-8`;
}

function isUtf8BeyondAscii(content: Buffer): boolean {
  try {
    return /[^\x00-\x7f]/.test(new TextDecoder('utf-8', { fatal: true }).decode(content));
  } catch {
    return false;
  }
}

/** The Content-Id (RFC 2392) of what the HTML shows; one that nothing refers to would make an image vanish into the text. */
function inlineId({ contentId, related }: Attachment, html: string): string | undefined {
  const id = contentId?.trim().replace(/^<|>$/g, '');
  if (!id) return undefined;
  const shown = html.includes(`cid:${id}`) || html.includes(`cid:${encodeURIComponent(id)}`);
  return related || shown ? id : undefined;
}
