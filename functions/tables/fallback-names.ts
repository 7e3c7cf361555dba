import type { ConfigIssue } from './config-error.ts';
import type { Route } from './route-entry.ts';

/** The names in the `fallback` of a table's routes that mailertable does not have: a mail would lose its way in silence. */
export function unknownFallbacks(
  table: 'mailertable' | 'sendermt',
  routes: ReadonlyMap<string, Route>,
  mailertable: ReadonlyMap<string, Route>,
): ConfigIssue[] {
  return [...routes].flatMap(([domain, { fallback }]) =>
    fallback.flatMap((name, at) => {
      if (mailertable.has(name)) return [];
      const path = `${domain}.fallback[${at}]`;
      return [{ table, path, expected: 'an entry of mailertable', got: JSON.stringify(name) }];
    }),
  );
}
