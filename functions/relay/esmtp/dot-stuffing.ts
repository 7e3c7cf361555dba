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
      const pieces: Buffer[] = [];
      let from = 0;
      for (let at = 0; at < octets.length; at++) {
        const octet = octets[at] as number;
        const missing = missingBetween(before, octet);
        before = octet;
        if (missing === '') continue;
        pieces.push(octets.subarray(from, at), Buffer.from(missing, 'latin1'));
        from = at;
      }
      return pieces.length === 0 ? octets : Buffer.concat([...pieces, octets.subarray(from)]);
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
