import type { Conversation } from './conversation.ts';
import { dotStuffing } from './dot-stuffing.ts';

const CHUNK = 64 * 1024;

/**
 * Sends a mail's octets after 354, and its final dot (RFC 5321 4.1.1.4) in the same write as the last of them. `release`
 * is asked right before that, and waited for: where it says no, the mail is left without its end. `going` says whether
 * more may be sent.
 */
export function pour(
  write: Conversation['write'],
  parts: readonly Uint8Array[],
  going: () => boolean,
  release: () => boolean | Promise<boolean>,
): void {
  const chunks = cut(parts);
  const dots = dotStuffing();
  const next = (): void => {
    if (!going()) return;
    const chunk = dots.stuff(chunks.shift() ?? Buffer.alloc(0));
    if (chunks.length === 0) {
      const last = Buffer.concat([chunk, Buffer.from(dots.ending(), 'latin1')]);
      const released = release();
      if (released === true) write(last);
      else if (released) void released.then((may) => may && write(last));
      return;
    }
    // the next one when this one has gone: nothing is piled up
    write(chunk, turn);
  };
  // a turn of the event loop before each: a reply that came too early is heard before more is sent
  const turn = (): void => void setImmediate(next);
  // two at first: in the turn that is under way nobody looks at the network any more (as in pool.ts)
  setImmediate(turn);
}

/** A small mail is one chunk, and so one segment; a large one is cut without being copied. */
function cut(parts: readonly Uint8Array[]): Buffer[] {
  const buffers = parts.map((part) => Buffer.from(part.buffer, part.byteOffset, part.byteLength));
  const total = buffers.reduce((sum, each) => sum + each.length, 0);
  if (total <= CHUNK) return [Buffer.concat(buffers)];
  const chunks: Buffer[] = [];
  for (const buffer of buffers) {
    for (let start = 0; start < buffer.length; start += CHUNK)
      chunks.push(buffer.subarray(start, start + CHUNK));
  }
  return chunks;
}
