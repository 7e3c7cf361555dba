import { base64Lines } from './base64.ts';
import { LONGEST_LINE } from './fold.ts';
import { quotedPrintable, quotedSize } from './quoted-printable.ts';

/** The transfer encodings that need no BODY=8BITMIME (RFC 2045 6.1). */
export type TransferEncoding = '7bit' | 'quoted-printable' | 'base64';

// Base64 with its line ends: 78 characters for 57 octets.
const BASE64_GROWTH = 78 / 57;

/** The transfer encoding for a text whose line ends are CRLF (wire.md, "The outgoing mail"). */
export function transferEncodingFor(octets: Uint8Array): TransferEncoding {
  const { high, nul, longest } = survey(octets);
  if (nul || longest > LONGEST_LINE) return 'base64';
  if (high === 0) return '7bit';
  // Most of a Japanese or Russian text is high octets: no need to measure it twice.
  if (high * 2 > octets.length * (BASE64_GROWTH - 1)) return 'base64';
  return quotedSize(octets) <= octets.length * BASE64_GROWTH ? 'quoted-printable' : 'base64';
}

/** The octets in a transfer encoding. */
export function encodeTransfer(octets: Uint8Array, encoding: TransferEncoding): Uint8Array {
  if (encoding === '7bit') return octets;
  return encoding === 'base64' ? base64Lines(octets) : quotedPrintable(octets);
}

/** What decides the encoding: octets over 127, a NUL (RFC 5322 4 forbids it), the longest line. */
function survey(octets: Uint8Array): { high: number; nul: boolean; longest: number } {
  let high = 0;
  let nul = false;
  let longest = 0;
  let lineStart = 0;
  for (let at = 0; at < octets.length; at++) {
    const octet = octets[at] as number;
    if (octet > 0x7f) high += 1;
    else if (octet === 0) nul = true;
    else if (octet === 0x0a) {
      longest = Math.max(longest, at - 1 - lineStart);
      lineStart = at + 1;
    }
  }
  return { high, nul, longest: Math.max(longest, octets.length - lineStart) };
}
