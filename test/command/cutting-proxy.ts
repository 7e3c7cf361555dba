import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A way to a relay that is cut on its first connection, after the relay has the whole request. */
export type CuttingProxy = { readonly url: string; connections(): number; stop(): Promise<void> };

/** Passes octets on; the first connection is reset in the place of its answer, or earlier, when `cut` resolves. */
export async function startCuttingProxy(relay: URL, cut?: Promise<void>): Promise<CuttingProxy> {
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer((client) => {
    connections += 1;
    const first = connections === 1;
    const behind = connect(Number(relay.port), relay.hostname);
    for (const socket of [client, behind]) {
      sockets.add(socket);
      socket.on('error', () => {}).on('close', () => sockets.delete(socket));
    }
    client.pipe(behind, { end: false });
    if (!first) return void behind.pipe(client);
    // the relay is not told: its answer goes nowhere
    const lose = () => client.resetAndDestroy();
    behind.once('data', lose);
    cut?.then(lose);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    connections: () => connections,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
