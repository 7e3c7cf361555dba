import type { IncomingHttpHeaders } from 'node:http';

/** Longest wait that is believed, in seconds: a day. */
const LONGEST = 86_400;

/** Seconds to wait by Retry-After (RFC 9110 10.2.3: seconds or a date), rounded up; undefined where there is none. */
export function retryAfterOf(headers: IncomingHttpHeaders, now: number): number | undefined {
  const text = headers['retry-after']?.trim();
  if (text === undefined || text === '') return undefined;
  // Date.parse reads "-5" and "1.5" as dates too
  const date = /^[A-Z][a-z]{2}/.test(text) ? Date.parse(text) : Number.NaN;
  const seconds = /^\d{1,10}$/.test(text) ? Number(text) : Math.ceil((date - now) / 1000);
  return Number.isNaN(seconds) ? undefined : Math.min(Math.max(seconds, 1), LONGEST);
}

/** Seconds until a moment that a header gives in seconds since the epoch, as X-RateLimit-Reset of some providers does. */
export function secondsUntil(header: string | string[] | undefined, now: number): number | undefined {
  if (typeof header !== 'string' || !/^\d{9,11}$/.test(header)) return undefined;
  return Math.min(Math.max(Math.ceil(Number(header) - now / 1000), 1), LONGEST);
}
