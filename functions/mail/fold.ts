/** A piece of a header line that is not cut, and the blanks before it. */
export type Token = { readonly gap: string; readonly text: string };

/** RFC 2047 2: 76 characters for a line with an encoded word; RFC 5322 2.1.1 has 78 for the others. */
export const LINE = 76;
/** RFC 5322 2.1.1: what no line may be longer than, its CRLF not counted. */
export const LONGEST_LINE = 998;

/** A header field of these tokens, folded before their gaps (RFC 5322 2.2.3), with its CRLF. */
export function fold(name: string, tokens: readonly Token[]): string {
  const lines: string[] = [];
  let line = `${name}:`;
  tokens.forEach(({ gap, text }, index) => {
    const length = line.length + gap.length + text.length;
    // "Name:" alone on a line is lawful, but some readers take the field for empty: only where nothing else helps.
    if (length > (index === 0 && name.length <= LINE / 2 ? LONGEST_LINE : LINE)) {
      lines.push(line);
      line = '';
    }
    line += gap + text;
  });
  lines.push(line);
  return `${lines.join('\r\n')}\r\n`;
}

/** The text without the blanks at its ends (a line of blanks alone is obsolete, RFC 5322 4.2). */
export function trimBlanks(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isBlank(text[start])) start += 1;
  while (end > start && isBlank(text[end - 1])) end -= 1;
  return text.slice(start, end);
}

/** The blank-separated words of a text, each with the blanks before it; the first is set off by one space. */
export function splitWords(text: string): Token[] {
  const tokens: Token[] = [];
  const trimmed = trimBlanks(text);
  for (let at = 0; at < trimmed.length; ) {
    let word = at;
    while (isBlank(trimmed[word])) word += 1;
    let end = word;
    while (end < trimmed.length && !isBlank(trimmed[end])) end += 1;
    tokens.push({ gap: at === 0 ? ' ' : trimmed.slice(at, word), text: trimmed.slice(word, end) });
    at = end;
  }
  return tokens;
}

function isBlank(character: string | undefined): boolean {
  return character === ' ' || character === '\t';
}
