/** A question as it came: its name in lower case, its type's number, and where it ends in the query. */
export type Question = { readonly name: string; readonly type: number; readonly end: number };

/** A record of an answer: whose it is, its type's number, its data. */
export type Answered = { readonly owner: string; readonly type: number; readonly data: Buffer };

/** RFC 1035 4.1.2: the name as labels, then type and class. */
export function questionOf(query: Buffer): Question {
  const labels: string[] = [];
  let at = 12;
  for (let length = query.readUInt8(at); length > 0; length = query.readUInt8(at)) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join('.').toLowerCase(), type: query.readUInt16BE(at + 1), end: at + 5 };
}

/** RFC 1035 4.1: header, the question as it came, the answers. */
export function responseTo(query: Buffer, end: number, rcode: number, records: readonly Answered[]): Buffer {
  // QR, RD, RA
  const header = [query.readUInt16BE(0), 0x8180 | rcode, 1, records.length, 0, 0].map(uint16);
  const answers = records.map(({ owner, type, data }) =>
    // class IN, a time to live of 0
    Buffer.concat([nameOctets(owner), ...[type, 1, 0, 0, data.length].map(uint16), data]),
  );
  return Buffer.concat([...header, query.subarray(12, end), ...answers]);
}

/** RFC 1035 3.1: labels with their lengths, without compression; '.' is the root. */
export function nameOctets(name: string): Buffer {
  const labels = name.split('.').filter((label) => label !== '');
  return Buffer.concat([
    ...labels.map((label) => Buffer.from(`${String.fromCharCode(label.length)}${label}`, 'latin1')),
    Buffer.of(0),
  ]);
}

/** Two octets, the greater first. */
export function uint16(number: number): Buffer {
  return Buffer.of(number >> 8, number & 0xff);
}
