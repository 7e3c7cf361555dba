import type { Address } from '../mail/address.ts';
import { fallbackNames, fallbackWay, routeFor, routeKeys, type Way } from '../route/route.ts';
import type { Tables } from '../tables/tables.ts';

/** The ways that a recipient's mail may take: the route, then the entries that its `fallback` names. */
export type Ways = {
  readonly to: Address;
  readonly first: Way;
  readonly others: readonly Way[];
  /** For the log: names in `fallback` that lead nowhere, and why. */
  readonly skipped: readonly string[];
};

/** The ways of each recipient's mail. Rejects where the routes cannot be read; a fallback that cannot is left out. */
export async function waysOf(
  recipients: readonly Address[],
  sender: Address | null,
  tables: Tables,
): Promise<Ways[]> {
  await tables.need(routeKeys(recipients, sender));
  const routes = recipients.map((to) => ({ to, first: routeFor(to, sender, tables) }));
  const names = new Set(routes.flatMap(({ first }) => fallbackNames(first)));
  const found = new Map(
    await Promise.all([...names].map(async (name) => [name, await entryOf(name, tables)] as const)),
  );
  return routes.map(({ to, first }) => {
    const entries = fallbackNames(first).map((name) => found.get(name) ?? {});
    return {
      to,
      first,
      others: entries.flatMap(({ way }) => way ?? []),
      skipped: entries.flatMap(({ why }) => why ?? []),
    };
  });
}

/** Neither a way nor a reason: the entry is disabled, as somebody wished. */
async function entryOf(name: string, tables: Tables): Promise<{ way?: Way; why?: string }> {
  try {
    // a fallback may be in another shard than the route. Without it the mail still has its route
    await tables.need({ mailertable: [name] });
  } catch (error) {
    return { why: `fallback '${name}': ${error instanceof Error ? error.message : String(error)}` };
  }
  const way = fallbackWay(name, tables);
  if (way) return { way };
  return tables.mailertable.get(name) ? {} : { why: `fallback '${name}': no such entry in mailertable` };
}
