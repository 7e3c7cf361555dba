import type { Said } from '../../functions/relay/haineko/said.ts';
import type { Answered } from './exchange.ts';
import type { Result } from './judgement.ts';

/** HTTP statuses with which a relay may say of a recipient that nothing was sent to it (wire.md, "HTTP statuses"). */
const HOLDING: ReadonlySet<number> = new Set([207, 409]);
/** The phases in which a relay has looked for the key already. */
const AFTER_THE_KEY: ReadonlySet<string | null> = new Set(['EHLO', 'MAIL', 'RCPT', 'DATA']);

/**
 * To whom a request with a key may be posted again after an answer of a Haineko: to all or nobody, for the relay knows who
 * has the mail. All where it has put recipients off, where another request with the key is in flight, or at a 503.
 */
export function againWithKey(
  { status, headers }: Answered,
  recipients: readonly string[],
  results: readonly Result[],
): readonly string[] {
  const inFlight = status === 409 && headers['retry-after'] !== undefined;
  const putOff = HOLDING.has(status) && results.some(({ outcome }) => outcome === 'deferred');
  return inFlight || putOff || status === 503 ? recipients : [];
}

/** Whether what stands before the relay says that it, or the relay, has failed: with a key one may ask again. */
export function mayAskAgain({ status }: Answered): boolean {
  return status === 429 || status >= 500;
}

/** Whether a reply comes from behind the key: it tells of earlier requests with it too. A refusal before that knows nothing of them. */
export function isToldByKey(said: Said | undefined): boolean {
  return said !== undefined && (said.mailer !== null || AFTER_THE_KEY.has(said.command));
}
