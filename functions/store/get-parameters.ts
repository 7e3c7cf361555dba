import { setTimeout as sleep } from 'node:timers/promises';
import type { AwsAnswer } from './aws-post.ts';

/** A parameter as SSM tells it. https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_Parameter.html */
export type Told = {
  readonly Name?: string | undefined;
  readonly Value?: string | undefined;
  readonly Version?: number | undefined;
};

/** Asks for parameters by their whole names, ten at most, decrypted. Rejects with an error whose name tells why. */
export type GetParameters = (names: readonly string[], signal: AbortSignal) => Promise<readonly Told[]>;

/** Makes one attempt of a call; rejects where no whole answer came. */
type Post = (target: string, input: object, signal: AbortSignal) => Promise<AwsAnswer>;

/** How calls are repeated. */
export type Attempts = {
  /** At most so many. */
  readonly most: number;
  /** Milliseconds that one may take. */
  readonly ms: number;
  /** From 0 to 1. */
  random(): number;
};

/** What may stand in an answer. */
type Document = { Parameters?: readonly Told[]; __type?: unknown; message?: unknown; Message?: unknown };

/** What SSM answered instead; named as AWS names it, with AWS's text. */
class SsmError extends Error {
  readonly status: number;
  constructor({ status, text }: AwsAnswer) {
    const { __type: type, message, Message } = documentOf(text) ?? {};
    super(String(message ?? Message ?? ''));
    // a type may have its namespace before it, and a URL behind it
    this.name = typeof type === 'string' ? type.replace(/^.*#/, '').replace(/:.*$/, '') : `HTTP ${status}`;
    this.status = status;
  }
}

/** Milliseconds before a second attempt; doubled for each one more, shortened by chance. The SDK's own. */
const PAUSE = 50;
const PAUSE_THROTTLED = 1000;

/**
 * GetParameters, repeated where that can help, with the pauses of the SDK's standard mode: full jitter; throttling pauses up
 * to 1 s, then up to 2 s. Without its quota of retries: a reading has three attempts, and there is one in seconds. The
 * adaptive mode would hold back first attempts too, which are what a cold start waits for.
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
 */
export function getParameters(post: Post, { most, ms, random }: Attempts): GetParameters {
  const once = async (Names: readonly string[], given: AbortSignal): Promise<readonly Told[]> => {
    const signal = AbortSignal.any([given, AbortSignal.timeout(ms)]);
    try {
      const answer = await post('AmazonSSM.GetParameters', { Names, WithDecryption: true }, signal);
      if (answer.status !== 200) throw new SsmError(answer);
      const document = documentOf(answer.text);
      if (document === undefined) throw new Error('expected JSON in the answer');
      const { Parameters } = document;
      // what is not told must not pass for what is not there
      if (!Array.isArray(Parameters)) throw new Error('expected Parameters in the answer, got none');
      return Parameters;
    } catch (error) {
      // node:http says of either that it was aborted; the signal knows why
      throw signal.aborted ? signal.reason : error;
    }
  };
  return async (names, signal) => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await once(names, signal);
      } catch (error) {
        const pause = pauseAfter(error);
        if (attempt >= most || pause === undefined || signal.aborted) throw error;
        await sleep(random() * pause * 2 ** (attempt - 1), undefined, { signal });
      }
    }
  };
}

/** The longest pause before it is tried again; undefined where that cannot help. */
function pauseAfter(error: unknown): number | undefined {
  if (!(error instanceof SsmError)) return isOfTheWay(error) ? PAUSE : undefined;
  if (error.status === 429 || /Throttl|TooManyRequests|RequestLimit|SlowDown/.test(error.name))
    return PAUSE_THROTTLED;
  // a signature that was made before this Lambda was frozen
  if (error.name === 'InvalidSignatureException' || error.name === 'RequestExpired') return PAUSE;
  return error.status >= 500 || error.status === 408 || /^RequestTimeout/.test(error.name)
    ? PAUSE
    : undefined;
}

/** Timed out, or one of the errors of node:net, node:dns, node:tls and node:http, which have a code. Not: no keys. */
function isOfTheWay(error: unknown): boolean {
  return error instanceof Error && (error.name === 'TimeoutError' || 'code' in error);
}

/**
 * The document of an answer; undefined where it is none, as a gateway's page. Without the reader's own error: it quotes the
 * text, and secrets are in it.
 * https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html#operation-error-serialization
 */
function documentOf(text: string): Document | undefined {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    return undefined;
  }
}
