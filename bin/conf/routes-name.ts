import { isCredentialName } from '../../functions/tables/authinfo.ts';
import type { Documents } from '../../functions/tables/tables.ts';

/** A route that names a credential: where it stands, and whether mails go by it. */
export type NamingRoute = { readonly where: string; readonly disabled: boolean };

/** The credentials that routes name in `auth` and `dkim`, each with the routes that do. */
export function routesByCredential(documents: Documents): ReadonlyMap<string, readonly NamingRoute[]> {
  const found = new Map<string, NamingRoute[]>();
  for (const table of ['mailertable', 'sendermt'] as const) {
    for (const [domain, entry] of Object.entries(Object(documents[table] ?? {}))) {
      const route: Record<string, unknown> = Object(entry);
      const disabled = [1, '1', true].some((each) => each === route['disabled']);
      for (const key of ['auth', 'dkim']) {
        const name = route[key];
        if (typeof name !== 'string' || !isCredentialName(name)) continue;
        found.set(name, [...(found.get(name) ?? []), { where: `${table}: ${domain}.${key}`, disabled }]);
      }
    }
  }
  return found;
}
