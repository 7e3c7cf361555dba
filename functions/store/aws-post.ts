import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { signed } from './aws-signature.ts';
import type { AwsKeys } from './lambda-credentials.ts';

/** A service of AWS that speaks AWS JSON, and who asks it. */
export type AwsService = {
  /** As signatures name it. */
  readonly service: string;
  /** The protocol's version. */
  readonly json: '1.0' | '1.1';
  readonly region: string;
  readonly url: URL;
  keys(): Promise<AwsKeys>;
  /** Most characters of an answer. */
  readonly mostCharacters: number;
};

/** Connections at a time. */
const MOST_SOCKETS = 50;

/** An answer that came whole. */
export type AwsAnswer = { readonly status: number; readonly text: string };

/**
 * Makes signed POSTs to one service, over connections of its own that are kept. Not the SDK's client: loading and running
 * that takes a fifth of a cold start and more (docs/performance.md).
 * https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html
 */
export function awsPost({ service, json, region, url, keys, mostCharacters }: AwsService): {
  /** Rejects with an error of node:http, or with the signal's reason. `target` is the action, as the service's model names it. */
  post(target: string, input: object, signal: AbortSignal): Promise<AwsAnswer>;
  /** Ends connections that nobody uses: what was frozen with its Lambda may be dead. */
  dropIdle(): void;
  close(): void;
} {
  const secure = url.protocol === 'https:';
  // Nagle's algorithm is off, and the agent keeps idle connections. A thousand recipients are claimed over some of them
  const agent = new (secure ? HttpsAgent : HttpAgent)({ keepAlive: true, maxSockets: MOST_SOCKETS });
  return {
    async post(target, input, signal) {
      const body = JSON.stringify(input);
      const given = {
        host: url.host,
        'content-type': `application/x-amz-json-${json}`,
        'x-amz-target': target,
      };
      const known = await keys();
      signal.throwIfAborted();
      // by the real clock, whatever tests say of ages
      const headers = signed(given, body, { service, region, keys: known, path: url.pathname }, Date.now());
      return new Promise((resolve, reject) => {
        const options = { method: 'POST', agent, headers };
        const request = (secure ? httpsRequest : httpRequest)(url, options, (response) => {
          let text = '';
          response.setEncoding('utf8');
          response.on('data', (piece: string) => {
            text += piece;
            if (text.length > mostCharacters) request.destroy(new Error('the answer is too long'));
          });
          response.on('error', reject);
          response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
        });
        // not by node:http's own `signal`, which makes 1 ms of a cold start of it
        const giveUp = () => request.destroy(signal.reason);
        signal.addEventListener('abort', giveUp);
        request.on('close', () => signal.removeEventListener('abort', giveUp));
        request.on('error', reject);
        request.end(body);
      });
    },
    dropIdle() {
      for (const sockets of Object.values(agent.freeSockets)) {
        for (const socket of sockets ?? []) socket.destroy();
      }
    },
    close: () => agent.destroy(),
  };
}
