import type { ConfigIssue } from './config-error.ts';
import type { Known } from './known.ts';
import type { Route } from './route-entry.ts';

/** A fallback by which a signed mail would go out unsigned: its mailer could sign, and its entry names no key. */
export function leavesUnsigned(route: Route, fallback: Route, mailerSigns: boolean): boolean {
  return route.dkim !== undefined && mailerSigns && fallback.dkim === undefined;
}

/**
 * What is wrong with the names in the `fallback` of a table's routes: mailertable does not have them, so that a mail would
 * lose its way in silence; or a signed mail would go out unsigned.
 */
export function fallbackIssues(
  table: 'mailertable' | 'sendermt',
  routes: ReadonlyMap<string, Route>,
  mailertable: ReadonlyMap<string, Route>,
  { mailers }: Known,
): ConfigIssue[] {
  return [...routes].flatMap(([domain, route]) =>
    route.fallback.flatMap((name, at) => {
      const path = `${domain}.fallback[${at}]`;
      const got = JSON.stringify(name);
      const entry = mailertable.get(name);
      if (!entry) return [{ table, path, expected: 'an entry of mailertable', got }];
      if (leavesUnsigned(route, entry, mailers.get(entry.mailer)?.signs ?? false))
        return [{ table, path, expected: 'an entry with dkim, as this one has', got }];
      return [];
    }),
  );
}
