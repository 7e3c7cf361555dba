import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';

/** An HTTP server on a free port of the loopback. */
export type Loopback = {
  readonly url: string;
  /** Connections that are open now, and that ever were. */
  connections(): number;
  accepted(): number;
  stop(): Promise<void>;
};

/** Starts a server for one service's double: HTTP, or HTTPS with the given key and certificate (PEM). */
export async function startLoopback(
  onRequest: RequestListener,
  tls?: { key: string; cert: string },
): Promise<Loopback> {
  const sockets = new Set<Socket>();
  let accepted = 0;
  const server = tls ? createTlsServer(tls, onRequest) : createServer(onRequest);
  server.on('connection', (socket: Socket) => {
    accepted++;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${port}`,
    connections: () => sockets.size,
    accepted: () => accepted,
    stop() {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** The whole body, as text. */
export async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = '';
  request.setEncoding('utf8');
  for await (const chunk of request) body += chunk;
  return body;
}
