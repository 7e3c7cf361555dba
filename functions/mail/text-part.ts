import type { Codec } from './codec.ts';
import type { EncodedBody } from './message.ts';
import { encodeTransfer, transferEncodingFor } from './transfer-encoding.ts';

// "\n" alone, "\r" alone: RFC 5322 2.3 has CR and LF only together.
const BARE = /\r(?!\n)|(?<!\r)\n/;

/** Characters above which a text is written piece by piece. */
const PIECE = 16 * 1024;

/** The text with CRLF for every line end, the last line's too (RFC 5322 2.3). */
export function toCrlf(text: string): string {
  const lines = BARE.test(text) ? text.replace(/\r\n|\r|\n/g, '\r\n') : text;
  return lines.endsWith('\r\n') ? lines : `${lines}\r\n`;
}

/**
 * A text as one MIME part (RFC 2045, RFC 2046 4.1): its Content- fields and its octets; undefined where the
 * codec cannot hold the text.
 */
export function textPart(text: string, subtype: 'plain' | 'html', codec: Codec): EncodedBody | undefined {
  const large = codec.charset === 'UTF-8' && text.length > PIECE;
  const octets = large ? utf8Lines(text) : codec.encode(toCrlf(text));
  if (octets === undefined) return undefined;
  const encoding = transferEncodingFor(octets);
  return {
    octets: encodeTransfer(octets, encoding),
    fields:
      `Content-Type: text/${subtype}; charset=${codec.charset}\r\n` +
      `Content-Transfer-Encoding: ${encoding}\r\n`,
  };
}

/** toCrlf() in UTF-8, piece by piece: of a large text no second one is made. */
function utf8Lines(text: string): Uint8Array {
  // more than it can take, a line end's second octet too; memory that is not written to is not taken
  const out = Buffer.allocUnsafeSlow(text.length * 3 + 2);
  let at = 0;
  for (let from = 0, to = 0; from < text.length; from = to) {
    to = Math.min(from + PIECE, text.length);
    // neither a line's end nor a surrogate pair is cut in two
    while (to < text.length && /[\r\ud800-\udbff]/.test(text.charAt(to - 1))) to++;
    at += out.write(text.slice(from, to).replace(/\r\n|\r|\n/g, '\r\n'), at);
  }
  if (out[at - 2] !== 0x0d || out[at - 1] !== 0x0a) at += out.write('\r\n', at);
  return out.subarray(0, at);
}
