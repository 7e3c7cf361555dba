import { held } from '../own-answers.ts';
import type { Answer } from '../relay.ts';
import { tlsFault } from '../tls-fault.ts';
import type { ApiFailure, ApiResponse } from './exchange.ts';
import { withRetryAfter } from './retry-after.ts';

/** The provider took the mail: its id of it, where it tells one. */
export function taken(...message: readonly string[]): Answer {
  return passedOn('250', '2.0.0', 'accepted', message.length > 0 ? message : ['Accepted']);
}

/** The provider's verdict on this mail or this recipient: never tried again, never by another way. */
export function verdict(code: `5${string}`, dsn: `5.${string}`, ...message: readonly string[]): Answer {
  return passedOn(code, dsn, 'rejected', message);
}

/** The provider's own fault, or the route's: nothing was sent, another try or way may help. */
export function fault(dsn: `4.${string}`, ...message: readonly string[]): Answer {
  return passedOn('451', dsn, 'deferred', message);
}

/** Nobody can tell from this answer whether the mail was sent. */
export function unproven(...message: readonly string[]): Answer {
  return passedOn('451', '4.5.0', 'unknown', [...message, 'the mail may have been sent']);
}

/** RFC 4954 6: authentication credentials invalid. The credential is fetched anew. */
export function refusedCredential(...message: readonly string[]): Answer {
  return {
    ...passedOn('535', '5.7.8', 'deferred', message),
    command: 'AUTH',
    credentialRefused: true,
  };
}

/** RFC 3463 X.4.5: mail system congestion; with the seconds that the provider asks for. */
export function throttled(response: ApiResponse, now: number, ...message: readonly string[]): Answer {
  return withRetryAfter(fault('4.4.5', ...message), response.headers, now);
}

/** What a status says by itself, where the provider's documentation says nothing more (RFC 9110 15); `said` are the provider's own words. */
export function byStatus(response: ApiResponse, now: number, ...said: readonly string[]): Answer {
  const { status } = response;
  const message = [`HTTP ${status}`, ...said];
  if (isGateways(status) || status === 409) return unproven(...message);
  if (status === 401 || status === 403) return refusedCredential(...message);
  if (status === 429) return throttled(response, now, ...message);
  if (status >= 500) return withRetryAfter(fault('4.3.0', ...message), response.headers, now);
  // followed, it would carry the credential elsewhere
  if (status >= 300 && status < 400) return fault('4.3.5', ...message, 'a redirect is not followed');
  if (status === 404 || status === 405) return fault('4.3.5', ...message, 'is the endpoint right?');
  if (status === 413) return verdict('552', '5.3.4', ...message);
  if (status === 400 || status === 415 || status === 422) return verdict('554', '5.6.0', ...message);
  // 408: the request never came whole. The others speak of us, of the account or of the connection, not of this mail
  if (status >= 400) return fault(status === 408 ? '4.4.2' : '4.3.5', ...message);
  return unproven(...message);
}

/**
 * Whether a gateway before the provider speaks, which knows as little as we what became of the request (RFC 9110 15.6.3,
 * 15.6.5): 502, 504, and what is not registered at all, as Cloudflare's 520 to 530.
 */
export function isGateways(status: number): boolean {
  return status === 502 || status === 504 || status > 511;
}

/** No whole response: deferred, or unknown once the request's last octet was on its way. */
export function failure({ failed, handedOver, cause, code, withheld }: ApiFailure): Answer {
  if (withheld) return withheld;
  const tls = failed === 'connect' ? tlsFault(code) : undefined;
  if (handedOver) {
    const text = failed === 'late' ? 'No response in time' : 'No complete response';
    return ours('4.4.2', 'POST', `${text}: the mail may have been sent`, 'unknown', cause);
  }
  if (tls !== undefined) return held('CONN', '4.7.5', `TLS failed: ${tls}`, cause);
  if (failed === 'no-time')
    return held('POST', '4.4.7', 'Too little time left for the response: the mail was not sent', cause);
  if (failed === 'connect') return ours('4.4.1', 'CONN', 'Cannot connect to the API', 'deferred', cause);
  const text = failed === 'late' ? 'No response in time' : 'Connection lost';
  return ours(failed === 'late' ? '4.4.1' : '4.4.2', 'POST', text, 'deferred', cause);
}

function ours(
  dsn: string,
  command: string,
  message: string,
  outcome: Answer['outcome'],
  cause: string,
): Answer {
  return { code: '421', dsn, command, message: [message], outcome, cause };
}

function passedOn(code: string, dsn: string, outcome: Answer['outcome'], message: readonly string[]): Answer {
  // cut when the secrets are out of them (call.ts): half of a secret is found by nobody
  const lines = message.slice(0, 20).map((line) => line.replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' '));
  return { code, dsn, command: 'POST', message: lines, outcome, relayed: true };
}
