import type { Subject } from './finding.ts';
import type { Rule } from './rule.ts';
import type { Entry } from './seen.ts';

/** One name in the `fallback` of a route, and the entry of mailertable that it is. */
export type Fallback = Subject & { readonly entry: Entry; readonly to: Entry | undefined };

/** What is looked for in each name of an enabled route's `fallback`. */
export const FALLBACK_RULES: readonly Rule<Fallback>[] = [
  {
    id: 'disabled-fallback',
    level: 'warning',
    when: ({ to }) => to?.route.disabled === 1,
    why: 'is never taken: the entry is disabled',
  },
  {
    id: 'own-fallback',
    level: 'warning',
    when: ({ to, entry }) => to === entry,
    why: 'is never taken: it is the route itself',
  },
];

/** Each name in the `fallback` of routes. */
export function fallbacksOf(entries: readonly Entry[], all: readonly Entry[]): Fallback[] {
  const byDomain = new Map(
    all.filter(({ table }) => table === 'mailertable').map((entry) => [entry.domain, entry]),
  );
  return entries.flatMap((entry) =>
    entry.route.fallback.map((name, at) => ({
      table: entry.table,
      path: `${entry.path}.fallback[${at}]`,
      entry,
      to: byDomain.get(name),
    })),
  );
}
