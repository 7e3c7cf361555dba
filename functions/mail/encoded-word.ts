import { UTF_8 } from './charset.ts';
import type { Codec } from './codec.ts';

/** Longest encoded word (RFC 2047 2). */
export const LONGEST_WORD = 75;

/** A complete encoded word (RFC 2047 2), as a client may have written it by itself. */
export const ENCODED_WORD = /=\?[!#-'*+\-0-9A-Z^-~]{1,60}\?[BbQq]\?[!->@-~]{1,240}\?=/;
const ONLY_ENCODED_WORD = new RegExp(`^${ENCODED_WORD.source}$`);

/** Whether a blank-separated word is an encoded word and nothing else. */
export function isEncodedWord(word: string): boolean {
  if (!ONLY_ENCODED_WORD.test(word)) return false;
  const [, , encoding = '', text = ''] = word.split('?');
  // what is no base64 would be read as the addresses that stand in it
  return encoding.toUpperCase() === 'Q' || /^[A-Za-z0-9+/]+={0,2}$/.test(text);
}

/**
 * The encoded words (RFC 2047) that say a text, each at most `longest` characters. What the codec cannot hold
 * is said in UTF-8.
 */
export function encodedWords(text: string, codec: Codec, longest: number): string[] {
  const octets = codec.encode(text);
  if (octets === undefined) return encodedWords(text, UTF_8, longest);
  // RFC 1468: ISO-2022-JP headers are written in B; in Q nearly each octet of a kanji would be escaped anyway.
  const inB = codec.charset === 'ISO-2022-JP' || Math.ceil(octets.length / 3) * 4 < quotedWidth(octets);
  const head = `=?${codec.charset}?${inB ? 'B' : 'Q'}?`;
  const room = Math.min(longest, LONGEST_WORD) - head.length - 2;
  const pieces = inB ? codec.cut(text, Math.floor(room / 4) * 3, () => 1) : codec.cut(text, room, widthInQ);
  return pieces.map((piece) => `${head}${inB ? base64(piece) : quoted(piece)}?=`);
}

// RFC 2047 5(3): the only characters that stand for themselves also in a phrase.
const PLAIN = /[A-Za-z0-9!*+\-/]/;
const Q: readonly string[] = Array.from({ length: 256 }, (_, octet) => {
  const character = String.fromCharCode(octet);
  if (character === ' ') return '_';
  return PLAIN.test(character) ? character : `=${octet.toString(16).toUpperCase().padStart(2, '0')}`;
});

function widthInQ(octet: number): number {
  return (Q[octet] as string).length;
}

function quotedWidth(octets: Uint8Array): number {
  let width = 0;
  for (const octet of octets) width += widthInQ(octet);
  return width;
}

function quoted(octets: Uint8Array): string {
  let text = '';
  for (const octet of octets) text += Q[octet];
  return text;
}

function base64(octets: Uint8Array): string {
  return Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength).toString('base64');
}

/** An encoded word that may stand in a phrase (RFC 2047 5(3)): what could end the phrase there is escaped. */
export function phraseSafe(word: string): string {
  const [, charset = '', encoding = '', text = ''] = word.split('?');
  if (encoding.toUpperCase() === 'B') return word;
  const safe = text.replace(/[^A-Za-z0-9!*+\-/=_]/g, (character) => Q[character.charCodeAt(0)] as string);
  return `=?${charset}?${encoding}?${safe}?=`;
}
