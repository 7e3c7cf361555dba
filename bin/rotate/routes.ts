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

/** The routes in force that name a credential in `auth` or `dkim`; disabled ones too. None where the tables are wrong. */
export function routesNaming(name: string, documents: Documents): readonly NamingRoute[] {
  let tables: Tables;
  try {
    tables = buildTables(documents, deployedKnown);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return [];
  }
  return (['mailertable', 'sendermt'] as const).flatMap((table) =>
    Object.keys(Object(documents[table] ?? {})).flatMap((entry) => {
      const route = tables[table].get(tableDomain(entry) ?? entry);
      return route && (route.auth === name || route.dkim === name) ? [{ table, entry, route }] : [];
    }),
  );
}
