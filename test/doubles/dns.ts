import { createSocket } from 'node:dgram';
import { Resolver } from 'node:dns/promises';
import type { AddressInfo } from 'node:net';
import ipaddr from 'ipaddr.js';

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
    const { name, type, end } = questionOf(query);
    const question = `${type} ${name}`;
    if (!asked.includes(question)) asked.push(question);
    const answer = answerTo(zone, name, type);
    if (answer === 'silence') return;
    socket.send(responseTo(query, end, answer), port, address);
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

/** RFC 1035 4.1.2: the name as labels, then type and class. */
function questionOf(query: Buffer): { name: string; type: string; end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = query.readUInt8(at); length > 0; length = query.readUInt8(at)) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  const number = query.readUInt16BE(at + 1);
  return { name: labels.join('.').toLowerCase(), type: TYPES[number] ?? String(number), end: at + 5 };
}

/** RFC 1035 4.1: header, the question as it came, the answers. */
function responseTo(
  query: Buffer,
  end: number,
  answer: Exclude<Fault, 'silence'> | readonly ResourceRecord[],
): Buffer {
  if (answer === 'garbage') return Buffer.concat([query.subarray(0, 2), Buffer.from('meow')]);
  const records = typeof answer === 'string' ? [] : answer;
  const rcode = typeof answer === 'string' ? RCODES[answer] : 0;
  // QR, RD, RA
  const header = [query.readUInt16BE(0), 0x8180 | rcode, 1, records.length, 0, 0].map(uint16);
  const answers = records.map(({ owner, type, data }) =>
    // class IN, a time to live of 0
    Buffer.concat([nameOctets(owner), ...[NUMBERS[type], 1, 0, 0, data.length].map(uint16), data]),
  );
  return Buffer.concat([...header, query.subarray(12, end), ...answers]);
}

/** RFC 1035 3.1: labels with their lengths, without compression; '.' is the root. */
function nameOctets(name: string): Buffer {
  const labels = name.split('.').filter((label) => label !== '');
  return Buffer.concat([
    ...labels.map((label) => Buffer.from(`${String.fromCharCode(label.length)}${label}`, 'latin1')),
    Buffer.of(0),
  ]);
}

function uint16(number: number): Buffer {
  return Buffer.of(number >> 8, number & 0xff);
}
