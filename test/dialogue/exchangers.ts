import type { Address } from '../../functions/mail/address.ts';
import { mx } from '../../functions/relay/mx.ts';
import type { Relayed, Wire } from '../../functions/relay/relay.ts';
import type { Route } from '../../functions/tables/route-entry.ts';
import { type DnsDouble, type Name, startDns } from '../doubles/dns.ts';
import { deliveryBy, routeTo, wireOf } from './deliveries.ts';
import { type ScriptedServer, startScriptedServer } from './scripted-server.ts';

/** Exchangers of example.org on loopback, a name server that knows them, and the way to send to them. */
export type Exchangers = {
  /** The first at 127.0.0.2, the second at 127.0.0.3, ..., all on one port. */
  readonly servers: readonly ScriptedServer[];
  readonly port: number;
  readonly dns: DnsDouble;
  send(keys?: Partial<Route>, rcpt?: string, wire?: Partial<Wire>): Promise<Relayed>;
  close(): Promise<void>;
};

/** What a name server says of exchangers mx1 to mx9.example.org, at 127.0.0.2 to 127.0.0.10. */
export const HOSTS: Readonly<Record<string, Name>> = Object.fromEntries(
  Array.from({ length: 9 }, (_, index) => [`mx${index + 1}.example.org`, { A: [`127.0.0.${index + 2}`] }]),
);

/** MX records of example.org: mx1, mx2, ... in this order. */
export function inOrder(count: number): { 'example.org': Name } {
  const exchangers = Array.from({ length: count }, (_, i) => [10 * i, `mx${i + 1}.example.org`] as const);
  return { 'example.org': { MX: exchangers } };
}

/** A port that the hosts at 127.0.0.2, ... have, so that one route leads to all of them. */
export async function startExchangers(
  scripts: readonly string[],
  zone: Readonly<Record<string, Name>> = inOrder(scripts.length),
): Promise<Exchangers> {
  const servers: ScriptedServer[] = [];
  for (const [index, script] of scripts.entries()) {
    servers.push(await startScriptedServer(script, `127.0.0.${index + 2}`, servers[0]?.port));
  }
  const dns = await startDns({ ...HOSTS, ...zone });
  const port = servers[0]?.port ?? 1;
  return {
    servers,
    port,
    dns,
    send: (keys, rcpt, wire) => sendByMx(dns, port, keys, rcpt, wire),
    async close() {
      await Promise.all([...servers, dns].map((each) => each.close()));
    },
  };
}

/** Sends by MX, with what an entry without other keys says: TLS where it is offered, whatever the certificate. */
export function sendByMx(
  dns: DnsDouble,
  port: number,
  keys: Partial<Route> = {},
  rcpt = 'mi-chan@example.org',
  wire: Partial<Wire> = {},
): Promise<Relayed> {
  const route = routeTo(port, { mailer: 'MX', starttls: 'opportunistic', tls_verify: 0, ...keys });
  const delivery = deliveryBy(route);
  const envelope = { ...delivery.envelope, rcpt: [rcpt as Address] as const };
  const given = wireOf({ resolver: dns.resolver, loopbackExchangers: true, ...wire });
  return mx.send({ ...delivery, envelope }, undefined, given);
}
