import { Readable } from 'node:stream';

const CHUNK = 64 * 1024;

/**
 * A mail's octets as a stream that asks `release` before its last chunk: nodemailer sends the final dot (RFC 5321
 * 4.1.1.4) when the stream ends, so the stream knows when the dot goes, and holds it back where release says no.
 */
export function mailSource(parts: readonly Uint8Array[], release: () => boolean): Readable {
  const chunks = cut(parts);
  return new Readable({
    // nothing is read ahead: the last chunk is asked for only when the one before it has gone on
    highWaterMark: 0,
    read() {
      // a turn of the event loop between two chunks: a reply that came too early is heard before more is sent
      setImmediate(() => {
        if (this.destroyed) return;
        const chunk = chunks.shift();
        if (chunks.length > 0) this.push(chunk);
        else if (release()) {
          this.push(chunk);
          this.push(null);
        }
      });
    },
  });
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
