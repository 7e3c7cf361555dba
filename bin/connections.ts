import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';

/** The connections of a server, and the requests that are being answered on each. */
export type Connections = {
  begin(request: IncomingMessage): void;
  end(request: IncomingMessage): void;
  /** What came is no HTTP: closes the connection, after the answers that are under way; `say` only where none is. */
  broken(socket: Socket, say: string): void;
  /** Stops listening and resolves when all whole requests are answered; a request that is still coming is cut off. */
  close(most: number): Promise<void>;
};

/** Watches a server's connections from now on. */
export function connectionsOf(server: Server): Connections {
  const open = new Map<Socket, Set<IncomingMessage>>();
  const closing = new WeakSet<Socket>();
  server.on('connection', (socket: Socket) => {
    open.set(socket, new Set());
    socket.on('close', () => open.delete(socket));
  });
  return {
    begin(request) {
      open.get(request.socket)?.add(request);
    },
    end(request) {
      const { socket } = request;
      const requests = open.get(socket);
      requests?.delete(request);
      if (requests?.size === 0 && closing.has(socket)) socket.end();
    },
    broken(socket, say) {
      // RFC 9112 9.3.2: answers come in the order of the requests, or this one would be taken for the first one's
      if ((open.get(socket)?.size ?? 0) > 0) closing.add(socket);
      else if (socket.writable) socket.end(say);
      else socket.destroy();
    },
    close(most) {
      return new Promise((resolve) => {
        const last = setTimeout(() => server.closeAllConnections(), most);
        server.close(() => {
          clearTimeout(last);
          resolve();
        });
        for (const [socket, requests] of open) {
          if ([...requests].some(({ complete }) => complete)) closing.add(socket);
          else socket.destroy();
        }
      });
    },
  };
}
