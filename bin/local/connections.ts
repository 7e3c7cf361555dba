import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';

/** The connections of a server, and the requests that are being answered on each. */
export type Connections = {
  begin(request: IncomingMessage): void;
  /** Its answer is written, or can never be. */
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
  /** How many whole requests are being answered; one that is still coming is given up, nobody will finish it. */
  const wholeOnes = (socket: Socket): number => {
    const requests = open.get(socket) ?? new Set();
    for (const each of requests) if (!each.complete) requests.delete(each);
    return requests.size;
  };
  return {
    begin(request) {
      open.get(request.socket)?.add(request);
    },
    end(request) {
      const { socket } = request;
      const requests = open.get(socket);
      requests?.delete(request);
      if (requests?.size === 0 && closing.has(socket)) socket.destroySoon();
    },
    broken(socket, say) {
      // RFC 9112 9.3.2: answers come in the order of the requests, or this one would be taken for the first one's
      if (wholeOnes(socket) > 0) {
        closing.add(socket);
        return;
      }
      if (socket.writable) socket.write(say);
      // once that is written; the request that breaks off hears of it as `aborted`
      socket.destroySoon();
    },
    close(most) {
      return new Promise((resolve) => {
        const last = setTimeout(() => server.closeAllConnections(), most);
        server.close(() => {
          clearTimeout(last);
          resolve();
        });
        for (const socket of open.keys()) {
          if (wholeOnes(socket) > 0) closing.add(socket);
          else socket.destroy();
        }
      });
    },
  };
}
