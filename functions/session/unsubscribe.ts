import { trimBlanks } from '../mail/fold.ts';
import { parseUriList } from '../mail/uri-list.ts';

/** The one value that List-Unsubscribe-Post has (RFC 8058 3.1). */
const ONE_CLICK = 'List-Unsubscribe=One-Click';

/**
 * What is wrong with List-Unsubscribe or List-Unsubscribe-Post, as a sentence for the client: a mail provider only
 * ignores a wrong one, and the sender learns it from complaints.
 */
export function unsubscribeFault(name: string, header: ReadonlyMap<string, string>): string | undefined {
  const value = trimBlanks(header.get(name) ?? '');
  if (name === 'list-unsubscribe' && parseUriList(value) === undefined) {
    return 'expected URIs in angle brackets, such as "<https://example.jp/u?id=1>, <mailto:u@example.jp>" (RFC 2369 2)';
  }
  if (name !== 'list-unsubscribe-post') return undefined;
  if (value !== ONE_CLICK) return `expected "${ONE_CLICK}" (RFC 8058 3.1)`;
  const uris = parseUriList(header.get('list-unsubscribe') ?? '') ?? [];
  // RFC 8058 3.1: one HTTPS URI; beside it only URIs that are not for the web
  const web = uris.filter((uri) => /^https?:/i.test(uri));
  return web.length === 1 && web.every((uri) => /^https:\/\/[^/?#]/i.test(uri) && URL.canParse(uri))
    ? undefined
    : 'expected header.list-unsubscribe to have one https URI in angle brackets, and no other of http or https (RFC 8058 3.1)';
}
