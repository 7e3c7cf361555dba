import type { Credential } from '../../tables/authinfo.ts';
import type { Answer, Delivery, Wire } from '../relay.ts';
import { timeLeft } from '../time-left.ts';
import { held, unfit } from './answers.ts';
import { kept } from './kept.ts';
import { isImplicitTls, type Opening, openSession } from './open-session.ts';
import { transact } from './transaction.ts';

/** Relays one mail over SMTP, on a kept connection where one rests; a stale one is replaced once by a fresh one. */
export async function sendOverSmtp(
  delivery: Delivery,
  credential: Credential | undefined,
  wire: Wire,
  handOver: () => void,
): Promise<Answer> {
  const { route, hostname } = delivery;
  const unsendable = unsendableAddress(delivery);
  if (unsendable) return unsendable;
  if (credential?.username === '') {
    return held('AUTH', '4.7.0', `Credential '${credential.name}' has no username`);
  }
  const opening: Opening = { route, hostname, credential };
  const key = keyOf(opening);
  const time = timeLeft(route, wire);
  const log = route.debug === 1 ? (line: string) => wire.log?.(line) : undefined;

  let session = await kept.take(key, wire.now());
  if (session) session.conversation.log = log;
  let transacted = session && (await transact(session, delivery, time, handOver));
  if (!session || !transacted || transacted.stale) {
    const opened = await openSession(opening, time, log);
    if (!('conversation' in opened)) return opened;
    session = opened;
    transacted = await transact(session, delivery, time, handOver);
  }
  if (transacted.reusable) kept.give(key, session, wire.now());
  return transacted.answer;
}

/** A connection belongs to all that was agreed on it; a changed credential is another one (architecture.md, "frozen"). */
function keyOf({ route, hostname, credential }: Opening): string {
  const { host, port, starttls, tls_verify } = route;
  const login = credential ? [credential.name, credential.version] : null;
  return JSON.stringify([host, port, isImplicitTls(route), starttls, tls_verify, hostname, login]);
}

/** nodemailer refuses < and > even where RFC 5321 4.1.2 allows them, in a quoted local part. */
function unsendableAddress({ envelope }: Delivery): Answer | undefined {
  // RFC 3463 X.1.7 bad sender's mailbox address syntax, X.1.3 bad destination mailbox address syntax
  if (/[<>]/.test(envelope.mail ?? ''))
    return unfit('553', '5.1.7', 'MAIL', 'Sender address cannot be relayed');
  if (/[<>]/.test(envelope.rcpt[0]))
    return unfit('553', '5.1.3', 'RCPT', 'Recipient address cannot be relayed');
  return undefined;
}
