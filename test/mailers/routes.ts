import type { Route } from '../../functions/tables/route-entry.ts';
import type { ApiCase } from './api-case.ts';

/** The route of a mailer to its server on a port of loopback. */
export function routeOf(
  { relay, options = {}, place, credential }: ApiCase,
  port: number,
  keys: Partial<Route> = {},
): Partial<Route> {
  const endpoint = place ? {} : { endpoint: `https://127.0.0.1:${port}` };
  return {
    mailer: relay.name,
    auth: credential && 'neko',
    tls_verify: 0,
    ...place?.(port),
    options: { ...endpoint, ...options },
    ...keys,
  };
}
