import { readFileSync } from 'node:fs';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Fault, Peer } from './peer.ts';

/** An HTTP request as it came. */
export type Seen = {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
};

/** What a provider says. */
export type Said = {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
};

/** A provider in its own words, as its documentation has them. */
export type Words = {
  readonly success: Said;
  readonly serverError: Said;
  readonly throttled: Said;
  readonly credentialRefused: Said;
  readonly mailRefused: Said;
  /** What it says where a credential is tried: it never takes a mail there. */
  readonly check: { isIt(request: Seen): boolean; readonly good: Said; readonly refused: Said };
};

export type ApiPeer = Peer & {
  readonly url: string;
  readonly seen: readonly Seen[];
  /** Says this to every request; a function may look at the request first. */
  say(said: Said | ((request: Seen) => Said)): void;
  connections(): number;
};

const tls = (name: string) => readFileSync(new URL(`../dialogue/tls/${name}`, import.meta.url));

/** Starts a provider's API on loopback, over TLS with the certificate for localhost. */
export async function startApiPeer(words: Words): Promise<ApiPeer> {
  const seen: Seen[] = [];
  const sockets = new Set<Socket>();
  let fault: Fault = 'none';
  let said: Said | ((request: Seen) => Said) = words.success;
  let accepted = 0;
  let connections = 0;

  const toCheck = new Map<Said | ((request: Seen) => Said), Said>([
    [words.success, words.check.good],
    [words.credentialRefused, words.check.refused],
  ]);
  const answer = (request: Seen, response: ServerResponse, socket: Socket): void => {
    const isCheck = words.check.isIt(request);
    const saying = isCheck ? (toCheck.get(said) ?? said) : said;
    const { status, headers = {}, body = '' } = typeof saying === 'function' ? saying(request) : saying;
    // what it does with a mail does not depend on whether its answer arrives
    if (!REFUSING.has(fault) && !isCheck) accepted += 1;
    if (fault === 'reset after the request') return void socket.destroy();
    if (fault === 'hang') return;
    if (fault === 'truncated answer') {
      response.writeHead(status, { ...headers, 'content-length': body.length + 100 });
      response.write(body.slice(0, body.length / 2), () => socket.destroy());
      return;
    }
    response.writeHead(status, headers).end(body);
  };

  const server = createServer(
    { cert: tls('cert.pem'), key: tls('key.pem') },
    (request: IncomingMessage, response) => {
      const chunks: Buffer[] = [];
      request.on('error', () => undefined);
      request.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        if (fault === 'reset during the request') request.socket.destroy();
      });
      request.on('end', () => {
        const { method = '', url = '', headers } = request;
        const whole = { method, path: url, headers, body: Buffer.concat(chunks) };
        seen.push(whole);
        answer(whole, response, request.socket);
      });
    },
  );
  server.on('connection', (socket: Socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    if (fault === 'reset before the request') socket.destroy();
  });
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;

  const WORDS: Partial<Record<Fault, Said>> = {
    redirect: { status: 307, headers: { location: 'https://127.0.0.1:1/elsewhere' } },
    'not an answer': GARBAGE,
    'server error': words.serverError,
    throttled: words.throttled,
    'credential refused': words.credentialRefused,
    'mail refused': words.mailRefused,
  };
  return {
    port,
    url: `https://127.0.0.1:${port}`,
    seen,
    accepted: () => accepted,
    connections: () => connections,
    behave(next) {
      fault = next;
      said = WORDS[next] ?? words.success;
      // a kept connection has been let in already
      for (const socket of sockets) socket.destroy();
    },
    say(next) {
      said = next;
    },
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

/** Under these it takes no mail. */
const REFUSING: ReadonlySet<Fault> = new Set([
  'redirect',
  'server error',
  'throttled',
  'credential refused',
  'mail refused',
]);

/** Success by its status, and no word of the provider's: a proxy's page, say. */
const GARBAGE: Said = { status: 200, headers: { 'content-type': 'text/html' }, body: '<html>Hello' };
