import type { Codec } from './codec.ts';
import type { EncodedBody } from './message.ts';
import { encodeTransfer, transferEncodingFor } from './transfer-encoding.ts';

// "\n" alone, "\r" alone: RFC 5322 2.3 has CR and LF only together.
const BARE = /\r(?!\n)|(?<!\r)\n/;

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
  const octets = codec.encode(toCrlf(text));
  if (octets === undefined) return undefined;
  const encoding = transferEncodingFor(octets);
  return {
    octets: encodeTransfer(octets, encoding),
    fields:
      `Content-Type: text/${subtype}; charset=${codec.charset}\r\n` +
      `Content-Transfer-Encoding: ${encoding}\r\n`,
  };
}
