import type { IncomingHttpHeaders } from 'node:http';
import type { Answer } from '../relay.ts';

/** Longest wait that is believed, in seconds: a day. */
const LONGEST = 86_400;

/**
 * An answer with the seconds after which its server may be asked again, rounded up: by Retry-After (RFC 9110 10.2.3, seconds
 * or a date), else by X-RateLimit-Reset where it gives seconds since the epoch, as providers do.
 */
export function withRetryAfter(answer: Answer, headers: IncomingHttpHeaders, now: number): Answer {
  const seconds = bySeconds(headers, now);
  if (seconds === undefined) return answer;
  return { ...answer, retryAfter: Math.min(Math.max(Math.ceil(seconds), 1), LONGEST) };
}

function bySeconds(headers: IncomingHttpHeaders, now: number): number | undefined {
  const text = headers['retry-after']?.trim() ?? '';
  if (/^\d{1,10}$/.test(text)) return Number(text);
  // Date.parse reads "-5" and "1.5" as dates too
  const date = /^[A-Z][a-z]{2}/.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(date)) return (date - now) / 1000;
  const reset = headers['x-ratelimit-reset'];
  return typeof reset === 'string' && /^\d{9,11}$/.test(reset) ? Number(reset) - now / 1000 : undefined;
}
