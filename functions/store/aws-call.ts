import { setTimeout as sleep } from 'node:timers/promises';
import type { AwsAnswer } from './aws-post.ts';

/** Makes one attempt of a call; rejects where no whole answer came. */
export type Post = (target: string, input: object, signal: AbortSignal) => Promise<AwsAnswer>;

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
export type Document = { readonly [member: string]: unknown };

/** What the service answered instead; named as AWS names it, with AWS's text. */
export class AwsError extends Error {
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
 * Makes calls, repeated where that can help, with the pauses of the SDK's standard mode: full jitter; throttling pauses up
 * to 1 s, then up to 2 s. Without its quota of retries: a call has three attempts, and there are few of them. The
 * adaptive mode would hold back first attempts too, which are what a cold start waits for. `read` may throw where an
 * answer is not what was asked for.
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
 */
export function awsCall(post: Post, { most, ms, random }: Attempts) {
  return async <T>(
    target: string,
    input: object,
    given: AbortSignal,
    read: (document: Document) => T,
  ): Promise<T> => {
    const once = async (): Promise<T> => {
      const signal = AbortSignal.any([given, AbortSignal.timeout(ms)]);
      try {
        const answer = await post(target, input, signal);
        if (answer.status !== 200) throw new AwsError(answer);
        const document = documentOf(answer.text);
        if (document === undefined) throw new Error('expected JSON in the answer');
        return read(document);
      } catch (error) {
        // node:http says of either that it was aborted; the signal knows why
        throw signal.aborted ? signal.reason : error;
      }
    };
    for (let attempt = 1; ; attempt++) {
      try {
        return await once();
      } catch (error) {
        const pause = pauseAfter(error);
        if (attempt >= most || pause === undefined || given.aborted) throw error;
        await sleep(random() * pause * 2 ** (attempt - 1), undefined, { signal: given });
      }
    }
  };
}

/** The longest pause before it is tried again; undefined where that cannot help. */
function pauseAfter(error: unknown): number | undefined {
  if (!(error instanceof AwsError)) return isOfTheWay(error) ? PAUSE : undefined;
  if (error.status === 429 || /Throttl|Throughput|TooManyRequests|RequestLimit|SlowDown/.test(error.name))
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
