import type { IncomingHttpHeaders } from 'node:http';
import { isLoopback } from '../functions/tables/loopback.ts';

/**
 * Whether a request was made by a web page of another site. A browser on this machine comes from loopback, which
 * relayhosts trusts by its address: without this any page could send mail and read /conf. `bound` is the name or
 * address that the server listens on.
 */
export function isForeignPage(headers: IncomingHttpHeaders, bound: string): boolean {
  const { host = '', origin } = headers;
  // https://www.w3.org/TR/fetch-metadata/: every current browser says where a request comes from
  if (headers['sec-fetch-site'] === 'cross-site' || headers['sec-fetch-site'] === 'same-site') return true;
  if (origin !== undefined && origin.replace(/^https?:\/\//, '') !== host) return true;
  // a foreign name that leads here (DNS rebinding): no page of ours has it
  const name = host.replace(/:\d+$/, '').replace(/^\[|\]$/g, '');
  return isLoopback(bound) && name !== '' && name !== bound && !isLoopback(name);
}
