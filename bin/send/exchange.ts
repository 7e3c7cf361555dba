import type { ClientRequest, IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';

/** A response that came whole. */
export type Answered = {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
};

/** How a request ended without a whole response. */
export type NotAnswered = {
  readonly failed: 'connect' | 'lost' | 'late' | 'garbage';
  /** The request's last octet was on its way: the relay may have the mail. */
  readonly written: boolean;
  /** The system's or Node's code, ECONNREFUSED for one. */
  readonly code: string | undefined;
};

/** The most of a response that is read. */
const MOST_RESPONSE = 5_000_000;
const CHUNK = 64 * 1024;
/** Pieces of one octet cost hundreds of octets of memory each: so many are made one. */
const MOST_PIECES = 4096;

/** A request; its length is told by itself, where it has a body. */
export type Asking = {
  readonly method: 'POST' | 'GET';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Buffer;
};

/**
 * One request on a connection of its own: on a kept one, nobody could tell a request that came too late from one that was
 * taken. TLS is verified, a redirect not followed, nothing repeated. Never rejects; `timeout` in milliseconds.
 */
export function exchange(
  { method, url, headers, body }: Asking,
  timeout: number,
): Promise<Answered | NotAnswered> {
  const secure = url.protocol === 'https:';
  return new Promise((resolve) => {
    let written = false;
    let connected = false;
    let settled = false;
    let response: IncomingMessage | undefined;
    const request = (secure ? httpsRequest : httpRequest)(url, {
      method,
      agent: false,
      headers: { ...headers, ...(body && { 'content-length': body.length }) },
      ...(secure && { rejectUnauthorized: true }),
    });
    const settle = (result: Answered | NotAnswered): void => {
      clearTimeout(timer);
      if (settled) return;
      settled = true;
      request.destroy();
      resolve(result);
    };
    const fail = (failed: NotAnswered['failed'], code?: string): void => settle({ failed, written, code });
    const timer = setTimeout(() => fail('late'), timeout);

    request.on('error', (error: NodeJS.ErrnoException) => {
      // a server that has answered need not read the rest of the request: its answer counts, if it is whole
      if (response && !response.complete) return;
      if (error.code?.startsWith('HPE_')) return fail('garbage', error.code);
      fail(connected ? 'lost' : 'connect', error.code);
    });
    // a 101 that nobody asked for ends the connection without an error and without a response
    request.on('close', () => {
      if (!response) fail('lost');
    });
    request.on('response', (incoming) => {
      response = incoming;
      read(incoming, settle, fail);
    });
    request.on('socket', (socket) => {
      socket.once(secure ? 'secureConnect' : 'connect', () => {
        connected = true;
        write(request, body ?? Buffer.alloc(0), () => {
          written = true;
        });
      });
    });
  });
}

/** Writes the body; `last` is called before its last chunk: without that nobody has a request (RFC 9112 8). */
function write(request: ClientRequest, body: Buffer, last: () => void): void {
  const next = (at: number): void => {
    if (request.destroyed) return;
    if (body.length - at <= CHUNK) {
      last();
      request.end(body.subarray(at));
    } else request.write(body.subarray(at, at + CHUNK), (error) => error || next(at + CHUNK));
  };
  next(0);
}

function read(
  response: IncomingMessage,
  done: (whole: Answered) => void,
  fail: (how: 'lost' | 'garbage', code?: string) => void,
): void {
  const chunks: Buffer[] = [];
  let size = 0;
  response.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > MOST_RESPONSE) fail('garbage', `more than ${MOST_RESPONSE} bytes`);
    else if (chunks.push(chunk) === MOST_PIECES) chunks.splice(0, MOST_PIECES, Buffer.concat(chunks));
  });
  response.on('end', () => {
    const { statusCode = 0, headers, complete } = response;
    // RFC 9112 8: a message that ends before its length is incomplete
    if (complete) done({ status: statusCode, headers, body: Buffer.concat(chunks) });
    else fail('lost');
  });
  response.on('error', () => fail('lost'));
  response.on('close', () => {
    if (!response.complete) fail('lost');
  });
}
