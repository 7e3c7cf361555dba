import * as v from 'valibot';
import { type Address, addressOf, domainOf, foldCase } from '../mail/address.ts';
import { check } from './check.ts';
import { tableDomain } from './domain.ts';
import { flag, value } from './value.ts';

/** Which envelope recipients may be sent to. */
export type Recipients = { permits(address: Address): boolean };

/** What one document of recipients says; a table in shards has several. */
export type RecipientSet = {
  readonly openRelay: boolean;
  readonly domains: ReadonlySet<string>;
  readonly addresses: ReadonlySet<string>;
};

const domain = () =>
  value<string>('a domain', (input) => (typeof input === 'string' ? tableDomain(input) : undefined));

const address = () =>
  value<string>('an e-mail address', (input) => {
    const parsed = typeof input === 'string' ? addressOf(input) : undefined;
    return parsed && foldCase(parsed);
  });

export const recipientsSchema = v.pipe(
  v.strictObject({
    'open-relay': v.pipe(v.optional(flag(), 0), v.description('1: mail may go to anybody (dangerous).')),
    domainpart: v.pipe(
      v.nullish(v.array(domain()), []),
      v.description('Domains whose every address may be sent to; not their subdomains.'),
    ),
    recipients: v.pipe(
      v.nullish(v.array(address()), []),
      v.description('Single addresses that may be sent to. Case does not count.'),
    ),
  }),
  v.description(
    "Envelope recipients that may be sent to. Without this table: only addresses at the server's own hostname.",
  ),
);

/** Reads recipients; an absent document permits only the server's own name. Throws a ConfigError. */
export function parseRecipients(document: unknown, hostname: string): RecipientSet {
  if (document === undefined || document === null) {
    return { openRelay: false, domains: new Set([hostname.toLowerCase()]), addresses: new Set() };
  }
  const read = check('recipients', recipientsSchema, document);
  return {
    openRelay: read['open-relay'] === 1,
    domains: new Set(read.domainpart),
    addresses: new Set(read.recipients),
  };
}

/** Whether a set permits an address. */
export function permitsRecipient(set: RecipientSet, to: Address): boolean {
  return set.openRelay || set.domains.has(domainOf(to)) || set.addresses.has(foldCase(to));
}
