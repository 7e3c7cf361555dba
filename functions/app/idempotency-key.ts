import { type Checked, REFUSALS } from '../smtp/catalogue.ts';

const MOST_CHARACTERS = 255;

/**
 * The key of a request, undefined where it has none: a structured field's string ("..."), or, as most clients write it,
 * the same without its quotes. Refuses what is neither, and two of them.
 * https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/ 2.1, RFC 9651 3.3.3
 */
export function readKey(header: string | undefined): Checked<string | undefined> {
  if (header === undefined) return { value: undefined };
  const text = header.trim();
  const quoted = /^"((?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])*)"$/.exec(text)?.[1]?.replace(/\\(.)/g, '$1');
  // a comma stands between two fields of one name
  const key = quoted ?? (/^[\x21\x23-\x2b\x2d-\x7e]+$/.test(text) ? text : '');
  return key !== '' && key.length <= MOST_CHARACTERS ? { value: key } : { refused: REFUSALS.keyInvalid() };
}
