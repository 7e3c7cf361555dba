import { once } from 'node:events';
import RelaxedBody from 'nodemailer/lib/dkim/relaxed-body';

/** Its canonicalization takes twice a piece's octets. */
const PIECE = 64 * 1024;

/** The recipients of a mail, and its tries, share the octets of its body: hashing 4 MB takes some 30 ms, once. */
const hashes = new WeakMap<Uint8Array, Promise<string>>();

/** The value of bh= (RFC 6376 3.5): SHA-256 of the body in its relaxed form (3.4.4), the same whether or not its last line has a CRLF. */
export function bodyHash(body: Uint8Array): Promise<string> {
  const known = hashes.get(body) ?? hash(body);
  hashes.set(body, known);
  return known;
}

async function hash(body: Uint8Array): Promise<string> {
  const relaxed = new RelaxedBody({ hashAlgo: 'sha256' });
  const hashed = once(relaxed, 'hash');
  relaxed.resume();
  for (let start = 0; start < body.length; start += PIECE) relaxed.write(body.subarray(start, start + PIECE));
  relaxed.end();
  const [value] = (await hashed) as [string];
  return value;
}
