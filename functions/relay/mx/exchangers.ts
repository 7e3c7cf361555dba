import { type Address, domainOf } from '../../mail/address.ts';
import type { Answer, MailResolver } from '../relay.ts';
import { lookUp } from './look-up.ts';
import { loopsBack, noAnswerOfDns, noSuchDomain, nullMx } from './verdicts.ts';

/** A host that takes a recipient's mail: a name to look up, or an address that the recipient has himself. */
export type Exchanger = { readonly name: string } | { readonly name: string; readonly address: string };

/** What decides a recipient's exchangers, beside the DNS. */
export type Surroundings = {
  readonly resolver: MailResolver;
  /** Our own name. */
  readonly hostname: string;
  /** Milliseconds that the DNS may take. */
  readonly patience: number;
  readonly random: (() => number) | undefined;
};

/** The hosts that take mail for a recipient, best first (RFC 5321 5.1); or why there are none. */
export async function exchangersOf(
  recipient: Address,
  { resolver, hostname, patience, random }: Surroundings,
): Promise<readonly [Exchanger, ...Exchanger[]] | Answer> {
  const domain = domainOf(recipient);
  // RFC 5321 4.1.3: an address literal has nothing to look up
  const literal = /^\[(?:ipv6:)?(.*)\]$/.exec(domain)?.[1];
  if (literal !== undefined) return [{ name: literal, address: literal }];

  const found = await lookUp(() => resolver.resolveMx(domain), patience);
  if (found.said === 'nothing') return noAnswerOfDns(domain, `MX ${domain}: ${found.cause}`);
  if (found.said === 'no such name') return noSuchDomain(domain);
  // RFC 5321 5.1: without MX records the domain itself is its exchanger
  const records = found.said === 'records' ? found.records : [{ exchange: domain, priority: 0 }];
  const exchangers = records
    .map(({ exchange, priority }) => ({ name: withoutDot(exchange), priority }))
    .filter(({ name }) => name !== '');
  // RFC 7505 3: one record, which names the root; beside others such a record means nothing
  if (exchangers.length === 0) return nullMx(domain);

  // RFC 5321 5.1: from our own place in the list on, the mail would only come back to us
  const own = withoutDot(hostname);
  const ours = Math.min(...exchangers.filter(({ name }) => name === own).map(({ priority }) => priority));
  const [first, ...others] = exchangers
    .filter(({ priority }) => priority < ours)
    // RFC 5321 5.1: by preference, among equals at random
    .map((each) => ({ ...each, lot: random?.() ?? 0 }))
    .sort((one, other) => one.priority - other.priority || one.lot - other.lot)
    .map(({ name }) => ({ name }));
  return first === undefined ? loopsBack(domain, hostname) : [first, ...others];
}

function withoutDot(name: string): string {
  return name.toLowerCase().replace(/\.$/, '');
}
