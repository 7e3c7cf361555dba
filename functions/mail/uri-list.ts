// Sticky, and each character read once.
const BETWEEN = /(?:[ \t]|\((?:[ -'*-[\]-~]|\\[ -~])*\))*/y;
// RFC 3986 3: a scheme, then what stands for itself. What ends the brackets, and a blank, is to be percent-encoded.
const URI = /<([A-Za-z][A-Za-z0-9+.-]*:[!-;=?-~]+)>/y;

/**
 * The URIs of a list header field (RFC 2369 2): each in angle brackets, commas between them, comments around them.
 * Undefined for anything else: who reads such a field ignores it.
 */
export function parseUriList(text: string): readonly string[] | undefined {
  const uris: string[] = [];
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    at += match?.[0].length ?? 0;
    return match;
  };
  for (;;) {
    take(BETWEEN);
    const uri = take(URI)?.[1];
    if (uri === undefined) return undefined;
    uris.push(uri);
    take(BETWEEN);
    if (at === text.length) return uris;
    if (text[at] !== ',') return undefined;
    at += 1;
  }
}
