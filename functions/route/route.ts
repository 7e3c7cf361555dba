import { type Address, domainOf } from '../mail/address.ts';
import type { RouteTable } from '../tables/mailertable.ts';
import { LAST_RESORT, type Route } from '../tables/route-entry.ts';

/** What routeFor looks at. */
export type RouteTables = { readonly mailertable: RouteTable; readonly sendermt: RouteTable };

/** A route, and the entry that it stands in. */
export type Way = {
  /** The entry's name in mailertable, `sendermt/NAME` of one in sendermt; null where no table says anything. */
  readonly entry: string | null;
  readonly route: Route;
};

/** A place where a recipient's route may stand. */
export type Candidate = {
  readonly table: keyof RouteTables;
  /** The key to look up there; undefined where there is none. */
  key(recipient: Address, sender: Address | null): string | undefined;
};

/** Where a route is looked for, in the author's order: the recipient's domain, the sender's, `default`. */
export const ROUTE_CANDIDATES: readonly Candidate[] = [
  { table: 'mailertable', key: domainKey },
  { table: 'sendermt', key: (_, sender) => (sender === null ? undefined : domainKey(sender)) },
  { table: 'mailertable', key: () => 'default' },
];

/** The route of one recipient: the first candidate that is there, else 127.0.0.1:25. A disabled entry counts as absent. */
export function routeFor(recipient: Address, sender: Address | null, tables: RouteTables): Way {
  for (const { table, key } of ROUTE_CANDIDATES) {
    const name = key(recipient, sender);
    if (name === undefined) continue;
    const route = enabled(tables[table].get(name));
    if (route) return { entry: table === 'sendermt' ? `sendermt/${name}` : name, route };
  }
  return { entry: null, route: LAST_RESORT };
}

/** The keys that routeFor is going to ask for: what tables.need() must bring into memory first. */
export function routeKeys(recipients: readonly Address[], sender: Address | null) {
  const domains = recipients.map(domainOf);
  return {
    mailertable: [...(domains.length > 1 ? new Set(domains) : domains), 'default'],
    sendermt: sender === null ? [] : [domainOf(sender)],
  };
}

/**
 * The entries that a way's mail may be taken by when the way fails, in order: each once, and not the way itself. Their own
 * `fallback` is not followed: the list is the whole of it, so that no two entries can send a mail round in a circle.
 */
export function fallbackNames({ entry, route }: Way): readonly string[] {
  return [...new Set(route.fallback)].filter((name) => name !== entry);
}

/** An entry of mailertable as a way, once need() has brought it there; undefined where it is absent or disabled. */
export function fallbackWay(name: string, tables: Pick<RouteTables, 'mailertable'>): Way | undefined {
  const route = enabled(tables.mailertable.get(name));
  return route && { entry: name, route };
}

/** The key `default` is no domain: mail to or from x@default has no entry of its own. */
function domainKey(address: Address): string | undefined {
  const domain = domainOf(address);
  return domain === 'default' ? undefined : domain;
}

function enabled(route: Route | undefined): Route | undefined {
  return route?.disabled === 1 ? undefined : route;
}
