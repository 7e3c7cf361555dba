import { createSocket } from 'node:dgram';
import { Resolver } from 'node:dns/promises';
import type { AddressInfo } from 'node:net';
import ipaddr from 'ipaddr.js';
import { nameOctets, questionOf, responseTo, uint16 } from './dns-message.ts';

/** What a name server can do but answer with records. */
export type Fault = 'NXDOMAIN' | 'SERVFAIL' | 'REFUSED' | 'garbage' | 'silence';

/** What a name has: records by type (none of a type: NODATA), or a fault instead of any answer, or of one type's. */
export type Name =
  | Fault
  | {
      readonly MX?: readonly (readonly [preference: number, exchanger: string])[] | Fault;
      readonly A?: readonly string[] | Fault;
      readonly AAAA?: readonly string[] | Fault;
      /** Answered with what the other name has (RFC 1034 3.6.2). */
      readonly CNAME?: string;
    };

/** A name server on loopback. What its zone does not name is NXDOMAIN. */
export type DnsDouble = {
  /** node:dns, which asks this server alone. */
  readonly resolver: Resolver;
  /** Each question but repeated ones, "MX example.org", in the order of their coming. */
  readonly asked: readonly string[];
  close(): Promise<void>;
};

const TYPES: Readonly<Record<number, 'A' | 'CNAME' | 'MX' | 'AAAA'>> = {
  1: 'A',
  5: 'CNAME',
  15: 'MX',
  28: 'AAAA',
};
const NUMBERS = { A: 1, CNAME: 5, MX: 15, AAAA: 28 } as const;
// RFC 1035 4.1.1
const RCODES = { NXDOMAIN: 3, SERVFAIL: 2, REFUSED: 5 } as const;

type ResourceRecord = { readonly type: keyof typeof NUMBERS; readonly owner: string; readonly data: Buffer };

/** Starts a name server over UDP that speaks RFC 1035. */
export async function startDns(zone: Readonly<{ [name: string]: Name }>): Promise<DnsDouble> {
  const asked: string[] = [];
  const socket = createSocket('udp4');
  socket.on('message', (query, { port, address }) => {
    const { name, type: number, end } = questionOf(query);
    const type = TYPES[number] ?? String(number);
    const question = `${type} ${name}`;
    if (!asked.includes(question)) asked.push(question);
    const answer = answerTo(zone, name, type);
    if (answer === 'silence') return;
    socket.send(responseOf(query, end, answer), port, address);
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  const resolver = new Resolver({ timeout: 1000, tries: 1 });
  resolver.setServers([`127.0.0.1:${(socket.address() as AddressInfo).port}`]);
  return {
    resolver,
    asked,
    close: () =>
      new Promise((resolve) => {
        resolver.cancel();
        socket.close(resolve);
      }),
  };
}

function answerTo(
  zone: Readonly<{ [name: string]: Name }>,
  name: string,
  type: string,
): Fault | readonly ResourceRecord[] {
  const entry = zone[name] ?? 'NXDOMAIN';
  if (typeof entry === 'string') return entry;
  if (entry.CNAME !== undefined) {
    const rest = answerTo(zone, entry.CNAME, type);
    const alias: ResourceRecord = { type: 'CNAME', owner: name, data: nameOctets(entry.CNAME) };
    return typeof rest === 'string' ? rest : [alias, ...rest];
  }
  if (type !== 'MX' && type !== 'A' && type !== 'AAAA') return [];
  const records = entry[type] ?? [];
  if (typeof records === 'string') return records;
  return records.map((record) => ({
    type,
    owner: name,
    data:
      typeof record === 'string'
        ? Buffer.from(ipaddr.parse(record).toByteArray())
        : Buffer.concat([uint16(record[0]), nameOctets(record[1])]),
  }));
}

/** What goes back; `garbage` is no message. */
function responseOf(
  query: Buffer,
  end: number,
  answer: Exclude<Fault, 'silence'> | readonly ResourceRecord[],
): Buffer {
  if (answer === 'garbage') return Buffer.concat([query.subarray(0, 2), Buffer.from('meow')]);
  const records = typeof answer === 'string' ? [] : answer;
  const rcode = typeof answer === 'string' ? RCODES[answer] : 0;
  return responseTo(
    query,
    end,
    rcode,
    records.map((each) => ({ ...each, type: NUMBERS[each.type] })),
  );
}
