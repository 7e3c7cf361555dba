import type { Codec } from './codec.ts';
import { isEncodedWord, phraseSafe } from './encoded-word.ts';
import { type Token, trimBlanks } from './fold.ts';
import type { AddressList, Group, Mailbox } from './mailboxes.ts';
import { encodedTokens, wordRoom } from './text-field.ts';

const ATOM = /^[A-Za-z0-9!#$%&'*+\-/=?^_`{|}~]+$/;
const PRINTABLE = /^[ -~]*$/;
// Longer names are encoded: a quoted string is one token, and no line may come near 998 octets.
const LONGEST_QUOTED = 64;

/** The tokens of an address list (RFC 5322 3.4), folding between mailboxes and between the words of a name. */
export function addressTokens(name: string, { list }: AddressList, codec: Codec): Token[] {
  const room = wordRoom(name);
  return joined(list, (entry) =>
    'group' in entry ? groupTokens(entry, codec, room) : mailboxTokens(entry, codec, room),
  );
}

function groupTokens({ group, mailboxes }: Group, codec: Codec, room: number): Token[] {
  const members = joined(mailboxes, (mailbox) => mailboxTokens(mailbox, codec, room));
  return closed([...closed(nameTokens(group, codec, room), ':'), ...members], ';');
}

function mailboxTokens({ name, address }: Mailbox, codec: Codec, room: number): Token[] {
  const words = nameTokens(name, codec, room);
  return words.length === 0 ? [token(address)] : [...words, token(`<${address}>`)];
}

/** A phrase (RFC 5322 3.2.5): atoms, one quoted string, or encoded words, which never stand in quotes (RFC 2047 5(3)). */
function nameTokens(name: string, codec: Codec, room: number): Token[] {
  const text = trimBlanks(name);
  if (text === '') return [];
  if (!PRINTABLE.test(text)) return encodedTokens(text, codec, room);
  const words = text.split(' ').filter((word) => word !== '');
  const encoded = words.some(isEncodedWord);
  // What the client encoded goes through; only the words beside it are ours to quote.
  if (encoded && words.every((word) => word.length <= LONGEST_QUOTED || isEncodedWord(word))) {
    return words.map((word) => token(isEncodedWord(word) ? phraseSafe(word) : quotedWhereNeeded(word)));
  }
  if (encoded || text.length > LONGEST_QUOTED || text.includes('=?')) return encodedTokens(text, codec, room);
  return words.join(' ') === text && words.every((word) => ATOM.test(word))
    ? words.map(token)
    : [token(quotedWhereNeeded(text))];
}

function quotedWhereNeeded(text: string): string {
  return ATOM.test(text) ? text : `"${text.replace(/["\\]/g, '\\$&')}"`;
}

function joined<T>(items: readonly T[], tokensOf: (item: T) => Token[]): Token[] {
  return items.flatMap((item, index) => {
    const tokens = tokensOf(item);
    return index < items.length - 1 ? closed(tokens, ',') : tokens;
  });
}

/** The tokens with a mark set to the end of the last. */
function closed(tokens: readonly Token[], mark: string): Token[] {
  const last = tokens.at(-1) ?? token('');
  return [...tokens.slice(0, -1), { gap: last.gap, text: last.text + mark }];
}

function token(text: string): Token {
  return { gap: ' ', text };
}
