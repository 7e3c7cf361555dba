import { attachmentFault } from '../mail/attachment.ts';
import type { Attachment } from '../mail/message.ts';
import { type Checked, REFUSALS } from '../smtp/catalogue.ts';

const KEYS: ReadonlySet<string> = new Set(['filename', 'type', 'content', 'cid']);
/** Most attachments of a mail: each is a part that costs time and memory, however small. */
const MOST_ATTACHMENTS = 100;

/** Reads `attachments`: a list of { filename, type, content (strict base64), cid }. Refuses naming the key and what it expects. */
export function readAttachments(given: unknown): Checked<readonly Attachment[]> {
  if (given === undefined) return { value: [] };
  if (!Array.isArray(given)) return wrong('attachments', 'a list');
  if (given.length > MOST_ATTACHMENTS) return wrong('attachments', `at most ${MOST_ATTACHMENTS}`);
  const attachments: Attachment[] = [];
  for (const [index, each] of given.entries()) {
    const path = `attachments[${index}]`;
    if (typeof each !== 'object' || each === null || Array.isArray(each)) return wrong(path, 'a mapping');
    const { filename, type, content, cid } = each as Record<string, unknown>;
    const stray = Object.keys(each).find((key) => !KEYS.has(key));
    if (stray !== undefined) return wrong(path, 'only filename, type, content and cid');
    const names = { filename, type, cid };
    const wrongName = Object.entries(names).find(
      ([, text]) => text !== undefined && text !== null && typeof text !== 'string',
    );
    if (wrongName) return wrong(`${path}.${wrongName[0]}`, 'a text');
    const octets = typeof content === 'string' ? decodeBase64(content) : undefined;
    if (!octets) return wrong(`${path}.content`, 'base64 (RFC 4648 4, padded, without line breaks)');
    const attachment = { filename: textOf(filename), type: textOf(type), content: octets, cid: textOf(cid) };
    const fault = attachmentFault(attachment);
    if (fault) return { refused: REFUSALS.malformed(`${path}: ${fault}`) };
    attachments.push(attachment);
  }
  return { value: attachments };
}

function textOf(given: unknown): string | undefined {
  return typeof given === 'string' ? given : undefined;
}

/** Characters of base64 that are compared at once: not one copy more of a whole file. */
const PIECE = 64 * 1024;

/** Strict base64 (RFC 4648 4): what decodes and encodes to itself. Buffer alone skips what it does not know. */
function decodeBase64(text: string): Uint8Array | undefined {
  if (text.length % 4 !== 0) return undefined;
  const octets = Buffer.from(text, 'base64');
  for (let at = 0; at < text.length; at += PIECE) {
    const piece = octets.subarray((at / 4) * 3, ((at + PIECE) / 4) * 3);
    if (piece.toString('base64') !== text.slice(at, at + PIECE)) return undefined;
  }
  return octets;
}

function wrong(path: string, expected: string): { refused: ReturnType<typeof REFUSALS.malformed> } {
  return { refused: REFUSALS.malformed(`${path}: expected ${expected}`) };
}
