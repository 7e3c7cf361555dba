import type { Codec } from './codec.ts';
import type { Charset } from './message.ts';

/** The codec of US-ASCII. */
const US_ASCII = octetCodec('US-ASCII', (text) =>
  /[^\x00-\x7f]/.test(text) ? undefined : Buffer.from(text, 'latin1'),
);

/** The codec of ISO-8859-1. C1 controls do not fit: readers take them for the letters of windows-1252. */
export const ISO_8859_1 = octetCodec('ISO-8859-1', (text) =>
  /[^\x00-\x7f\xa0-\xff]/.test(text) ? undefined : Buffer.from(text, 'latin1'),
);

/** The codec of UTF-8, which holds every text: a lone surrogate becomes U+FFFD. */
export const UTF_8 = octetCodec('UTF-8', (text) => Buffer.from(text, 'utf8'));

// Kept: an import() that is done already still costs more than all else about a mail.
let japanese: Promise<Codec> | undefined;

/** The codec of a charset; that of ISO-2022-JP is loaded when it is first asked for. */
export async function codecFor(charset: Charset): Promise<Codec> {
  if (charset === 'ISO-2022-JP') {
    japanese ??= import('./japanese.ts').then(({ loadJapanese }) => loadJapanese());
    return japanese;
  }
  return charset === 'US-ASCII' ? US_ASCII : charset === 'ISO-8859-1' ? ISO_8859_1 : UTF_8;
}

/** A codec without shift states: each octet that does not continue a character may begin a piece. */
function octetCodec(charset: Charset, encode: Codec['encode']): Codec {
  const continues = (octet: number | undefined) =>
    charset === 'UTF-8' && octet !== undefined && (octet & 0xc0) === 0x80;
  return {
    charset,
    encode,
    cut(text, room, width) {
      const octets = encode(text) ?? Buffer.alloc(0);
      const pieces: Uint8Array[] = [];
      let start = 0;
      let used = 0;
      for (let at = 0; at < octets.length; ) {
        let cost = 0;
        let next = at;
        do cost += width(octets[next++] as number);
        while (continues(octets[next]));
        if (used + cost > room && at > start) {
          pieces.push(octets.subarray(start, at));
          start = at;
          used = 0;
        }
        used += cost;
        at = next;
      }
      pieces.push(octets.subarray(start));
      return pieces;
    },
  };
}
