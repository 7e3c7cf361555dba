import { type Address, domainOf } from '../mail/address.ts';
import type { RouteTable } from '../tables/mailertable.ts';
import { LAST_RESORT, type Route } from '../tables/route-entry.ts';

/** What routeFor looks at. */
export type RouteTables = { readonly mailertable: RouteTable; readonly sendermt: RouteTable };

/**
 * The route of one recipient, in the author's order: the recipient's domain in mailertable, the sender's in sendermt,
 * `default` of mailertable, 127.0.0.1:25. A disabled entry counts as absent.
 */
export function routeFor(recipient: Address, sender: Address | null, tables: RouteTables): Route {
  return (
    byDomain(recipient, tables.mailertable) ??
    (sender === null ? undefined : byDomain(sender, tables.sendermt)) ??
    enabled(tables.mailertable.get('default')) ??
    LAST_RESORT
  );
}

/** The keys that routeFor is going to ask for: what tables.need() must bring into memory first. */
export function routeKeys(recipients: readonly Address[], sender: Address | null) {
  return {
    mailertable: [...new Set([...recipients.map(domainOf), 'default'])],
    sendermt: sender === null ? [] : [domainOf(sender)],
  };
}

/** The key `default` is no domain: mail to or from x@default has no entry of its own. */
function byDomain(address: Address, table: RouteTable): Route | undefined {
  const domain = domainOf(address);
  return domain === 'default' ? undefined : enabled(table.get(domain));
}

function enabled(route: Route | undefined): Route | undefined {
  return route?.disabled === 1 ? undefined : route;
}
