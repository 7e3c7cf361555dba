import type { Credential } from '../../tables/authinfo.ts';
import { hidingSecrets } from '../esmtp/secrets.ts';
import type { Answer } from '../relay.ts';
import { byStatus, failure } from './answers.ts';
import { type ApiRequest, type ApiResponse, type ExchangeOptions, exchange } from './exchange.ts';

/** Makes a request and judges its response: by the provider's codes, else by its status, else by how far it came. */
export async function call(
  request: ApiRequest,
  options: ExchangeOptions,
  credential: Credential | undefined,
  read: (response: ApiResponse) => Answer | undefined,
): Promise<Answer> {
  let handedOver = false;
  const handOver = (): void => {
    handedOver = true;
    options.handOver();
  };
  const result = await exchange(request, { ...options, handOver });
  if ('failed' in result) return failure(result);
  const now = options.now();
  const answer = read(result) ?? byStatus(result, now);
  // a yes to a request that was not whole is nobody's yes
  const believed = handedOver || answer.outcome === 'rejected' || answer.outcome === 'deferred';
  const hide = hidingSecrets(credential);
  return believed
    ? { ...answer, message: answer.message.map(hide) }
    : failure({
        failed: 'garbage',
        handedOver,
        cause: `HTTP ${result.status} before the end`,
        code: undefined,
      });
}
