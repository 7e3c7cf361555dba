import { held, unfit } from '../own-answers.ts';
import type { Answer } from '../relay.ts';

// What the DNS alone decides. A rejected one is a verdict on the recipient's domain: no other way would be better.

/** RFC 5321 5.1: a non-existent domain is an error. RFC 3463 X.1.2: bad destination system address. */
export function noSuchDomain(domain: string): Answer {
  return unfit('550', '5.1.2', 'RCPT', `Domain ${domain} does not exist`);
}

/** RFC 7505 3 and 6: X.1.10, recipient address has null MX, with 556 (RFC 7504). */
export function nullMx(domain: string): Answer {
  return unfit('556', '5.1.10', 'RCPT', `Domain ${domain} does not accept mail (null MX)`);
}

/** RFC 5321 5.1: no usable exchanger is an error. RFC 3463 X.4.4: unable to route. */
export function noUsableExchanger(domain: string): Answer {
  return unfit('550', '5.4.4', 'RCPT', `Domain ${domain} has no mail exchanger with a usable address`);
}

/** RFC 5321 5.1: the mail would come back to us. RFC 3463 X.4.6: routing loop detected. */
export function loopsBack(domain: string, hostname: string): Answer {
  return unfit('554', '5.4.6', 'RCPT', `The mail exchanger of ${domain} is this server, ${hostname}`);
}

/** RFC 5321 5.1: a temporary error is retried later. RFC 3463 X.4.3: directory server failure. */
export function noAnswerOfDns(domain: string, cause: string): Answer {
  return held('CONN', '4.4.3', `The DNS does not answer for ${domain}`, cause);
}
