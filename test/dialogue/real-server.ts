import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerEnvelope, type SMTPServerOptions } from 'smtp-server';
import { NEKO } from './deliveries.ts';

/** A mail as smtp-server took it: dots unstuffed. */
export type Taken = {
  readonly envelope: SMTPServerEnvelope;
  readonly octets: Buffer;
  readonly secure: boolean;
};

export type RealServer = {
  readonly port: number;
  readonly taken: readonly Taken[];
  /** The mechanism of each login that held. */
  readonly logins: readonly string[];
  connections(): number;
  close(): Promise<void>;
};

const tls = (name: string) => readFileSync(new URL(`tls/${name}`, import.meta.url));

/** Starts npm's smtp-server on loopback, which knows the user of the tests and has the certificate for localhost. */
export async function startRealServer(options: SMTPServerOptions = {}): Promise<RealServer> {
  const taken: Taken[] = [];
  const logins: string[] = [];
  let connections = 0;
  const server = new SMTPServer({
    key: tls('key.pem'),
    cert: tls('cert.pem'),
    authOptional: true,
    disableReverseLookup: true,
    closeTimeout: 100,
    logger: false,
    onConnect(_session, callback) {
      connections += 1;
      callback();
    },
    onAuth(auth, _session, callback) {
      const good =
        auth.username === NEKO.username &&
        (auth.validatePassword?.(NEKO.password) ?? auth.password === NEKO.password);
      if (!good) return callback(Object.assign(new Error('5.7.8 Not you'), { responseCode: 535 }));
      logins.push(auth.method);
      return callback(null, { user: auth.username });
    },
    onData(stream, session, callback) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        if (stream.sizeExceeded)
          return callback(Object.assign(new Error('5.3.4 Too big'), { responseCode: 552 }));
        taken.push({ envelope: session.envelope, octets: Buffer.concat(chunks), secure: session.secure });
        return callback(null, '2.0.0 Taken');
      });
    },
    ...options,
  });
  // clients that give up in the middle of a handshake are part of the tests
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.server.address() as AddressInfo).port,
    taken,
    logins,
    connections: () => connections,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}
