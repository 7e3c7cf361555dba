import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import type { SinkPorts } from './with-sink.ts';
import { withoutPause } from './without-pause.ts';

// A process of its own: npm's smtp-server on loopback, which takes every mail and every login, and keeps nothing. It tells
// its ports: STARTTLS is offered on the first, the second has TLS from the first octet.
const tls = (name: string) => readFileSync(new URL(`../../dialogue/tls/${name}`, import.meta.url));

function listening(secure: boolean): Promise<number> {
  const server = new SMTPServer({
    key: tls('key.pem'),
    cert: tls('cert.pem'),
    minVersion: 'TLSv1.3',
    secure,
    authOptional: true,
    disableReverseLookup: true,
    logger: false,
    onAuth: (auth, _session, callback) => callback(null, { user: auth.username }),
    onData(stream, _session, callback) {
      stream.on('end', () => callback(null, '2.0.0 Taken'));
      stream.resume();
    },
  });
  // a client that goes away is its own affair
  server.on('error', () => undefined);
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.server.address() as AddressInfo).port));
  });
}

withoutPause();
process.on('disconnect', () => process.exit());
process.send?.({ plain: await listening(false), secure: await listening(true) } satisfies SinkPorts);
