import { type Attempts, awsCall, type Post } from './aws-call.ts';

/** A parameter as SSM tells it. https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_Parameter.html */
export type Told = {
  readonly Name?: string | undefined;
  readonly Value?: string | undefined;
  readonly Version?: number | undefined;
};

/** Asks for parameters by their whole names, ten at most, decrypted. Rejects with an error whose name tells why. */
export type GetParameters = (names: readonly string[], signal: AbortSignal) => Promise<readonly Told[]>;

/** GetParameters, by calls that are repeated where that can help. */
export function getParameters(post: Post, attempts: Attempts): GetParameters {
  const call = awsCall(post, attempts);
  return (Names, signal) =>
    call('AmazonSSM.GetParameters', { Names, WithDecryption: true }, signal, ({ Parameters }) => {
      // what is not told must not pass for what is not there
      if (!Array.isArray(Parameters)) throw new Error('expected Parameters in the answer, got none');
      return Parameters as readonly Told[];
    });
}
