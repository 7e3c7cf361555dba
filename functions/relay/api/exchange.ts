import type { ClientRequest, IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Answer, HandOver } from '../relay.ts';
import type { TimeLeft } from '../time-left.ts';
import { keptAgent } from './kept-agents.ts';

/** A request to a provider: a POST where it has a body, else a GET. */
export type ApiRequest = {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | undefined;
};

/** A response that came whole. */
export type ApiResponse = {
  readonly status: number;
  /** By lower-case name. */
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
};

/** How a request can end without a whole response, and whether its last octet was on its way by then. */
export type ApiFailure = {
  readonly failed: 'connect' | 'lost' | 'late' | 'garbage' | 'no-time';
  readonly handedOver: boolean;
  readonly cause: string;
  /** The system's or Node's code of the error. */
  readonly code: string | undefined;
  /** Of a request that was withheld: the answer in its place. */
  readonly withheld?: Answer;
};

/** How an exchange is made. */
export type ExchangeOptions = {
  readonly time: Pick<TimeLeft, 'ms' | 'enoughForAnswer'>;
  now(): number;
  /** Whether the server's certificate is verified. */
  readonly verify: boolean;
  /** Asked, and waited for, before the request's first octet goes: an answer in place of the request withholds it. */
  readonly commit?: HandOver;
  /** Called right before the request's last octets go: without them the server has no request (RFC 9112 8). */
  handOver?(): void;
};

/** The most of a response that is read: providers' answers have a few hundred octets. */
const MOST_RESPONSE = 1024 * 1024;
const CHUNK = 64 * 1024;
const NO_BODY = new Uint8Array();
/** Pieces of one octet cost hundreds of octets of memory each: so many are made one. */
const MOST_PIECES = 4096;
/** Most characters of an error that go to the log: a certificate may name a thousand hosts. */
const MOST_CAUSE = 500;

/**
 * One HTTP/1.1 request on a kept connection (TLS 1.2 or later), answered within the time left or ended. Redirects are not
 * followed, nothing is repeated: what became of it is the caller's to judge.
 */
export async function exchange(
  { url, headers, body }: ApiRequest,
  { time, now, verify, commit, handOver }: ExchangeOptions,
): Promise<ApiResponse | ApiFailure> {
  const { protocol } = new URL(url);
  const secure = protocol === 'https:';
  const agent = await keptAgent(secure, verify, now);
  return new Promise((resolve) => {
    let handedOver = false;
    let connected = false;
    let settled = false;
    let response: IncomingMessage | undefined;
    const request = (secure ? httpsRequest : httpRequest)(url, {
      method: body ? 'POST' : 'GET',
      agent,
      // RFC 9110 8.6: none where a request has no content and its method means none by it
      headers: { ...headers, ...(body && { 'content-length': body.length }) },
    });

    const settle = (result: ApiResponse | ApiFailure): void => {
      clearTimeout(timer);
      if (settled) return;
      settled = true;
      // a connection on which anything was left unsaid or unread is of no further use; nor is one on which a gateway gave
      // up, since the provider's own answer may still come, and would be taken for that to the next mail
      if ('failed' in result || !request.writableFinished) request.destroy();
      else if (result.status >= 300) request.socket?.destroy();
      resolve(result);
    };
    const fail = (failed: ApiFailure['failed'], cause: string, code?: string): void =>
      settle({ failed, handedOver, cause: cause.slice(0, MOST_CAUSE), code });
    const timer = setTimeout(() => fail('late', 'timed out'), time.ms());

    request.on('error', (error: NodeJS.ErrnoException) => {
      // a server that has answered need not read the rest of the request: its answer counts, if it is whole
      if (response && !response.complete) return;
      const parsing = error.code?.startsWith('HPE_');
      fail(parsing ? 'garbage' : connected ? 'lost' : 'connect', error.message, error.code);
    });
    // a 101 that nobody asked for ends the connection without an error and without a response
    request.on('close', () => {
      if (!response) fail('lost', 'closed before a response');
    });
    request.on('response', (incoming) => {
      response = incoming;
      read(
        incoming,
        (whole) => settle(whole),
        (failed, cause) => fail(failed, cause),
      );
    });
    request.on('socket', (socket) => {
      const go = (): void =>
        write(request, body ?? NO_BODY, () => {
          if (settled) return false;
          if (!time.enoughForAnswer()) {
            fail('no-time', 'too little time left for the answer');
            return false;
          }
          handedOver = true;
          handOver?.();
          return true;
        });
      const begin = (): void => {
        connected = true;
        const proceed = (withheld: Answer | undefined): void => {
          if (withheld) settle({ failed: 'no-time', handedOver, cause: '', code: undefined, withheld });
          else go();
        };
        const asked = commit?.();
        if (asked) void asked.then(proceed);
        else proceed(undefined);
      };
      if (request.reusedSocket) begin();
      else socket.once(secure ? 'secureConnect' : 'connect', begin);
    });
  });
}

/** Writes the body; `release` is asked before its last chunk. */
function write(request: ClientRequest, body: Uint8Array, release: () => boolean): void {
  const next = (at: number): void => {
    if (request.destroyed) return;
    if (body.length - at <= CHUNK) {
      if (release()) request.end(body.subarray(at));
    } else request.write(body.subarray(at, at + CHUNK), (error) => error || next(at + CHUNK));
  };
  next(0);
}

function read(
  response: IncomingMessage,
  done: (whole: ApiResponse) => void,
  fail: (how: 'lost' | 'garbage', cause: string) => void,
): void {
  const chunks: Buffer[] = [];
  let size = 0;
  response.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > MOST_RESPONSE) fail('garbage', `a response of more than ${MOST_RESPONSE} bytes`);
    else if (chunks.push(chunk) === MOST_PIECES) chunks.splice(0, MOST_PIECES, Buffer.concat(chunks));
  });
  response.on('end', () => {
    const { statusCode = 0, headers, complete } = response;
    // RFC 9112 8: a message that ends before its length is incomplete
    if (complete) done({ status: statusCode, headers, body: Buffer.concat(chunks) });
    else fail('lost', 'closed within the response');
  });
  response.on('error', (error) => fail('lost', error.message));
  response.on('close', () => {
    if (!response.complete) fail('lost', 'closed within the response');
  });
}
