const CR = 0x0d;
const LF = 0x0a;
const EQUALS = 0x3d;
const HEX = Buffer.from('0123456789ABCDEF', 'latin1');
// RFC 2045 6.7(5): 76 characters a line; the last is kept for the "=" of a soft break.
const ROOM = 75;

/** Quoted-printable of a text whose line ends are CRLF (RFC 2045 6.7). */
export function quotedPrintable(octets: Uint8Array): Uint8Array {
  const size = quotedSize(octets);
  // A soft break follows at least 73 characters of its line.
  const out = Buffer.allocUnsafe(size + 3 * Math.ceil(size / 73));
  let end = 0;
  let column = 0;
  for (let at = 0; at < octets.length; at++) {
    const octet = octets[at] as number;
    if (octet === CR && octets[at + 1] === LF) {
      out[end++] = CR;
      out[end++] = LF;
      at += 1;
      column = 0;
      continue;
    }
    const width = isLiteral(octets, at) ? 1 : 3;
    if (column + width > ROOM) {
      out[end++] = EQUALS;
      out[end++] = CR;
      out[end++] = LF;
      column = 0;
    }
    column += width;
    if (width === 1) {
      out[end++] = octet;
    } else {
      out[end++] = EQUALS;
      out[end++] = HEX[octet >> 4] as number;
      out[end++] = HEX[octet & 15] as number;
    }
  }
  return out.subarray(0, end);
}

/** What quoted-printable makes of the octets, soft breaks not counted. */
export function quotedSize(octets: Uint8Array): number {
  let size = octets.length;
  for (let at = 0; at < octets.length; at++) {
    if (octets[at] === CR && octets[at + 1] === LF) at += 1;
    else if (!isLiteral(octets, at)) size += 2;
  }
  return size;
}

/** Whether the octet may stand as it is: printable and not "=", or a blank that does not end its line. */
function isLiteral(octets: Uint8Array, at: number): boolean {
  const octet = octets[at] as number;
  if (octet > 0x20 && octet < 0x7f) return octet !== EQUALS;
  if (octet !== 0x20 && octet !== 0x09) return false;
  const next = octets[at + 1];
  return next !== undefined && !(next === CR && octets[at + 2] === LF);
}
