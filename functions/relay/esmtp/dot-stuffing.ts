const CR = 0x0d;
const LF = 0x0a;
const DOT = 0x2e;

/** Writes a mail's octets as DATA wants them, piece by piece. */
export type DotStuffing = {
  /** A dot at the head of a line doubled (RFC 5321 4.5.2), CR and LF only together (2.3.8): nothing in it ends the mail. */
  stuff(octets: Buffer): Buffer;
  /** What ends the mail after the octets that came (RFC 5321 4.1.1.4). */
  ending(): string;
};

/** Begins a mail. */
export function dotStuffing(): DotStuffing {
  // as after a line: the first octet may be a dot
  let before = LF;
  return {
    stuff(octets) {
      let out: Buffer | undefined;
      let end = 0;
      let from = 0;
      for (let at = 0; at < octets.length; at++) {
        const octet = octets[at] as number;
        const missing = missingBetween(before, octet);
        before = octet;
        if (missing === '') continue;
        // two octets before each, at most
        out ??= Buffer.allocUnsafe(octets.length * 3);
        end += octets.copy(out, end, from, at);
        end += out.write(missing, end, 'latin1');
        from = at;
      }
      if (out === undefined) return octets;
      end += octets.copy(out, end, from);
      return out.subarray(0, end);
    },
    ending: () => (before === LF ? '.\r\n' : before === CR ? '\n.\r\n' : '\r\n.\r\n'),
  };
}

/** A lone CR or LF is taken for a line's end by some servers: the dot after it could end the mail for them. */
function missingBetween(before: number, octet: number): string {
  if (before === CR && octet !== LF) return octet === DOT ? '\n.' : '\n';
  if (octet === LF) return before === CR ? '' : '\r';
  return octet === DOT && before === LF ? '.' : '';
}
