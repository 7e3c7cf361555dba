import ipaddr from 'ipaddr.js';

/** Addresses that mean this machine or its own link, or no single machine at all (RFC 6890). */
const OWN: ReadonlySet<string> = new Set(['unspecified', 'loopback', 'linkLocal', 'multicast', 'broadcast']);

/** Where a virtual machine of AWS finds its metadata and its own time server, as at 169.254.0.0/16. */
const AWS_LINK = 'fd00:ec2:';

/**
 * Whether an exchanger may be at this address. Its owner writes what he likes into the DNS: at 127.0.0.1 he would reach
 * the mail server of our own machine, which trusts us; at 169.254.0.0/16 what a cloud puts there. Private addresses
 * (RFC 1918, RFC 4193) are left: in a VPC, or a company, they are where the exchangers are.
 */
export function isReachable(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  const range = parsed.range();
  // RFC 6052 2.1: a NAT64 leads on to the IPv4 address in it
  if (range === 'rfc6052') return isReachable(parsed.toByteArray().slice(12).join('.'));
  return !OWN.has(range) && !parsed.toNormalizedString().startsWith(AWS_LINK);
}
