import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Context, HttpRequest } from '../functions/app/context.ts';
import { answer } from '../functions/app/http.ts';

/** How long a request may take from its first octet to its answer, in milliseconds. */
const REQUEST_TIME = 60_000;
/** A client that sends its request slower than this is cut off. */
const RECEIVE_TIME = 30_000;
/** What a body may hold at most before max_request_size is known: max_request_size itself cannot be larger. */
const MOST_OCTETS = 100_000_000;

/** The relay over HTTP on this machine. */
export type LocalServer = {
  readonly host: string;
  readonly port: number;
  /** Stops listening, answers what is in flight, then resolves. */
  close(): Promise<void>;
};

/** Listens. Rejects with the system's error (EADDRINUSE, EACCES, ...). */
export function listen(context: Context, host: string, port: number): Promise<LocalServer> {
  const server = createServer(
    { requestTimeout: RECEIVE_TIME, headersTimeout: 10_000 },
    (request, response) => {
      // a connection that breaks is no defect: nobody is left to be answered
      handle(request, response, context).catch(() => response.destroy());
    },
  );
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy();
      return;
    }
    const status = error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? '408 Request Timeout' : '400 Bad Request';
    socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      const bound = server.address() as AddressInfo;
      resolve({ host: bound.address, port: bound.port, close: () => close(server) });
    });
  });
}

async function handle(request: IncomingMessage, response: ServerResponse, context: Context): Promise<void> {
  const deadline = context.now() + REQUEST_TIME;
  const body = await readBody(request, await mostOctets(context));
  const { status, headers, body: text } = await answer(toRequest(request, body, deadline), context);
  const whole = request.complete ? {} : { connection: 'close' };
  response.writeHead(status, { ...headers, ...whole, 'content-length': Buffer.byteLength(text) });
  response.end(text);
}

function toRequest(request: IncomingMessage, body: Buffer, deadline: number): HttpRequest {
  const headers: Record<string, string | undefined> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  const { remoteAddress = '', remotePort = null } = request.socket;
  return {
    method: request.method ?? 'GET',
    path: (request.url ?? '/').split('?', 1)[0] ?? '/',
    headers,
    body,
    remote: { address: remoteAddress, port: remotePort },
    deadline,
  };
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

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
  });
}
