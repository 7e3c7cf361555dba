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
  if (routes.every(({ first }) => first.route.fallback.length === 0))
    return routes.map(({ to, first }) => ({ to, first, others: [], skipped: [] }));
  const names = new Set(routes.flatMap(({ first }) => fallbackNames(first)));
  const found = new Map(
    await Promise.all([...names].map(async (name) => [name, await fallbackEntry(name, tables)] as const)),
  );
  return routes.map(({ to, first }) => {
    const entries = fallbackNames(first).map((name) => ({ name, ...found.get(name) }));
    return {
      to,
      first,
      others: entries.flatMap(({ way }) => way ?? []),
      // that an entry is disabled somebody wished
      skipped: entries.flatMap(({ name, why, disabled }) =>
        why === undefined || disabled ? [] : `fallback '${name}': ${why}`,
      ),
    };
  });
}

/** What a name in `fallback` leads to: a way, or why there is none. */
export type FallbackEntry = { readonly way?: Way; readonly why?: string; readonly disabled?: true };

/** Looks an entry of mailertable up that a `fallback` names. Never rejects: without it the mail still has its route. */
export async function fallbackEntry(name: string, tables: Tables): Promise<FallbackEntry> {
  try {
    // a fallback may be in another shard than the route
    await tables.need({ mailertable: [name] });
  } catch (error) {
    return { why: error instanceof Error ? error.message : String(error) };
  }
  const way = fallbackWay(name, tables);
  if (way) return { way };
  return tables.mailertable.get(name)
    ? { why: 'the entry has disabled: 1', disabled: true }
    : { why: 'no such entry in mailertable' };
}
