import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { Seen } from '../mailers/api-peer.ts';

/** What the peer does with a connection: one of these for each. */
export type Step =
  | { readonly status: number; readonly headers?: Record<string, string>; readonly body: unknown }
  | 'reset at once'
  | 'reset within the request'
  | 'reset after the request'
  | 'closed after the request'
  | 'half closed at once'
  | 'half an answer'
  | 'no answer'
  | 'an endless answer'
  | 'too much'
  | 'garbage'
  | 'an upgrade';

export type Peer = {
  readonly url: string;
  /** Requests that came whole. */
  readonly seen: readonly Seen[];
  connections(): number;
  stop(): Promise<void>;
};

const TLS = new URL('../dialogue/tls/', import.meta.url);
/** The certificate of the TLS peer, for localhost: a trusted authority by NODE_EXTRA_CA_CERTS. */
export const CERTIFICATE = new URL('cert.pem', TLS);

/** A server on loopback that answers, or breaks, as the steps say; the last step holds for all that follow. */
export async function startPeer(steps: readonly Step[], secure = false): Promise<Peer> {
  const seen: Seen[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  const current = () => steps[Math.min(connections, steps.length) - 1] ?? 'no answer';
  // of TLS too, before its first octet
  const accept = (socket: Socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {});
    if (current() === 'reset at once') socket.resetAndDestroy();
  };
  const serve = (socket: Socket) => {
    const step = current();
    if (step === 'half closed at once') socket.end();
    let came = Buffer.alloc(0);
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      came = Buffer.concat([came, chunk]);
      if (step === 'reset within the request') return void socket.resetAndDestroy();
      const request = whole(came);
      if (request === undefined) return;
      seen.push(request);
      came = Buffer.alloc(0);
      answer(socket, step);
    });
  };
  const server = secure
    ? createTlsServer({ key: readFileSync(new URL('key.pem', TLS)), cert: readFileSync(CERTIFICATE) }, serve)
    : createServer({ allowHalfOpen: true }, serve);
  // before the listener that serves
  server.prependListener('connection', accept);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `${secure ? 'https://localhost' : 'http://127.0.0.1'}:${port}`,
    seen,
    connections: () => connections,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function answer(socket: Socket, step: Step): void {
  if (typeof step === 'object') {
    const body = typeof step.body === 'string' ? step.body : JSON.stringify(step.body);
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const lines = Object.entries({ ...headers, ...step.headers }).map(([name, value]) => `${name}: ${value}`);
    return void socket.end(`HTTP/1.1 ${step.status} Nyaa\r\n${lines.join('\r\n')}\r\n\r\n${body}`);
  }
  const begun = 'HTTP/1.1 200 Ok\r\ncontent-length: 100\r\n\r\n{"smtp.queueid":';
  switch (step) {
    case 'reset after the request':
      return void socket.resetAndDestroy();
    case 'closed after the request':
      return void socket.end();
    case 'half an answer':
      return void socket.end(begun);
    case 'an endless answer':
      return void socket.write(begun);
    case 'too much':
      return void socket.end(`HTTP/1.1 200 Ok\r\n\r\n{"smtp.queueid":"${'x'.repeat(6_000_000)}`);
    case 'garbage':
      return void socket.end('220 mail.example.jp ESMTP\r\n');
    case 'an upgrade':
      return void socket.end('HTTP/1.1 101 Nyaa\r\nconnection: upgrade\r\nupgrade: nyaa\r\n\r\n');
    default:
      return;
  }
}

function whole(came: Buffer): Seen | undefined {
  const end = came.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const [line = '', ...fields] = came.subarray(0, end).toString('latin1').split('\r\n');
  const headers = Object.fromEntries(
    fields.map((field) => {
      const [, name = '', value = ''] = /^([^:]+):\s*(.*)$/.exec(field) ?? [];
      return [name.toLowerCase(), value];
    }),
  );
  const body = came.subarray(end + 4);
  if (body.length < Number(headers['content-length'])) return undefined;
  const [method = '', path = ''] = line.split(' ');
  return { method, path, headers, body };
}

/** What a Haineko answers: an outcome and a code a recipient. */
export function said(
  status: number,
  replies: readonly (readonly [rcpt: string | null, outcome: string, code: string, message?: string])[],
  headers: Record<string, string> = {},
): Step {
  const responses = replies.map(([rcpt, outcome, code, message = 'nyaa']) => ({
    rcpt,
    outcome,
    code,
    dsn: `${code[0]}.0.0`,
    error: /accepted|queued/.test(outcome) ? 0 : 1,
    message: [message],
    command: 'DATA',
    mailer: 'ESMTP',
    host: '192.0.2.1',
    port: 25,
  }));
  return {
    status,
    headers,
    body: { 'smtp.queueid': 'q9AMDfMJeEMaAm3b', 'smtp.response': responses[0], 'smtp.responses': responses },
  };
}
