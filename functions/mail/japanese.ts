import type { Codec } from './codec.ts';

type Encoding = typeof import('encoding-japanese');

// One JIS character has two Unicode characters; Microsoft's tables and ours take the second of each pair.
const TWINS: Readonly<Record<string, string>> = {
  '\u2014': '\u2015',
  '\u2016': '\u2225',
  '\u2212': '\uff0d',
  '\u301c': '\uff5e',
  '\u00a2': '\uffe0',
  '\u00a3': '\uffe1',
  '\u00ac': '\uffe2',
};
const TWIN = new RegExp(`[${Object.keys(TWINS).join('')}]`, 'g');
// Kept: a decoder takes longer to make than a mail to read.
const DECODER = new TextDecoder('iso-2022-jp', { fatal: true });
const ESCAPE = 0x1b;
const OPEN = 3; // octets of ESC $ B, and of ESC ( B

/** The codec of ISO-2022-JP (RFC 1468). The package that knows the table is big, so it is loaded here. */
export async function loadJapanese(): Promise<Codec> {
  const encoding = (await import('encoding-japanese')).default as Encoding;
  return {
    charset: 'ISO-2022-JP',
    encode: (text) => encodeJapanese(toJis(text, encoding), encoding),
    cut: (text, room) => cutJapanese(toJis(text, encoding), room, encoding),
  };
}

/** The text in the characters that JIS X 0208 has: no half-width kana (RFC 1468 has none), one of each twins. */
function toJis(text: string, encoding: Encoding): string {
  return encoding.toZenkanaCase(text).replace(TWIN, (character) => TWINS[character] ?? character);
}

function encodeJapanese(text: string, encoding: Encoding): Uint8Array | undefined {
  try {
    const jis = encoding.convert(text, { to: 'JIS', from: 'UNICODE', type: 'string', fallback: 'error' });
    const octets = Buffer.from(jis, 'latin1');
    // The package also writes JIS X 0212, NEC's rows, and what switches sets (ESC, SO, SI): only what another decoder
    // reads back the same is sent.
    const fits = isJisX0208(octets) && DECODER.decode(octets) === text;
    return fits ? octets : undefined;
  } catch {
    return undefined;
  }
}

/** Whether only ASCII and JIS X 0208 stand in the octets: rows 1-8 and 16-84, entered by ESC $ B, left by ESC ( B. */
function isJisX0208(octets: Uint8Array): boolean {
  let double = false;
  for (let at = 0; at < octets.length; at++) {
    const octet = octets[at] as number;
    if (octet === ESCAPE) {
      double = octets[at + 1] === 0x24 && octets[at + 2] === 0x42;
      if (!double && !(octets[at + 1] === 0x28 && octets[at + 2] === 0x42)) return false;
      at += OPEN - 1;
    } else if (double) {
      if (octet < 0x21 || octet > 0x74 || (octet > 0x28 && octet < 0x30)) return false;
      at += 1;
    }
  }
  return !double;
}

/** Pieces that each begin and end in ASCII, as an encoded word must (RFC 2047 5, RFC 1468). */
function cutJapanese(text: string, room: number, encoding: Encoding): Uint8Array[] {
  const pieces: string[] = [];
  let piece = '';
  let used = 0;
  let double = false;
  for (const character of text) {
    const wide = character > '\x7f';
    const cost = (wide ? 2 : 1) + (wide === double ? 0 : OPEN);
    if (piece !== '' && used + cost + (wide ? OPEN : 0) > room) {
      pieces.push(piece);
      piece = '';
      used = wide ? OPEN + 2 : 1;
    } else {
      used += cost;
    }
    piece += character;
    double = wide;
  }
  pieces.push(piece);
  return pieces.map((part) => encodeJapanese(part, encoding) ?? Buffer.alloc(0));
}
