import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { bodyOf } from '../../doubles/loopback.ts';
import { faultAnswer } from '../../doubles/ssm/faults.ts';
import { getParameters } from '../../doubles/ssm/read.ts';
import { layVersion, type SsmStore, type SsmType } from '../../doubles/ssm/store.ts';
import { complaintsOf, send } from '../../doubles/ssm/wire.ts';
import { tokenBucket } from './token-bucket.ts';

/** SSM's GetParameters with a limit of calls a second, as an account has it. */
export type ThrottledSsm = {
  readonly url: string;
  readonly calls: number;
  /** ... of which so many were refused. */
  readonly throttled: number;
  /** What was wrong with requests that the real SSM would have refused. */
  readonly complaints: readonly string[];
  put(name: string, value: string, type?: SsmType): void;
  stop(): Promise<void>;
};

/**
 * Starts one on loopback. Over the limit it answers as the real one does: HTTP 400, ThrottlingException, "Rate exceeded".
 * The real one's burst is not documented: here it is a second's calls, and what was refused takes none of them.
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/CommonErrors.html
 */
export async function startThrottledSsm(perSecond: number): Promise<ThrottledSsm> {
  const store: SsmStore = { parameters: new Map(), settings: new Map(), page: undefined };
  const take = tokenBucket(perSecond, perSecond);
  const complaints: string[] = [];
  let calls = 0;
  let throttled = 0;
  const listener: RequestListener = async (request, response) => {
    const input = JSON.parse(await bodyOf(request)) as object;
    complaints.push(...complaintsOf(request));
    calls++;
    if (take(performance.now())) return send(response, 200, getParameters(input, store), Date.now());
    throttled++;
    const [status = 400, __type, message] = faultAnswer('throttling', 'GetParameters', '') ?? [];
    send(response, status, { __type, message }, Date.now());
  };
  const server = createServer(listener);
  // a thousand connect at once: what does not fit into the backlog would wait a second, as nobody does for the real one
  await new Promise<void>((resolve) =>
    server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, () => resolve()),
  );
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    complaints,
    get calls() {
      return calls;
    },
    get throttled() {
      return throttled;
    },
    put(name, value, type = 'String') {
      const keyId = type === 'SecureString' ? 'alias/aws/ssm' : undefined;
      layVersion(store, name, { type, value, tier: 'Standard', keyId, description: undefined });
    },
    stop() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      return closed;
    },
  };
}
