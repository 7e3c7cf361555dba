const LINE = 76;

/** Base64 in lines of 76 characters, each ended by CRLF (RFC 2045 6.8). */
export function base64Lines(octets: Uint8Array): Uint8Array {
  const text = Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength).toString('base64');
  const flat = Buffer.from(text, 'latin1');
  const lines = Math.ceil(flat.length / LINE);
  const out = Buffer.allocUnsafe(flat.length + lines * 2);
  let end = 0;
  for (let at = 0; at < flat.length; at += LINE) {
    end += flat.copy(out, end, at, at + LINE);
    out[end++] = 0x0d;
    out[end++] = 0x0a;
  }
  return out;
}
