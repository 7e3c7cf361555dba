import { isIP } from 'node:net';
import { isLoopback } from '../../functions/tables/loopback.ts';

/**
 * Whether a name led a request to this machine that is none of its own (DNS rebinding, or a proxy that keeps Host). A
 * browser on this machine comes from loopback, which relayhosts trusts by its address: without this any page could send
 * mail and read /conf. `host`: the header; `bound`: what the server listens on.
 */
export function isForeignName(host: string, peer: string, bound: string): boolean {
  const name = host.replace(/:\d+$/, '').replace(/^\[|\]$/g, '');
  // an address is no name that could be made to lead elsewhere
  const own = name === '' || name === bound || isIP(name) !== 0 || isLoopback(name);
  return !own && isLoopback(peer);
}
