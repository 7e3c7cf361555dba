import { Buffer } from 'node:buffer';

/** A node of nodemailer's tree, what we need of it; `_raw` has its head with it. */
type Node = {
  readonly childNodes: readonly Node[];
  readonly boundary?: string | false | undefined;
  readonly _raw?: unknown;
  readonly content?: unknown;
  getTransferEncoding(): string | false;
  buildHeaders(): string;
};

/** Octets as they are, or those that are to be written in base64. */
type Piece = Buffer | { readonly base64: Buffer };

/** Octets of a line of base64, and characters (RFC 2045 6.8). */
const LINE = { octets: 57, characters: 76 };

/**
 * A tree of MIME parts as octets (RFC 2046 5.1.1), made at once in the size that they take: nodemailer's own build() goes
 * through streams, and takes 24 MB for a file of 3. Throws where a part is no octets: no file and no address is ever read.
 */
export function writtenTree(root: unknown): Buffer {
  const pieces = [...piecesOf(root as Node)];
  // a file that is the whole mail: its last line has an end too (RFC 5322 2.1)
  const last = pieces.at(-1);
  if (last && 'base64' in last && last.base64.length > 0) pieces.push(Buffer.from('\r\n'));
  const size = pieces.reduce((sum, each) => sum + sizeOf(each), 0);
  const out = Buffer.allocUnsafeSlow(size);
  let at = 0;
  for (const each of pieces) at += 'base64' in each ? writeBase64(each.base64, out, at) : each.copy(out, at);
  if (at !== size) throw new Error(`expected ${size} octets of a tree, got ${at}`);
  return out;
}

function* piecesOf(node: Node): Generator<Piece> {
  if (node._raw) {
    yield octetsOf(node._raw);
    return;
  }
  yield Buffer.from(`${node.buildHeaders()}\r\n\r\n`);
  if (node.content) {
    const octets = octetsOf(node.content);
    yield node.getTransferEncoding() === 'base64' ? { base64: octets } : octets;
  }
  for (const [index, child] of node.childNodes.entries()) {
    yield Buffer.from(`${index > 0 ? '\r\n' : ''}--${node.boundary}\r\n`);
    yield* piecesOf(child);
  }
  if (node.boundary) yield Buffer.from(`\r\n--${node.boundary}--\r\n`);
}

function octetsOf(content: unknown): Buffer {
  if (Buffer.isBuffer(content)) return content;
  throw new TypeError('a part of a mail is no octets');
}

function sizeOf(piece: Piece): number {
  if (!('base64' in piece)) return piece.length;
  const characters = Math.ceil(piece.base64.length / 3) * 4;
  return characters + Math.max(Math.ceil(characters / LINE.characters) - 1, 0) * 2;
}

/** Writes lines of base64 with CRLF between them; how many octets they take. */
function writeBase64(octets: Buffer, out: Buffer, at: number): number {
  let end = at;
  for (let from = 0; from < octets.length; from += LINE.octets) {
    if (from > 0) end += out.write('\r\n', end, 'latin1');
    const to = Math.min(from + LINE.octets, octets.length);
    end += out.write(octets.toString('base64', from, to), end, 'latin1');
  }
  return end - at;
}
