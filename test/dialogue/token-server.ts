import { readFileSync } from 'node:fs';
import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Credential } from '../../functions/tables/authinfo.ts';
import type { OAuth2 } from '../../functions/tables/oauth2.ts';

/** What a token server says, `after` so many milliseconds. */
export type Said = {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly after?: number;
};

/** What a token server does with a request: it answers, or nothing comes, or the connection is reset, or ends within the answer. */
export type TokenAnswer = Said | 'hang' | 'reset' | 'cut';

/** A token server on loopback, and what it was asked. */
export type TokenServer = {
  readonly url: string;
  /** The forms of its requests, as pairs. */
  readonly asked: readonly (readonly (readonly [string, string])[])[];
  /** A credential that fetches its tokens here; its name is its own, and so are its tokens. */
  readonly credential: Credential & { readonly oauth2: OAuth2 };
  close(): Promise<void>;
};

/** An answer with a token. */
export function granting(token: string, keys: Readonly<Record<string, unknown>> = {}): Said {
  return { body: { access_token: token, token_type: 'Bearer', expires_in: 3599, ...keys } };
}

/** Starts a token server that gives these answers, one a request; a request beyond them gets 418. */
export async function startTokenServer(
  answers: readonly TokenAnswer[],
  scheme: 'http' | 'https' = 'http',
): Promise<TokenServer> {
  const asked: (readonly (readonly [string, string])[])[] = [];
  const sockets = new Set<Socket>();
  const listener: RequestListener = (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const form = [...new URLSearchParams(Buffer.concat(chunks).toString())];
      asked.push([['', `${request.method} ${request.url} ${request.headers['content-type']}`], ...form]);
      give(response, answers[asked.length - 1] ?? { status: 418 });
    });
  };
  const tls = (name: string) => readFileSync(new URL(`tls/${name}`, import.meta.url));
  const server =
    scheme === 'http'
      ? createServer(listener)
      : createTlsServer({ key: tls('key.pem'), cert: tls('cert.pem') }, listener);
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const url = `${scheme}://127.0.0.1:${port}/token`;
  return {
    url,
    asked,
    credential: {
      name: `Google-${port}`,
      version: '1',
      username: 'neko@example.jp',
      password: '',
      oauth2: {
        tokenUrl: url,
        clientId: 'client-1',
        clientSecret: 'GOCSPX-nekochan22',
        refreshToken: '1//04mikechan-refresh',
      },
    },
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

function give(response: ServerResponse, answer: TokenAnswer): void {
  if (answer === 'hang') return;
  if (answer === 'reset') {
    response.socket?.resetAndDestroy();
  } else if (answer === 'cut') {
    response.writeHead(200, { 'content-length': 1000 });
    response.write('{"access_token":"cut', () => response.socket?.destroy());
  } else {
    const { status = 200, headers = {}, body = '', after = 0 } = answer;
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    setTimeout(() => response.writeHead(status, headers).end(text), after);
  }
}
