import { tlsFault } from '../../functions/relay/tls-fault.ts';
import type { NotAnswered } from './exchange.ts';
import { alike, type Judgement } from './judgement.ts';

/**
 * What it means that no whole response came: nothing was sent, unless the request's last octet was on its way. With a key
 * it may be posted again all the same.
 */
export function judgeFailure(
  failure: NotAnswered,
  recipients: readonly string[],
  url: URL,
  keyed: boolean,
): Judgement {
  const outcome = failure.written ? 'unknown' : 'deferred';
  return {
    results: alike(recipients, outcome, [whatFailed(failure, url)]),
    again: failure.written && !keyed ? [] : recipients,
    told: [],
    retryAfter: undefined,
    queueid: undefined,
    notes: [],
  };
}

/** Why there is no answer, in words. */
export function whatFailed({ failed, written, code }: NotAnswered, { origin }: URL): string {
  const because = code === undefined ? '' : ` (${code})`;
  if (written) {
    if (failed === 'late') return 'no answer in time; the relay may be at work still';
    if (failed === 'garbage') return `what came is no HTTP answer${because}`;
    return `the connection was lost after the request${because}`;
  }
  if (failed === 'connect') {
    const tls = tlsFault(code);
    if (tls !== undefined) return `no TLS with ${origin}: ${tls}${because}`;
    return `no connection to ${origin}${because}`;
  }
  if (failed === 'late') return `${origin} did not take the request in time`;
  if (failed === 'garbage') return `${origin} does not speak HTTP${because}`;
  return `the connection was lost within the request${because}`;
}
