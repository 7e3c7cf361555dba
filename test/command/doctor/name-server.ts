import { createSocket } from 'node:dgram';
import type { AddressInfo } from 'node:net';
import { nameOctets, questionOf, responseTo, uint16 } from '../../doubles/dns-message.ts';

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

/** Starts it over UDP, by RFC 1035. A name that has nothing of any type is NXDOMAIN. */
export async function startNameServer(): Promise<NameServer> {
  const zone = new Map<string, readonly string[] | Muteness>();
  let all: Muteness | undefined;
  const socket = createSocket('udp4');
  socket.on('message', (query, { port, address }) => {
    const { name, type: number, end } = questionOf(query);
    const [type = String(number)] = Object.entries(TYPES).find(([, each]) => each === number) ?? [];
    const found = all ?? zone.get(`${type} ${name}`) ?? [];
    if (found === 'silence') return;
    const known = [...zone.keys()].some((question) => question.endsWith(` ${name}`));
    const records = found === 'SERVFAIL' ? [] : found;
    const rcode = found === 'SERVFAIL' ? 2 : known ? 0 : 3;
    const answers = records.map((record) => ({ owner: name, type: number, data: dataOf(type, record) }));
    socket.send(responseTo(query, end, rcode, answers), port, address);
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

function dataOf(type: string, record: string): Buffer {
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
