import ipaddr from 'ipaddr.js';

// RFC 5321 4.1.2: Domain = sub-domain *("." sub-domain); here with at least one dot, as 0.2.17 had it.
const DOMAIN =
  /^(?=.{1,255}$)(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/;
const FOUR_PARTS = /^\d{1,3}(?:\.\d{1,3}){3}$/;

/**
 * Whether a client may call itself so: a domain name with a dot, an address literal (RFC 5321 4.1.3) like
 * [192.0.2.1] or [IPv6:2001:db8::1], or a bare IPv4 address.
 */
export function isEhloName(text: string): boolean {
  const literal = /^\[(.{1,60})\]$/.exec(text)?.[1];
  if (literal !== undefined) {
    const v6 = /^IPv6:(.+)$/i.exec(literal)?.[1];
    return v6 === undefined ? isIpv4(literal) : !v6.includes('%') && ipaddr.IPv6.isValid(v6);
  }
  return FOUR_PARTS.test(text) ? isIpv4(text) : DOMAIN.test(text);
}

function isIpv4(text: string): boolean {
  return ipaddr.IPv4.isValidFourPartDecimal(text);
}
