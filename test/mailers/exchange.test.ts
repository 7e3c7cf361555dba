import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { taken } from '../../functions/relay/api/answers.ts';
import { call } from '../../functions/relay/api/call.ts';
import { type ApiFailure, type ApiResponse, exchange } from '../../functions/relay/api/exchange.ts';

type Listener = (request: IncomingMessage, response: ServerResponse) => void;
const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** A server on loopback that counts its connections. */
async function serve(listener: Listener, onSocket: (socket: Socket) => void = () => undefined) {
  let connections = 0;
  const server = createServer(listener);
  server.on('connection', (socket) => {
    connections += 1;
    socket.on('error', () => undefined);
    onSocket(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/`, connections: () => connections };
}

type Keys = { readonly ms?: number; readonly now?: () => number; readonly enough?: boolean };

async function post(
  url: string,
  size = 10,
  { ms = 2000, now = Date.now, enough = true }: Keys = {},
): Promise<(ApiResponse | ApiFailure) & { handedOver: boolean }> {
  let handedOver = false;
  const result = await exchange(
    { url, headers: { 'content-type': 'text/plain' }, body: Buffer.alloc(size, 'x') },
    {
      time: { ms: () => ms, enoughForAnswer: () => enough },
      now,
      verify: true,
      handOver: () => {
        handedOver = true;
      },
    },
  );
  return { ...result, handedOver };
}

const OK: Listener = (request, response) => {
  let size = 0;
  request.on('data', (chunk: Buffer) => {
    size += chunk.length;
  });
  request.on('end', () => response.end(String(size)));
};

test.each([0, 1, 65_536, 65_537, 3_000_000])('exchange() sends %i octets whole', async (size) => {
  const { url } = await serve(OK);
  const result = await post(url, size);
  expect(result).toMatchObject({ status: 200, body: Buffer.from(String(size)), handedOver: true });
});

test('exchange() asks by GET, without a length, where there is no body', async () => {
  const seen: unknown[] = [];
  const { url, connections } = await serve((request, response) => {
    const { method, headers } = request;
    seen.push([method, headers['content-length'], headers['transfer-encoding'], headers['x-neko']]);
    request.resume().on('end', () => response.end('ok'));
  });
  const time = { ms: () => 2000, enoughForAnswer: () => true };
  const options = { time, now: Date.now, verify: true, handOver: () => undefined };
  for (let count = 0; count < 2; count += 1) {
    const result = await exchange({ url, headers: { 'x-neko': 'mi-chan' } }, options);
    expect(result).toMatchObject({ status: 200, body: Buffer.from('ok') });
  }
  expect(seen).toEqual(Array(2).fill(['GET', undefined, undefined, 'mi-chan']));
  expect(connections()).toBe(1);
});

test('exchange() holds the last octets back while there is too little time for an answer', async () => {
  const seen: number[] = [];
  const { url } = await serve((request) => {
    request.on('data', (chunk: Buffer) => seen.push(chunk.length)).on('error', () => undefined);
  });
  const result = await post(url, 200_000, { enough: false });
  expect(result).toMatchObject({ failed: 'no-time', handedOver: false });
  expect(seen.reduce((sum, each) => sum + each, 0)).toBeLessThan(200_000);
});

test('exchange() takes an answer that comes before the request is whole', async () => {
  const { url } = await serve((_request, response) => {
    response.writeHead(413, { connection: 'close' }).end('too large');
  });
  const result = await post(url, 20_000_000);
  expect(result).toMatchObject({ status: 413, body: Buffer.from('too large'), handedOver: false });
});

test('call() believes no yes to a request that was not whole', async () => {
  const { url } = await serve((_request, response) => {
    response.writeHead(200, { connection: 'close' }).end('taken');
  });
  const request = { url, headers: {}, body: Buffer.alloc(20_000_000, 'x') } as const;
  const time = { ms: () => 5000, enoughForAnswer: () => true };
  const options = { time, now: Date.now, verify: true, handOver: () => undefined };
  expect(await call(request, options, undefined, () => taken('yes'))).toMatchObject({ outcome: 'deferred' });
});

test('exchange() keeps a connection, and opens another after a rest by the wall clock', async () => {
  let skew = 0;
  const now = () => Date.now() + skew;
  const { url, connections } = await serve(OK);
  for (let mail = 0; mail < 4; mail++) await post(url, 10, { now });
  expect(connections()).toBe(1);
  // as after a freeze: no timer has run
  skew = 60_000;
  expect(await post(url, 10, { now })).toMatchObject({ status: 200 });
  expect(connections()).toBe(2);
});

test('exchange() does not write to a connection that the server has ended meanwhile', async () => {
  const { url, connections } = await serve((request, response) => {
    request.resume().on('end', () => {
      response.end('ok');
      setTimeout(() => request.socket.end(), 20);
    });
  });
  await post(url);
  await new Promise((resolve) => setTimeout(resolve, 60));
  expect(await post(url)).toMatchObject({ status: 200 });
  expect(connections()).toBe(2);
});

test.each<[string, Listener, string]>([
  ['an answer without end', (_request, response) => void flood(response), 'garbage'],
  ['a head of nonsense', (request) => void request.socket.end('nyaa nyaa nyaa\r\n\r\n'), 'garbage'],
  [
    'an answer that ends too soon',
    (_request, response) => {
      response.writeHead(200, { 'content-length': 100 });
      response.write('half', () => response.destroy());
    },
    'lost',
  ],
  ['silence', () => undefined, 'late'],
])('exchange() ends at %s', async (_what, listener, failed) => {
  const { url } = await serve(listener);
  expect(await post(url, 10, { ms: 500 })).toMatchObject({ failed, handedOver: true });
});

test('exchange() holds an answer of a million pieces in little memory', async () => {
  const { url } = await serve((_request, response) => {
    response.socket?.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n');
    response.socket?.write('1\r\nx\r\n'.repeat(500_000));
    response.socket?.end('0\r\n\r\n');
  });
  const before = process.memoryUsage().rss;
  expect(await post(url, 10, { ms: 10_000 })).toMatchObject({ status: 200, body: { length: 500_000 } });
  expect(process.memoryUsage().rss - before).toBeLessThan(150_000_000);
});

test('exchange() ends at a 101 that nobody asked for', async () => {
  const { url } = await serve((request) => {
    request.socket.write('HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n');
  });
  const begun = Date.now();
  expect(await post(url, 10, { ms: 5000 })).toMatchObject({ failed: 'lost', handedOver: true });
  expect(Date.now() - begun).toBeLessThan(2000);
});

test.each(['half a head: HTTP/1.1 20', 'HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\n\r\n'])(
  'exchange() takes nothing that came unasked on a resting connection for an answer: %j',
  async (unasked) => {
    const { url, connections } = await serve((request, response) => {
      const { socket } = request;
      request.resume().on('end', () => {
        response.end('ok');
        setTimeout(() => socket.write(unasked), 20);
      });
    });
    await post(url);
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(await post(url)).toMatchObject({ status: 200, body: Buffer.from('ok') });
    expect(connections()).toBe(2);
  },
);

test('exchange() leaves a connection on which a gateway gave up', async () => {
  const { url, connections } = await serve((request, response) => {
    request.resume().on('end', () => response.writeHead(503).end('Busy'));
  });
  await post(url);
  await post(url);
  expect(connections()).toBe(2);
});

test('exchange() answers once when the connection is refused', async () => {
  expect(await post('http://127.0.0.1:1/')).toMatchObject({ failed: 'connect', handedOver: false });
});

test('exchange() sends no credential to where a redirect points', async () => {
  const elsewhere = await serve(OK);
  const { url } = await serve((request, response) => {
    request.resume().on('end', () => response.writeHead(302, { location: elsewhere.url }).end());
  });
  expect(await post(url)).toMatchObject({ status: 302 });
  expect(elsewhere.connections()).toBe(0);
});

function flood(response: ServerResponse): void {
  const more = () => {
    if (!response.destroyed) response.write(Buffer.alloc(65_536, 'x'), () => setImmediate(more));
  };
  more();
}
