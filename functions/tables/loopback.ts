import ipaddr from 'ipaddr.js';

/** Whether a host, by its name or address, is this machine itself: 127/8, ::1, ::ffff:127/104, localhost (RFC 6761 6.3). */
export function isLoopback(host: string): boolean {
  const name = host.toLowerCase().replace(/\.$/, '');
  if (name === 'localhost' || name.endsWith('.localhost')) return true;
  return rangeOf(name) === 'loopback';
}

/** Whether connecting to a host leads to this machine: 0.0.0.0 and :: do so too, on Linux. */
export function leadsHere(host: string): boolean {
  return isLoopback(host) || rangeOf(host) === 'unspecified';
}

function rangeOf(address: string): string | undefined {
  try {
    return ipaddr.process(address).range();
  } catch {
    // no address: isValid() would tell it by a parsing of its own
    return undefined;
  }
}
