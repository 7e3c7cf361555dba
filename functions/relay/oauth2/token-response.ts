import type { ApiResponse } from '../api/exchange.ts';
import { jsonOf, property, textProperty } from '../api/json.ts';

/** An access token, and for how long it holds from the moment it was asked for. */
export type Granted = { readonly token: string; readonly seconds: number };

/**
 * Where `expires_in` is absent (RFC 6749 5.1: "recommended"): far less than the hour that is usual. A token that ends
 * earlier is refused by the mail server, and another is fetched.
 */
const UNSAID = 300;
/** Longest believed: a day. */
const LONGEST = 86_400;

/** Reads a successful answer (RFC 6749 5.1); undefined where it is none, or is no token that we know how to use. */
export function readToken(response: Pick<ApiResponse, 'status' | 'body'>): Granted | undefined {
  if (response.status !== 200) return undefined;
  const json = jsonOf(response);
  const token = textProperty(json, 'access_token');
  // RFC 6749 7.1: a token of a type that we do not understand must not be used; 5.1: its case does not matter
  if (textProperty(json, 'token_type')?.toLowerCase() !== 'bearer') return undefined;
  // RFC 6750 2.1 has no blank and no control character: a ^A would begin another field of XOAUTH2. With 8192 octets
  // of it AUTH stays below the 12288 that servers take (RFC 4954 4)
  if (token === undefined || !/^[\x21-\x7e]{1,8192}$/.test(token)) return undefined;
  return { token, seconds: secondsOf(property(json, 'expires_in')) };
}

/** A number, or, as some servers write it, a number in quotes. */
function secondsOf(given: unknown): number {
  const seconds = typeof given === 'string' && /^\d{1,15}$/.test(given) ? Number(given) : given;
  if (typeof seconds !== 'number' || !Number.isFinite(seconds)) return UNSAID;
  return Math.min(Math.max(seconds, 0), LONGEST);
}
