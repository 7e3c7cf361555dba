import { createSocket } from 'node:dgram';
import type { AddressInfo } from 'node:net';

/** What a name server may do instead of an answer. */
export type Muteness = 'silence' | 'SERVFAIL';

/** A name server on loopback for records of DNS that MX does not need: TXT, CNAME. */
export type NameServer = {
  /** As --dns takes it. */
  readonly address: string;
  /** Lays the records of a type and a name, `TXT example.jp`; none: takes them away. */
  lay(question: string, ...records: readonly string[]): void;
  fault(question: string, fault: Muteness): void;
  /** All questions meet it. */
  faultAll(fault: Muteness): void;
  stop(): Promise<void>;
};

const TYPES = { A: 1, CNAME: 5, MX: 15, TXT: 16, AAAA: 28 } as const;
type Type = keyof typeof TYPES;

/** Starts it over UDP, by RFC 1035. A name that has nothing of any type is NXDOMAIN. */
export async function startNameServer(): Promise<NameServer> {
  const zone = new Map<string, readonly string[] | Muteness>();
  let all: Muteness | undefined;
  const socket = createSocket('udp4');
  socket.on('message', (query, { port, address }) => {
    const { name, type, end } = questionOf(query);
    const found = all ?? zone.get(`${type} ${name}`) ?? [];
    if (found === 'silence') return;
    const known = [...zone.keys()].some((question) => question.endsWith(` ${name}`));
    const records = found === 'SERVFAIL' ? [] : found;
    const rcode = found === 'SERVFAIL' ? 2 : known ? 0 : 3;
    // QR, RD, RA; the question as it came; the answers
    const header = [query.readUInt16BE(0), 0x8180 | rcode, 1, records.length, 0, 0].map(uint16);
    const answers = records.map((record) => {
      const data = dataOf(type as Type, record);
      return Buffer.concat([
        nameOctets(name),
        ...[TYPES[type as Type], 1, 0, 0, data.length].map(uint16),
        data,
      ]);
    });
    socket.send(Buffer.concat([...header, query.subarray(12, end), ...answers]), port, address);
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  return {
    address: `127.0.0.1:${(socket.address() as AddressInfo).port}`,
    lay: (question, ...records) =>
      void (records.length > 0 ? zone.set(question, records) : zone.delete(question)),
    fault: (question, fault) => void zone.set(question, fault),
    faultAll(fault) {
      all = fault;
    },
    stop: () => new Promise((resolve) => socket.close(() => resolve())),
  };
}

function dataOf(type: Type, record: string): Buffer {
  switch (type) {
    case 'A':
      return Buffer.from(record.split('.').map(Number));
    case 'MX':
      return Buffer.concat([uint16(10), nameOctets(record)]);
    case 'TXT': {
      // RFC 1035 3.3.14: strings of at most 255 octets
      const strings = record.match(/.{1,255}/gs) ?? [''];
      return Buffer.concat(strings.flatMap((text) => [Buffer.of(text.length), Buffer.from(text, 'latin1')]));
    }
    default:
      return nameOctets(record);
  }
}

function questionOf(query: Buffer): { name: string; type: string; end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = query.readUInt8(at); length > 0; length = query.readUInt8(at)) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  const number = query.readUInt16BE(at + 1);
  const [type = String(number)] = Object.entries(TYPES).find(([, each]) => each === number) ?? [];
  return { name: labels.join('.').toLowerCase(), type, end: at + 5 };
}

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
