import type { Codec } from './codec.ts';
import { encodedWords, LONGEST_WORD } from './encoded-word.ts';
import { LINE, splitWords, type Token } from './fold.ts';

/** A word or a run of blanks longer than this is encoded: no line of it may come near 998 octets. */
const LONGEST_PLAIN = 400;
const PRINTABLE = /^[!-~]*$/;

/**
 * The tokens of an unstructured field (RFC 5322 2.2.1): ASCII as it is, the words from the first to the last that
 * cannot stand so as encoded words (RFC 2047 5(1)).
 */
export function textTokens(name: string, value: string, codec: Codec): Token[] {
  const words = splitWords(value);
  const ascii = words.every(({ text }) => PRINTABLE.test(text));
  // Beside words of ours, "=?" would be read as one of them, and the blank between would vanish (RFC 2047 6.2).
  const hides = ({ text }: Token) =>
    text.length > LONGEST_PLAIN || !PRINTABLE.test(text) || (!ascii && text.includes('=?'));
  const wideGap = words.some(({ gap }) => gap.length > LONGEST_PLAIN);
  const first = wideGap ? 0 : words.findIndex(hides);
  if (first < 0) return words;
  const last = wideGap ? words.length - 1 : words.findLastIndex(hides);
  const run = words.slice(first, last + 1);
  const text = run.map((word, index) => (index === 0 ? word.text : word.gap + word.text)).join('');
  return [
    ...words.slice(0, first),
    ...encodedTokens(text, codec, wordRoom(name), run[0]?.gap ?? ' '),
    ...words.slice(last + 1),
  ];
}

/** What an encoded word may take beside this field name, so that the first line too has at most 76 characters. */
export function wordRoom(name: string): number {
  const room = LINE - name.length - 2;
  return room < LINE / 2 - 2 ? LONGEST_WORD : Math.min(LONGEST_WORD, room);
}

/** A text as encoded words; the blanks between them are not part of what is read (RFC 2047 6.2). */
export function encodedTokens(text: string, codec: Codec, room: number, gap = ' '): Token[] {
  return encodedWords(text, codec, room).map((word, index) => ({ gap: index === 0 ? gap : ' ', text: word }));
}
