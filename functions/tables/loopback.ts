import ipaddr from 'ipaddr.js';

/**
 * Whether a host, by its name or address, is this machine itself: 127/8, ::1, ::ffff:127/104, localhost (RFC 6761 6.3), and
 * 0.0.0.0 and ::, which lead there.
 */
export function isLoopback(host: string): boolean {
  const name = host.toLowerCase().replace(/\.$/, '');
  if (name === 'localhost' || name.endsWith('.localhost')) return true;
  return ipaddr.isValid(name) && ['loopback', 'unspecified'].includes(ipaddr.process(name).range());
}
