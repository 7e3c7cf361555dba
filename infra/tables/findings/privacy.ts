import { isImplicitTls } from '../../../functions/tables/implicit-tls.ts';
import { isLoopback } from '../../../functions/tables/loopback.ts';
import type { Route } from '../../../functions/tables/route-entry.ts';

/** Who can hear a credential on a route's line. `here`: it does not leave the machine; `opportunistic`: TLS only where it is offered. */
export type Privacy = 'here' | 'tls' | 'opportunistic' | 'clear';

/** How a route's line is kept from others' ears, as its mailer would open it. */
export function privacyOf(route: Route): Privacy {
  const { mailer, host, starttls, options } = route;
  const { endpoint } = options;
  // http:// leads to this machine alone: the key's schema says so
  if (typeof endpoint === 'string') return endpoint.startsWith('http:') ? 'here' : 'tls';
  if (mailer === 'Haineko') {
    if (isLoopback(host)) return 'here';
    return options['tls'] === 1 ? 'tls' : 'clear';
  }
  if (mailer !== 'ESMTP') return 'tls';
  if (isLoopback(host)) return 'here';
  if (isImplicitTls(route) || starttls === 1) return 'tls';
  return starttls === 'opportunistic' ? 'opportunistic' : 'clear';
}
