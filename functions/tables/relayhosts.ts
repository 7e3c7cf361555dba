import ipaddr from 'ipaddr.js';
import * as v from 'valibot';
import { check } from './check.ts';
import { flag, value } from './value.ts';

/** Which client addresses may connect. */
export type RelayHosts = { permits(address: string): boolean };

type Network = { readonly bytes: readonly number[]; readonly bits: number };

const network = () =>
  value<Network>('an IPv4 or IPv6 address, or a network in CIDR notation', (input) =>
    typeof input === 'string' ? parseNetwork(input.trim()) : undefined,
  );

export const relayhostsSchema = v.pipe(
  v.strictObject({
    'open-relay': v.pipe(v.optional(flag(), 0), v.description('1: every client may connect (dangerous).')),
    relayhosts: v.pipe(
      v.nullish(v.array(network()), []),
      v.description('Addresses and networks (CIDR, IPv4 and IPv6) that may connect without authentication.'),
    ),
  }),
  v.description(
    'Client addresses that may connect. Without this table, or with an empty list: 127.0.0.1 and ::1.',
  ),
);

const LOOPBACK = ['127.0.0.1', '::1'];

/** Reads relayhosts; an absent document and an empty list give loopback only. Throws a ConfigError. */
export function parseRelayhosts(document: unknown): RelayHosts {
  const read = check('relayhosts', relayhostsSchema, document ?? {});
  if (read['open-relay'] === 1) return { permits: () => true };
  const networks =
    read.relayhosts.length > 0 ? read.relayhosts : LOOPBACK.flatMap((each) => parseNetwork(each) ?? []);
  return matcher(networks);
}

/** One set a prefix length: a lookup costs as many steps as there are lengths, however many networks. */
function matcher(networks: readonly Network[]): RelayHosts {
  const byLength = new Map<string, { bits: number; octets: number; prefixes: Set<string> }>();
  for (const { bytes, bits } of networks) {
    const key = `${bytes.length}/${bits}`;
    const entry = byLength.get(key) ?? { bits, octets: bytes.length, prefixes: new Set() };
    entry.prefixes.add(prefix(bytes, bits));
    byLength.set(key, entry);
  }
  const lengths = [...byLength.values()];
  return {
    permits(address) {
      // process() makes an IPv4-mapped address (RFC 4291 2.5.5.2) the IPv4 address that it is
      const bytes = bytesOf(address.replace(/%.*$/, ''));
      if (bytes === undefined) return false;
      return lengths.some(
        (each) => each.octets === bytes.length && each.prefixes.has(prefix(bytes, each.bits)),
      );
    },
  };
}

/** Four numbers without a leading zero, which is how a platform tells an IPv4 address. */
const FOUR_PARTS = /^(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})$/;

/** The octets of an address; undefined for what is none. Not isValid() first: that is a parsing of its own. */
function bytesOf(address: string): readonly number[] | undefined {
  const parts = FOUR_PARTS.exec(address)?.slice(1).map(Number);
  if (parts) return parts.every((part) => part <= 255) ? parts : undefined;
  try {
    return ipaddr.process(address).toByteArray();
  } catch {
    return undefined;
  }
}

function parseNetwork(text: string): Network | undefined {
  const [address = '', length] = text.split('/');
  if (!ipaddr.IPv4.isValidFourPartDecimal(address) && !ipaddr.IPv6.isValid(address)) return undefined;
  const parsed = ipaddr.parse(address);
  const mapped = parsed instanceof ipaddr.IPv6 && parsed.isIPv4MappedAddress();
  const bytes = ipaddr.process(address).toByteArray();
  if (length === undefined) return { bytes, bits: bytes.length * 8 };
  if (!/^\d{1,3}$/.test(length) || text.split('/').length > 2) return undefined;
  const bits = Number(length) - (mapped ? 96 : 0);
  return bits >= 0 && bits <= bytes.length * 8 ? { bytes, bits } : undefined;
}

function prefix(bytes: readonly number[], bits: number): string {
  const whole = bits >> 3;
  const rest = bits & 7;
  const head = bytes.slice(0, whole).join('.');
  return rest === 0 ? head : `${head}.${(bytes[whole] ?? 0) & (0xff << (8 - rest)) & 0xff}`;
}
