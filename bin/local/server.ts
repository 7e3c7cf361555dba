import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Context, HttpRequest } from '../../functions/app/context.ts';
import { heedPage } from '../../functions/app/foreign-page.ts';
import { answer } from '../../functions/app/http.ts';
import { connectionsOf } from './connections.ts';
import { isForeignName } from './foreign-name.ts';

/** How long a request may take from its first octet to its answer, in milliseconds. */
const REQUEST_TIME = 60_000;
/** A client that sends its request slower than this is cut off with 408; node looks at its clock only now and then. */
const LIMITS = { requestTimeout: 30_000, headersTimeout: 10_000, connectionsCheckingInterval: 5000 };
/** What a body may hold at most before max_request_size is known: max_request_size itself cannot be larger. */
const MOST_OCTETS = 100_000_000;

/** The relay over HTTP on this machine. */
export type LocalServer = {
  readonly host: string;
  readonly port: number;
  /** Stops listening, answers what is in flight, then resolves. */
  close(): Promise<void>;
};

/** Listens; a request is answered within `requestTime` milliseconds. Rejects with the system's error (EADDRINUSE, EACCES, ...). */
export function listen(
  context: Context,
  host: string,
  port: number,
  requestTime = REQUEST_TIME,
): Promise<LocalServer> {
  const server = createServer(LIMITS, (request, response) => {
    connections.begin(request);
    // not before: of pipelined answers one may still wait for its turn
    response.once('close', () => connections.end(request));
    // a connection that breaks is no defect: nobody is left to be answered
    handle(request, response, context, host, requestTime).catch(() => response.destroy());
  });
  const connections = connectionsOf(server);
  // who sends a request and closes his half (nc -N) still waits for the answer; of net.Server, and node:http's as well
  Object.assign(server, { httpAllowHalfOpen: true });
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    const status = error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? '408 Request Timeout' : '400 Bad Request';
    connections.broken(socket, `HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      const bound = server.address() as AddressInfo;
      resolve({ host: bound.address, port: bound.port, close: () => connections.close(requestTime) });
    });
  });
}

async function handle(
  request: IncomingMessage,
  response: ServerResponse,
  context: Context,
  host: string,
  requestTime: number,
): Promise<void> {
  const deadline = context.now() + requestTime;
  const body = await readBody(request, await mostOctets(context));
  const { status, headers, body: text } = await answer(toRequest(request, body, deadline, host), context);
  // the answers of one turn go out one after another: a client that each of them wakes costs more than all the rest
  await new Promise((resolve) => setImmediate(resolve));
  const whole = request.complete ? {} : { connection: 'close' };
  response.writeHead(status, { ...headers, ...whole, 'content-length': Buffer.byteLength(text) });
  response.end(text);
}

function toRequest(request: IncomingMessage, body: Buffer, deadline: number, host: string): HttpRequest {
  const headers: Record<string, string | undefined> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  const { remoteAddress = '', remotePort = null } = request.socket;
  const called = headers['host'] ?? '';
  const made: HttpRequest = {
    method: request.method ?? 'GET',
    // RFC 9112 3.2.2: the absolute form must be taken too
    path: (request.url ?? '/').replace(/^https?:\/\/[^/?]*/i, '').split('?', 1)[0] || '/',
    headers,
    body,
    remote: { address: remoteAddress, port: remotePort },
    foreign: isForeignName(called, remoteAddress, host),
    deadline,
  };
  // https: where a proxy on this machine speaks TLS for us
  return heedPage(made, [`http://${called}`, `https://${called}`]);
}

/** One octet more than the limit is enough for the refusal to be told; the rest is read and dropped. */
async function mostOctets({ source }: Context): Promise<number> {
  try {
    return (await source.tables()).config.max_request_size + 1;
  } catch {
    return MOST_OCTETS;
  }
}

function readBody(request: IncomingMessage, most: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    if (request.destroyed) reject(new Error('the client went away'));
    request.on('data', (chunk: Buffer) => {
      if (size >= most) return;
      chunks.push(chunk.subarray(0, most - size));
      size += chunk.length;
      if (size >= most) resolve(Buffer.concat(chunks));
    });
    request.on('end', () => resolve(Buffer.concat(chunks)));
    request.on('error', reject);
    request.on('aborted', () => reject(new Error('the client went away')));
  });
}
