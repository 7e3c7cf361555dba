import * as v from 'valibot';
import type { Route } from '../../tables/route-entry.ts';
import { url } from '../../tables/url.ts';

/** The route key of every mailer that speaks to an API: another place of it, for regions, gateways and tests. */
export const endpointOption = (usual: string) => ({
  endpoint: v.pipe(
    v.optional(url()),
    v.description(
      `The API's base URL, where it is not the provider's own. A gateway there must not answer 503 for a request that it has passed on: that counts as not sent. Default: \`${usual}\`.`,
    ),
  ),
});

/** The base URL of a route's API, without a slash at its end. */
export function endpointOf({ options }: Route, usual: string): string {
  const { endpoint } = options;
  return (typeof endpoint === 'string' ? endpoint : usual).replace(/\/+$/, '');
}

/** Host and port of a URL, as a reply names them. */
export function placeOf(url: string): { readonly host: string; readonly port: number } {
  const { hostname, port, protocol } = new URL(url);
  return {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: Number(port) || (protocol === 'https:' ? 443 : 80),
  };
}
