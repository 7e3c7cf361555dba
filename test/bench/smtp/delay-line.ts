import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { lane } from './lane.ts';

/** A proxy that puts a distance between a client and a server of loopback. */
export type DelayLine = { readonly port: number; close(): void };

/**
 * Starts one for a round-trip time in milliseconds: octets take half of it each way. The kernel connects at once; here what
 * the client says counts as said one round trip later, and the server is called when that could have come to it: SYN,
 * SYN-ACK and ACK have all travelled before a server can greet. `seen` is told what passes the client's end.
 */
export async function startDelayLine(
  to: number,
  roundTrip: number,
  seen: (what: 'said' | 'heard') => void = () => undefined,
): Promise<DelayLine> {
  const open = new Set<Socket>();
  const server = createServer({ noDelay: true }, (client) => {
    const connected = performance.now() + roundTrip;
    let host: Socket | undefined;
    const down = lane<Buffer | 'end'>(roundTrip / 2, (item) => {
      if (item === 'end') {
        client.end();
        return;
      }
      seen('heard');
      client.write(item);
    });
    const up = lane<Buffer | 'call' | 'end'>(roundTrip / 2, (item) => {
      if (item === 'call') {
        host = connect({ port: to, host: '127.0.0.1', noDelay: true });
        join(host, down.put);
      } else if (item === 'end') host?.end();
      else host?.write(item);
    });
    const join = (socket: Socket, put: (item: Buffer | 'end') => void): void => {
      open.add(socket);
      socket.on('data', put);
      socket.on('end', () => put('end'));
      // who goes away without a word takes the other end along
      socket.on('error', () => undefined);
      socket.on('close', () => {
        open.delete(socket);
        if (socket === client) host?.destroy();
      });
    };
    up.put('call', connected);
    join(client, (item) => {
      if (item !== 'end') seen('said');
      up.put(item, Math.max(performance.now(), connected));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close() {
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
}
