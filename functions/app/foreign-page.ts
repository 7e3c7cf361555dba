import type { HttpRequest } from './context.ts';
import { NO_ORIGINS, type Origins } from './origins.ts';

/**
 * A request with what it may be trusted for, by the page that made it. A page of another site speaks from its reader's
 * address, and a browser adds the password that it remembers, whoever's page it is: neither counts. Of an origin that
 * only `*` permits the address does not count, and a password only where the browser has asked first. Pages of our `own`
 * origins, those that `permitted` names, and programs, which send no Origin, are trusted as any client. What is signed (`principal`) stays so: no browser signs by itself.
 */
export function heedPage(
  request: HttpRequest,
  own: readonly string[],
  permitted: Origins = NO_ORIGINS,
): HttpRequest {
  const origin = request.headers['origin']?.toLowerCase();
  const site = request.headers['sec-fetch-site'];
  if (origin !== undefined && permitted.named.has(origin)) return request;
  // https://www.w3.org/TR/fetch-metadata/: every current browser says where a request comes from
  const elsewhere = site === 'cross-site' || site === 'same-site';
  const ours = origin === undefined || own.some((each) => each.toLowerCase() === origin);
  if (ours && !elsewhere) return request;
  const { authorization, ...others } = request.headers;
  const passwordCounts =
    asksFirst(request) && permitted.prefixes.some((prefix) => (origin ?? '').startsWith(prefix));
  return { ...request, headers: passwordCounts ? request.headers : others, foreign: true };
}

/**
 * Whether a browser must have asked by a preflight, which never permits what it remembers (no allow-credentials): else any page could
 * send by a form. What is only read is not sent, and its answer is kept from the page. https://fetch.spec.whatwg.org/#cors-safelisted-request-header
 */
function asksFirst({ method, headers }: HttpRequest): boolean {
  return (
    method === 'GET' ||
    method === 'HEAD' ||
    /^application\/json(?:[ \t]*;|$)/i.test(headers['content-type'] ?? '')
  );
}
