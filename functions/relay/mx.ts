import * as v from 'valibot';
import { starttls } from '../tables/route-keys.ts';
import { flag, whole } from '../tables/value.ts';
import { defineRelay } from './define-relay.ts';
import { loadOnce } from './load-once.ts';

const load = loadOnce(() => import('./mx/send.ts'));

/** Delivers to the mail exchangers of the recipient's domain (RFC 5321 5.1). What does the work is loaded by the first mail. */
export const mx = defineRelay({
  name: 'MX',
  description:
    "Delivers each mail to the mail exchangers of its recipient's domain, as the DNS names them: no smarthost. TLS where they offer it.",
  // whichever host the route has, the recipient's domain decides
  connects: false,
  port: 25,
  signs: true,
  limits: [
    'Lambda cannot reach port 25: AWS blocks it, and lifts the block on request only for functions in a VPC that reach the Internet through a NAT gateway. Without that every mail is deferred.',
    'Exchangers judge by the address that you come from: it needs a reverse DNS entry that leads back to `hostname`, SPF or DKIM, and a reputation. A new address is often refused or deferred at first.',
    'TLS is opportunistic (RFC 7435): a certificate is not verified, and after a failed handshake the mail goes in the clear. With `tls_verify: 1` or `starttls: 1` nothing goes in the clear, unless `starttls` is 0. The names of the exchangers come from a DNS that is not authenticated: no MTA-STS (RFC 8461), no DANE (RFC 7672).',
    'Addresses of an exchanger that are loopback, link-local, multicast or unspecified are not used. Private addresses (RFC 1918, RFC 4193) are: deny them in the security group where nothing is to be reached there.',
    'At most 10 addresses are tried, IPv4 and IPv6 in turn, and none after the deadline. A mail that all of them defer is deferred: a first mail to a server that greylists is, and the client must send it again later.',
    'A connection serves one mail.',
  ],
  example: { route: { mailer: 'MX' } },
  options: {
    port: v.pipe(
      v.optional(whole(1, 65535)),
      v.description('The port of every exchanger. Default: 25. 465 is implicit TLS.'),
    ),
    starttls: v.pipe(
      v.optional(starttls(), 'opportunistic'),
      v.description(
        'opportunistic: when it is offered, and in the clear when it fails; 1: required, nothing is sent without it; 0: never (RFC 3207, RFC 7435).',
      ),
    ),
    tls_verify: v.pipe(
      v.optional(flag(), 0),
      v.description(
        "1: the certificate must hold for the exchanger's name, and opportunistic counts as `starttls: 1`.",
      ),
    ),
  },
  async foresee(delivery) {
    const { unsendableAddress } = await import('./esmtp/unsendable-address.ts');
    return unsendableAddress(delivery);
  },
  async send(delivery, _credential, wire, handOver) {
    const { sendToExchangers } = await load();
    return sendToExchangers(delivery, wire, handOver);
  },
});
