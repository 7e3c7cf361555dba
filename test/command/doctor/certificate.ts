import { generateKeyPairSync, sign } from 'node:crypto';

/** A key and its own certificate for 127.0.0.1, in PEM. */
export type TestCertificate = { readonly key: string; readonly cert: string };

/** Makes a certificate that ends at a moment: X.509 (RFC 5280 4.1) by hand, since Node only reads it. */
export function makeCertificate(end: Date): TestCertificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const ecdsaWithSha256 = sequence(oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02));
  const commonName = sequence(oid(0x55, 0x04, 0x03), der(0x0c, Buffer.from('Haineko test')));
  const name = sequence(der(0x31, commonName));
  // subjectAltName with an iPAddress
  const addresses = sequence(der(0x87, Buffer.of(127, 0, 0, 1)));
  const extensions = sequence(sequence(oid(0x55, 0x1d, 0x11), der(0x04, addresses)));
  const toBeSigned = sequence(
    der(0xa0, der(0x02, Buffer.of(2))),
    der(0x02, Buffer.of(1)),
    ecdsaWithSha256,
    name,
    sequence(time(new Date('2020-01-01')), time(end)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, extensions),
  );
  const signature = der(0x03, Buffer.concat([Buffer.of(0), sign('sha256', toBeSigned, privateKey)]));
  const octets = sequence(toBeSigned, ecdsaWithSha256, signature);
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${octets.toString('base64')}\n-----END CERTIFICATE-----\n`,
  };
}

function der(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.of(tag, ...size), content]);
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return der(0x30, Buffer.concat(parts));
}

function oid(...octets: readonly number[]): Buffer {
  return der(0x06, Buffer.of(...octets));
}

function time(moment: Date): Buffer {
  return der(0x18, Buffer.from(`${moment.toISOString().replace(/[-:T]|\.\d+Z$/g, '')}Z`));
}
