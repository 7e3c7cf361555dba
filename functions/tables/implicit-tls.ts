import type { Route } from './route-entry.ts';

/** TLS from the first octet of a route's connection: on port 465 (RFC 8314 3.3), or as the route says. */
export function isImplicitTls({ port, options }: Pick<Route, 'port' | 'options'>): boolean {
  const given = options['implicit_tls'];
  return given === undefined ? port === 465 : given === 1;
}
