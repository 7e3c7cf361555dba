import { ENCODED_WORD } from './encoded-word.ts';

/** A lexical token of an address list (RFC 5322 3.2); `value` is what it says, quotes and escapes taken off. */
export type Lexeme = {
  readonly kind: 'word' | 'quoted' | 'literal' | 'comment' | 'blank' | 'special';
  readonly raw: string;
  readonly value: string;
};

// Sticky, and each a single run of one class: a hostile text costs one pass (docs: no catastrophic regex).
const BLANK = /[ \t]+/y;
const WORD = /[^ \t"(),:;<>@[\]\\]+/y;
const LITERAL = /\[[^[\]\\]{0,200}\]/y;
const ENCODED = new RegExp(ENCODED_WORD.source, 'y');
const SPECIALS = new Set('<>,:;@');

/** The tokens of an address list, or undefined where a quote or comment is not closed or CR, LF or NUL stands. */
export function lexAddresses(text: string): readonly Lexeme[] | undefined {
  if (/[\r\n\0]/.test(text)) return undefined;
  const lexemes: Lexeme[] = [];
  for (let at = 0; at < text.length; ) {
    const lexeme = lexemeAt(text, at);
    if (lexeme === undefined) return undefined;
    lexemes.push(lexeme);
    at += lexeme.raw.length;
  }
  return lexemes;
}

function lexemeAt(text: string, at: number): Lexeme | undefined {
  const character = text[at] as string;
  if (SPECIALS.has(character)) return { kind: 'special', raw: character, value: character };
  if (character === '"') return enclosed('quoted', text, at);
  if (character === '(') return enclosed('comment', text, at);
  const blank = run('blank', BLANK, text, at);
  // A client's own encoded word in Q may hold a comma or another special (RFC 2047 5(3) forbids it, many write it).
  if (blank !== undefined) return blank;
  return run('word', ENCODED, text, at) ?? run('word', WORD, text, at) ?? run('literal', LITERAL, text, at);
}

function run(kind: Lexeme['kind'], pattern: RegExp, text: string, at: number): Lexeme | undefined {
  pattern.lastIndex = at;
  const raw = pattern.exec(text)?.[0];
  return raw === undefined ? undefined : { kind, raw, value: raw };
}

/** A quoted string (RFC 5322 3.2.4) or a comment, which nests (3.2.2); undefined where it is not closed. */
function enclosed(kind: 'quoted' | 'comment', text: string, from: number): Lexeme | undefined {
  const parts: string[] = [];
  let depth = 1;
  let start = from + 1;
  for (let at = start; at < text.length; at++) {
    const character = text[at];
    if (character === '\\') {
      parts.push(text.slice(start, at));
      start = at + 1;
      at += 1;
    } else if (kind === 'comment' && character === '(') {
      depth += 1;
    } else if (character === (kind === 'quoted' ? '"' : ')')) {
      depth -= 1;
      if (depth > 0) continue;
      parts.push(text.slice(start, at));
      return { kind, raw: text.slice(from, at + 1), value: parts.join('') };
    }
  }
  return undefined;
}
