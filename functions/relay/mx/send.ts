import { Resolver } from 'node:dns/promises';
import { domainOf } from '../../mail/address.ts';
import { unsendableAddress } from '../esmtp/unsendable-address.ts';
import { held } from '../own-answers.ts';
import type { Answer, Delivery, HandOver, Wire } from '../relay.ts';
import { type TimeLeft, timeLeft } from '../time-left.ts';
import { addressesOf } from './addresses.ts';
import { attempt } from './attempt.ts';
import { exchangersOf } from './exchangers.ts';
import { mostTelling, type Tried } from './most-telling.ts';
import { type Target, targetsOf } from './targets.ts';
import { noAnswerOfDns, noUsableExchanger } from './verdicts.ts';

/** Milliseconds: a name server that says nothing for so long is out of order. */
const DNS_PATIENCE = 5000;

/**
 * Delivers to the exchangers of the recipient's domain, one after another, until one has taken or refused the mail:
 * what is only deferred (4yz, no connection, lost before the final dot) is for the next one (RFC 5321 5.1). Unknown
 * ends it too: another exchanger would perhaps deliver the mail a second time.
 */
export async function sendToExchangers(delivery: Delivery, wire: Wire, handOver: HandOver): Promise<Answer> {
  const unsendable = unsendableAddress(delivery);
  if (unsendable) return unsendable;
  const { route, hostname, envelope } = delivery;
  const [recipient] = envelope.rcpt;
  const time = timeLeft(route, wire);
  if (!time.enoughForAnswer()) return tooLate();
  const resolver = wire.resolver ?? new Resolver({ timeout: 2000, tries: 2 });
  const patience = () => Math.min(time.spare() / 2, DNS_PATIENCE);

  const surroundings = { resolver, hostname, patience: patience(), random: wire.random };
  const found = await exchangersOf(recipient, surroundings);
  if ('outcome' in found) return found;

  const log = route.debug === 1 ? (line: string) => wire.log?.(line) : undefined;
  const tries: Tried[] = [];
  const trail: string[] = [];
  const look = (exchanger: (typeof found)[number]) => addressesOf(exchanger, resolver, patience());
  for await (const target of targetsOf(found, look, time, wire, (fault) => trail.push(fault))) {
    const { exchanger, address, last } = target;
    log?.(`* ${exchanger} [${address}]:${route.port}`);
    const share = (clearLeft: boolean) => shareOf(time, last ? (clearLeft ? 3 / 4 : 1) : 1 / 2);
    const answer = await attempt({ target, time, share, log }, delivery, handOver);
    if (answer.outcome !== 'accepted') trail.push(inTrail(target, answer));
    if (answer.outcome !== 'deferred') return reported({ exchanger, answer }, route.port, trail);
    tries.push({ exchanger, answer });
  }
  const [first, ...others] = tries;
  if (first) return reported(mostTelling([first, ...others]), route.port, trail);
  if (!time.enoughForAnswer()) return tooLate(trail.join('; '));
  const domain = domainOf(recipient);
  return trail.length > 0 ? noAnswerOfDns(domain, trail.join('; ')) : noUsableExchanger(domain);
}

/**
 * What opening a session may take, of the time in which the mail can still be handed over: half where other addresses
 * are left to be tried, three quarters where only the way in the clear is left, else all. Not a tenth each: servers that
 * greet after 5 or 10 seconds are many, black holes are few. The transaction that follows may take all the time left: a
 * server that has come so far is there.
 */
function shareOf(time: TimeLeft, part: number): TimeLeft {
  return { ...time, ms: () => Math.floor(Math.max(time.spare(), 0) * part) };
}

/** RFC 3463 X.4.7: the time is over. No exchanger was tried. */
function tooLate(cause?: string): Answer {
  return held('CONN', '4.4.7', 'Too little time left: the mail was not sent', cause);
}

/** One try that was not accepted, for the log. */
function inTrail({ exchanger, address }: Target, { command, code, cause }: Answer): string {
  return `${exchanger} [${address}]: ${command} ${code}${cause === undefined ? '' : ` ${cause}`}`;
}

/** The host is the exchanger's, whichever the route's is; the log learns of each try. */
function reported({ exchanger, answer }: Tried, port: number, trail: readonly string[]): Answer {
  return { host: exchanger, port, ...answer, ...(trail.length > 0 && { cause: trail.join('; ') }) };
}
