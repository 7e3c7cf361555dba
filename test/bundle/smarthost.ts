import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { SMTPServer } from 'smtp-server';

/** A mail as the smarthost accepted it. */
export type Accepted = {
  readonly connection: string;
  readonly secure: boolean;
  readonly user: string;
  readonly ehlo: string;
  readonly from: string;
  readonly to: readonly string[];
  readonly source: Buffer;
};

/** A real SMTP server that wants STARTTLS, with a certificate for smtp.example.test, and SMTP-AUTH. */
export type Smarthost = { readonly port: number; readonly accepted: Accepted[]; stop(): Promise<void> };

const tls = (name: string) => fileURLToPath(new URL(`tls/${name}.pem`, import.meta.url));

/** The file with the smarthost's certificate, for NODE_EXTRA_CA_CERTS: the relay verifies it like every other. */
export const CERTIFICATE = tls('certificate');

/** Its private key. */
export const KEY = tls('key');

/** Starts a smarthost on loopback that knows one user. */
export async function startSmarthost(username: string, password: string): Promise<Smarthost> {
  const accepted: Accepted[] = [];
  const server = new SMTPServer({
    key: readFileSync(KEY),
    cert: readFileSync(CERTIFICATE),
    authMethods: ['PLAIN', 'LOGIN'],
    logger: false,
    onAuth(auth, _session, callback) {
      if (auth.username === username && auth.password === password) callback(null, { user: username });
      else callback(new Error('Invalid username or password'));
    },
    onData(stream, session, callback) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        accepted.push({
          connection: session.id,
          secure: session.secure,
          user: String(session.user),
          ehlo: session.hostNameAppearsAs,
          from: session.envelope.mailFrom ? session.envelope.mailFrom.address : '',
          to: session.envelope.rcptTo.map((each) => each.address),
          source: Buffer.concat(chunks),
        });
        callback(null, 'OK: nyaa, taken');
      });
    },
  });
  // a client that goes away is its own affair
  server.on('error', () => {});
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.server.address() as AddressInfo).port));
  });
  return { port, accepted, stop: () => new Promise((resolve) => server.close(() => resolve())) };
}

/** Starts a server that takes connections and never says a word. */
export async function startSilentHost(): Promise<{ readonly port: number; stop(): Promise<void> }> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
  });
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
  return {
    port,
    stop: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}
