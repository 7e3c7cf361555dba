/** Octets that are encoded at once: a multiple of three, so that base64 has no padding within. */
const PIECE = 57 * 1024;
const FIELD = 'RawMessage.Data=';

/** A command of the SDK, what we need of it. */
type Command = {
  readonly middlewareStack: {
    add(
      middleware: (next: Next) => (args: { readonly request: unknown }) => Promise<never>,
      options: { readonly name: string; readonly step: 'build'; readonly priority: 'high' },
    ): void;
  };
};
type Next = (args: { readonly request: unknown }) => Promise<unknown>;

/**
 * Writes a mail into the form of a SendRawEmail that has an empty one, before it is signed. The SDK itself makes five copies
 * of a mail (whole, base64, escaped, joined, octets): 30 MB more for one of 4 MB.
 * https://docs.aws.amazon.com/sdk-for-javascript/v3/developer-guide/middleware-stack.html
 */
export function writeRawMessage(command: unknown, parts: readonly Uint8Array[]): void {
  (command as Command).middlewareStack.add(
    (next) => async (args) => {
      const request = args.request as { body: string | Uint8Array; headers: Record<string, string> };
      request.body = withMessage(String(request.body), parts);
      request.headers['content-length'] = String(request.body.length);
      return (await next(args)) as never;
    },
    { name: 'rawMessage', step: 'build', priority: 'high' },
  );
}

/** The form with the mail in base64, escaped (application/x-www-form-urlencoded). */
function withMessage(form: string, parts: readonly Uint8Array[]): Uint8Array {
  const found = form.indexOf(FIELD);
  if (found < 0) throw new Error(`the SDK has written no ${FIELD}`);
  const at = found + FIELD.length;
  const size = parts.reduce((sum, { length }) => sum + length, 0);
  // of 7-bit octets only every fourth character of base64 can be + or /, which are escaped; memory that is not written to
  // is not taken
  const out = Buffer.allocUnsafe(form.length + Math.ceil(size / 3) * 6 + 8);
  let end = out.write(form.slice(0, at), 'latin1');
  for (const piece of inThrees(parts)) {
    const escaped = encodeURIComponent(piece.toString('base64'));
    if (escaped.length > out.length - end - (form.length - at)) throw new Error('a mail that is not 7-bit');
    end += out.write(escaped, end, 'latin1');
  }
  end += out.write(form.slice(at), end, 'latin1');
  return out.subarray(0, end);
}

/** The parts, one after another, in pieces whose length is a multiple of three, but for the last. */
function* inThrees(parts: readonly Uint8Array[]): Generator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  for (const part of parts) {
    const octets = Buffer.from(part.buffer, part.byteOffset, part.byteLength);
    const missing = rest.length > 0 ? Math.min(3 - rest.length, octets.length) : 0;
    rest = Buffer.concat([rest, octets.subarray(0, missing)]);
    if (rest.length === 3) {
      yield rest;
      rest = Buffer.alloc(0);
    }
    if (rest.length > 0) continue;
    const whole = octets.length - ((octets.length - missing) % 3);
    for (let from = missing; from < whole; from += PIECE)
      yield octets.subarray(from, Math.min(from + PIECE, whole));
    rest = octets.subarray(whole);
  }
  if (rest.length > 0) yield rest;
}
