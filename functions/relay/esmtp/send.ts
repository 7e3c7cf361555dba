import type { Credential } from '../../tables/authinfo.ts';
import { isImplicitTls } from '../../tables/implicit-tls.ts';
import type { Answer, Delivery, HandOver, Wire } from '../relay.ts';
import { timeLeft } from '../time-left.ts';
import { kept } from './kept.ts';
import { nameless } from './login.ts';
import type { Opening } from './open-session.ts';
import { openWithToken } from './open-with-token.ts';
import { transact } from './transaction.ts';
import { unsendableAddress } from './unsendable-address.ts';

/** Relays one mail over SMTP, on a kept connection where one rests; a stale one is replaced once by a fresh one. */
export async function sendOverSmtp(
  delivery: Delivery,
  credential: Credential | undefined,
  wire: Wire,
  handOver: HandOver,
): Promise<Answer> {
  const { route, hostname } = delivery;
  const unsendable = unsendableAddress(delivery) ?? nameless(credential);
  if (unsendable) return unsendable;
  const opening: Opening = { route, hostname, credential };
  const key = keyOf(opening);
  const time = timeLeft(route, wire);
  const log = route.debug === 1 ? (line: string) => wire.log?.(line) : undefined;

  let session = await kept.take(key, wire.now(), credential?.version);
  if (session) session.conversation.log = log;
  let transacted = session && (await transact(session, delivery, time, handOver));
  if (!session || !transacted || transacted.stale) {
    const opened = await openWithToken(opening, time, wire.now, log);
    if (!('conversation' in opened)) return opened;
    session = opened;
    transacted = await transact(session, delivery, time, handOver);
  }
  if (transacted.reusable) kept.give(key, session, wire.now(), credential?.version);
  return transacted.answer;
}

/** A connection belongs to all that was agreed on it, and to one version of the credential. */
function keyOf({ route, hostname, credential }: Opening): string {
  const { host, port, starttls, tls_verify } = route;
  const login = credential?.name ?? null;
  return JSON.stringify([host, port, isImplicitTls(route), starttls, tls_verify, hostname, login]);
}
