import { type AwsService, awsPost } from './aws-post.ts';
import { awsUrl } from './aws-url.ts';
import { type GetParameters, getParameters } from './get-parameters.ts';
import { lambdaCredentials } from './lambda-credentials.ts';
import type { Parameter, ReadParameters } from './parameters.ts';
import { SourceUnavailable } from './source.ts';
import { type Clock, isWithin, type Times } from './times.ts';

/** Something that asks SSM, and what it holds open. */
export type SsmClient = { readonly get: GetParameters; dropIdle(): void; close(): void };

/** How a client repeats its calls. */
export type SsmPatience = { readonly times: Times; readonly clock: Clock; readonly attempts?: number };

/** Lambda's client: region, endpoint and keys are in the environment. */
export function lambdaClient(patience: SsmPatience): SsmClient {
  const region = process.env['AWS_REGION'] ?? '';
  try {
    return ssmClient({ region, url: awsUrl('ssm', region, process.env), keys: lambdaCredentials }, patience);
  } catch (error) {
    // an endpoint that is no URL: each request is told that the tables cannot be had, and INIT does not fail for it
    return { get: () => Promise.reject(error), dropIdle: () => undefined, close: () => undefined };
  }
}

/** Ten parameters of 8 KB, escaped, are a tenth of what an answer may have. */
const SSM = { service: 'ssm', json: '1.1', mostCharacters: 1024 * 1024 } as const;

/** A client of SSM, wherever it is and whoever asks. A call is tried three times, where nothing else is said. */
export function ssmClient(
  where: Omit<AwsService, 'service' | 'json' | 'mostCharacters'>,
  { times, clock, attempts = 3 }: SsmPatience,
): SsmClient {
  const { post, ...connections } = awsPost({ ...SSM, ...where });
  const get = getParameters(post, { most: attempts, ms: times.attempt, random: clock.random });
  return { get, ...connections };
}

/** Reads parameters under a prefix, at most ten a call. */
export function ssmReader(
  prefix: string,
  { get, dropIdle, close }: SsmClient,
  { clock, times, failed }: { clock: Clock; times: Times; failed: () => void },
): { readonly read: ReadParameters; close(): void } {
  const underWay = new Set<AbortController>();
  let usedAt = clock.now();
  let closed = false;

  const read: ReadParameters = async (names) => {
    if (closed) throw new SourceUnavailable('SSM: closed');
    const idle = clock.now() - usedAt;
    if (idle < 0 || idle > times.idle) dropIdle();
    const begunAt = clock.now();
    const giveUp = new AbortController();
    const timer = setTimeout(() => giveUp.abort(), times.dead);
    underWay.add(giveUp);
    try {
      const told = await get(
        names.map((name) => prefix + name),
        giveUp.signal,
      );
      const found = new Map<string, Parameter>();
      for (const { Name = '', Value = '', Version = 0 } of told) {
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
      close();
    },
  };
}

function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.name === 'Error' ? error.message : `${error.name}: ${error.message}`;
}
