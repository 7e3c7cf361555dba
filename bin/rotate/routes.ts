import { ConfigError } from '../../functions/tables/config-error.ts';
import { tableDomain } from '../../functions/tables/domain.ts';
import type { Route } from '../../functions/tables/route-entry.ts';
import { buildTables, type Documents, type Tables } from '../../functions/tables/tables.ts';
import { deployedKnown } from '../stage/deployed-known.ts';

/** A route that names a credential: table, entry, and what it says. */
export type NamingRoute = {
  readonly table: 'mailertable' | 'sendermt';
  readonly entry: string;
  readonly route: Route;
};

/** The routes in force that name a credential in `auth` or `dkim`, but for disabled ones; undefined where the tables are wrong. */
export function routesNaming(name: string, documents: Documents): readonly NamingRoute[] | undefined {
  let tables: Tables;
  try {
    tables = buildTables(documents, deployedKnown);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return undefined;
  }
  return (['mailertable', 'sendermt'] as const).flatMap((table) =>
    Object.keys(Object(documents[table] ?? {})).flatMap((entry) => {
      const route = tables[table].get(tableDomain(entry) ?? entry);
      const names = route?.disabled === 0 && (route.auth === name || route.dkim === name);
      return route && names ? [{ table, entry, route }] : [];
    }),
  );
}

/** Of routes that use a credential in one and the same way, the first: a server that is asked 200 times locks the account. */
export function differentWays(routes: readonly NamingRoute[], name: string): readonly NamingRoute[] {
  const seen = new Set<string>();
  return routes.filter(({ route }) => {
    const { mailer, host, port, starttls, tls_verify, auth_plaintext, options } = route;
    const way = [mailer, host, port, starttls, tls_verify, auth_plaintext, options];
    // the DNS has the same record whatever the mailer
    const key = JSON.stringify(route.dkim === name ? ['dkim'] : way);
    return seen.size < seen.add(key).size;
  });
}
