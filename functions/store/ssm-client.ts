import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { GetParametersCommand, SSMClient, type SSMClientConfig } from '@aws-sdk/client-ssm';
import { lambdaCredentials } from './lambda-credentials.ts';
import type { Parameter, ReadParameters } from './parameters.ts';
import { SourceUnavailable } from './source.ts';
import { type Clock, isWithin, type Times } from './times.ts';

export type SsmClientOptions = {
  readonly region?: string;
  /** Another place of SSM; AWS_ENDPOINT_URL_SSM and AWS_ENDPOINT_URL are honoured too. */
  readonly endpoint?: string;
  /** Where keys come from, but on Lambda: there they are in the environment. */
  readonly credentials?: SSMClientConfig['credentials'];
  /** How often a call is tried; 3 where absent. */
  readonly attempts?: number;
};

/** Reads parameters under a prefix, at most ten a call, decrypted. */
export function ssmReader(
  prefix: string,
  options: SsmClientOptions,
  { clock, times, failed }: { clock: Clock; times: Times; failed: () => void },
): { readonly read: ReadParameters; close(): void } {
  // Nagle's algorithm off and idle connections kept by the agents themselves; see `idle`
  const agents = {
    httpAgent: new HttpAgent({ keepAlive: true }),
    httpsAgent: new HttpsAgent({ keepAlive: true }),
  };
  const client = new SSMClient(slimConfig(options, times, agents));
  const underWay = new Set<AbortController>();
  let usedAt = clock.now();
  let closed = false;

  const read: ReadParameters = async (names) => {
    if (closed) throw new SourceUnavailable('SSM: closed');
    const idle = clock.now() - usedAt;
    if (idle < 0 || idle > times.idle) dropIdle(agents.httpAgent, agents.httpsAgent);
    const begunAt = clock.now();
    const giveUp = new AbortController();
    const timer = setTimeout(() => giveUp.abort(), times.dead);
    underWay.add(giveUp);
    try {
      const command = new GetParametersCommand({
        Names: names.map((name) => prefix + name),
        WithDecryption: true,
      });
      const { Parameters = [] } = await client.send(command, { abortSignal: giveUp.signal });
      const found = new Map<string, Parameter>();
      for (const { Name = '', Value = '', Version = 0 } of Parameters) {
        found.set(Name.slice(prefix.length), { text: Value, version: String(Version) });
      }
      return found;
    } catch (cause) {
      // longer than that it was frozen with its Lambda, which is no failure of SSM
      if (isWithin(clock, begunAt, 2 * times.dead)) failed();
      throw new SourceUnavailable(`SSM: ${describeError(cause)}`, { cause });
    } finally {
      clearTimeout(timer);
      underWay.delete(giveUp);
      usedAt = clock.now();
    }
  };
  return {
    read,
    close() {
      closed = true;
      for (const each of underWay) each.abort();
      client.destroy();
      agents.httpAgent.destroy();
      agents.httpsAgent.destroy();
    },
  };
}

/** Everything that the SDK would otherwise look up in ~/.aws, file by file, in a cold start. */
function slimConfig(
  { region = process.env['AWS_REGION'], credentials, attempts = 3, ...options }: SsmClientOptions,
  { connect, attempt }: Times,
  agents: { httpAgent: HttpAgent; httpsAgent: HttpsAgent },
): SSMClientConfig {
  const { env } = process;
  const endpoint = options.endpoint ?? (env['AWS_ENDPOINT_URL_SSM'] || env['AWS_ENDPOINT_URL']);
  const keys = credentials ?? (env['AWS_LAMBDA_FUNCTION_NAME'] ? lambdaCredentials : undefined);
  return {
    ...(region && { region }),
    ...(endpoint && { endpoint }),
    ...(keys && { credentials: keys }),
    // full jitter; throttling pauses up to 1 s, then up to 2 s: within the 5 s that a reading may take. The adaptive
    // mode would hold back first attempts too, which are what a cold start waits for
    retryMode: 'standard',
    maxAttempts: attempts,
    requestHandler: {
      connectionTimeout: connect,
      requestTimeout: attempt,
      // without it the SDK only warns
      throwOnRequestTimeout: true,
      socketTimeout: attempt,
      ...agents,
    },
    defaultsMode: 'standard',
    useFipsEndpoint: env['AWS_USE_FIPS_ENDPOINT'] === 'true',
    useDualstackEndpoint: env['AWS_USE_DUALSTACK_ENDPOINT'] === 'true',
    authSchemePreference: ['sigv4'],
    userAgentAppId: async () => env['AWS_SDK_UA_APP_ID'],
    ignoreConfiguredEndpointUrls: true,
  };
}

/** Ends connections that nobody uses: what was frozen may be dead, and would cost a request its second of patience. */
function dropIdle(...agents: readonly HttpAgent[]): void {
  for (const agent of agents) {
    for (const sockets of Object.values(agent.freeSockets)) {
      for (const socket of sockets ?? []) socket.destroy();
    }
  }
}

function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.name === 'Error' ? error.message : `${error.name}: ${error.message}`;
}
