import type { Route } from '../../tables/route-entry.ts';
import type { Conversation } from '../esmtp/conversation.ts';
import { type Opening, openSession } from '../esmtp/open-session.ts';
import { quit } from '../esmtp/session.ts';
import { transact } from '../esmtp/transaction.ts';
import type { Answer, Delivery, HandOver } from '../relay.ts';
import type { TimeLeft } from '../time-left.ts';
import type { Target } from './targets.ts';

/** An address, and what its try may use. */
export type Attempt = {
  readonly target: Target;
  /** Until the mail is answered for. */
  readonly time: TimeLeft;
  /** What opening a session may take of it; `clearLeft`: if TLS fails, the same address is tried without. */
  share(clearLeft: boolean): TimeLeft;
  readonly log: Conversation['log'];
};

/** Tries one address: a session, under TLS if it can be had, and one transaction on it. */
export async function attempt(
  { target, time, share, log }: Attempt,
  delivery: Delivery,
  handOver: HandOver,
): Promise<Answer> {
  const { hostname } = delivery;
  const { exchanger, address } = target;
  const route: Route = { ...delivery.route, host: exchanger, starttls: wantedTls(delivery.route) };
  const opening: Opening = { route, address, hostname, credential: undefined };
  const clearLeft = route.starttls === 'opportunistic';
  let session = await openSession(opening, share(clearLeft), log);
  // RFC 7435 4: what TLS cannot protect goes in the clear, as to a server that offers none: whoever could break the
  // handshake could as well take the offer away. Whatever failed at STARTTLS, a refusal (RFC 3207 4) included
  if (!('conversation' in session) && session.command === 'STARTTLS' && clearLeft) {
    log?.(`* ${session.message.join(' ')}: once more in the clear`);
    session = await openSession({ ...opening, route: { ...route, starttls: 0 } }, share(false), log);
  }
  if (!('conversation' in session)) return session;
  const { answer, reusable } = await transact(session, delivery, time, handOver);
  // the last word: exchangers of others are no place to rest on
  if (reusable) void quit(session);
  return answer;
}

/** A certificate that must hold is worth nothing where leaving TLS out is enough to do without it. */
function wantedTls({ starttls, tls_verify }: Route): Route['starttls'] {
  return starttls === 'opportunistic' && tls_verify === 1 ? 1 : starttls;
}
