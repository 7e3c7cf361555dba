/** The origins whose pages may call: by name, or any that begins so (`https://`; '' for `*`). */
export type Origins = { readonly named: ReadonlySet<string>; readonly prefixes: readonly string[] };

/** No page of another site may call. */
export const NO_ORIGINS: Origins = { named: new Set(), prefixes: [] };

/** What may stand in a list of origins, in words. */
export const ORIGIN = 'an origin (https://www.example.com), *, https://* or http://*';

/** Whether a text is what ORIGIN says, as API Gateway's CORS takes it. */
export function isOrigin(text: string): boolean {
  if (isWildcard(text)) return true;
  // as a browser writes it: without a port that is the scheme's own, IDN as A-labels
  if (/^https?:[^*,]*$/.test(text)) return URL.canParse(text) && new URL(text).origin === text;
  return /^[a-z][a-z0-9+.-]*:\/\/[^\s/?#@*,]+$/.test(text);
}

/** `*`, and `https://*`: any origin, or any that begins so. */
function isWildcard(text: string): boolean {
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
    named: new Set(origins.filter((each) => !isWildcard(each))),
    prefixes: origins.filter(isWildcard).map((each) => each.slice(0, -1)),
  };
}
