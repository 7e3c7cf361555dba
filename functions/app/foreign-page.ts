import type { HttpRequest } from './context.ts';

/** The origins whose pages may call: by name, or any that begins so (`https://`; '' for `*`). */
export type Origins = { readonly named: ReadonlySet<string>; readonly begun: readonly string[] };

/** No page of another site may call. */
export const NO_ORIGINS: Origins = { named: new Set(), begun: [] };

/** What may stand in a list of origins, in words. */
export const ORIGIN = 'an origin (https://www.example.com), *, https://* or http://*';

/** Whether a text is what ORIGIN says, as API Gateway's CORS takes it. */
export function isOrigin(text: string): boolean {
  if (isAny(text)) return true;
  // as a browser writes it: without a port that is the scheme's own, IDN as A-labels
  if (/^https?:[^*,]*$/.test(text)) return URL.canParse(text) && new URL(text).origin === text;
  return /^[a-z][a-z0-9+.-]*:\/\/[^\s/?#@*,]+$/.test(text);
}

/** Any origin, or any that begins so. */
function isAny(text: string): boolean {
  return /^(?:https?:\/\/)?\*$/.test(text);
}

/**
 * Reads HAINEKO_ORIGINS: origins, commas between them; none where it is absent. Throws an Error that names what is no origin.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html
 */
export function readOrigins(text: string | undefined): Origins {
  const given = (text ?? '').split(',').map((each) => each.trim().toLowerCase());
  const origins = given.filter((each) => each !== '');
  const wrong = origins.find((each) => !isOrigin(each));
  if (wrong !== undefined) throw new Error(`HAINEKO_ORIGINS: expected ${ORIGIN}, got ${wrong}`);
  return {
    named: new Set(origins.filter((each) => !isAny(each))),
    begun: origins.filter(isAny).map((each) => each.slice(0, -1)),
  };
}

/**
 * A request with what it may be trusted for, by the page that made it. A page of another site speaks from its reader's
 * address, and a browser adds the password that it remembers, whoever's page it is: neither counts. Of an origin that
 * only `*` permits the address does not count, and a password only where the browser has asked first. Pages of our `own` origins, those that `permitted` names, and programs,
 * which send no Origin, are trusted as any client. What is signed (`principal`) stays so: no browser signs by itself.
 */
export function heedPage(
  request: HttpRequest,
  own: readonly string[],
  permitted: Origins = NO_ORIGINS,
): HttpRequest {
  const { authorization, ...others } = request.headers;
  const origin = request.headers['origin']?.toLowerCase();
  const site = request.headers['sec-fetch-site'];
  if (origin !== undefined && permitted.named.has(origin)) return request;
  // https://www.w3.org/TR/fetch-metadata/: every current browser says where a request comes from
  const elsewhere = site === 'cross-site' || site === 'same-site';
  const ours = origin === undefined || own.some((each) => each.toLowerCase() === origin);
  if (ours && !elsewhere) return request;
  const passwordCounts =
    asksFirst(request) && permitted.begun.some((begin) => (origin ?? '').startsWith(begin));
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
