import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';
import { isLoopback } from '../functions/tables/loopback.ts';

/**
 * Whether a request was made by a web page of another site. A browser on this machine comes from loopback, which
 * relayhosts trusts by its address: without this any page could send mail and read /conf. `page`: the browser says so;
 * `name`: a name led to this machine that is none of its own (DNS rebinding, or a proxy that keeps Host).
 */
export function foreignTo(
  headers: IncomingHttpHeaders,
  peer: string,
  bound: string,
): 'page' | 'name' | undefined {
  const { host = '', origin } = headers;
  const site = headers['sec-fetch-site'];
  // https://www.w3.org/TR/fetch-metadata/: every current browser says where a request comes from
  if (site === 'cross-site' || site === 'same-site') return 'page';
  if (origin !== undefined && origin.replace(/^https?:\/\//, '') !== host) return 'page';
  const name = host.replace(/:\d+$/, '').replace(/^\[|\]$/g, '');
  // an address is no name that could be made to lead elsewhere
  const own = name === '' || name === bound || isIP(name) !== 0 || isLoopback(name);
  return isLoopback(peer) && !own ? 'name' : undefined;
}
