import type { Credential } from '../../tables/authinfo.ts';
import type { Answer } from '../relay.ts';
import { hidingSecrets } from '../secrets.ts';
import { byStatus, failure, isGateways } from './answers.ts';
import { type ApiRequest, type ApiResponse, type ExchangeOptions, exchange } from './exchange.ts';

/** Makes a request and judges its response: by the provider's codes, else by its status, else by how far it came. */
export async function call(
  request: ApiRequest,
  options: Omit<ExchangeOptions, 'handOver'>,
  credential: Credential | undefined,
  read: (response: ApiResponse) => Answer | undefined,
): Promise<Answer> {
  let handedOver = false;
  const handOver = (): void => {
    handedOver = true;
  };
  const result = await exchange(request, { ...options, handOver });
  if ('failed' in result) return failure(result);
  // whatever stands in it, a gateway's word is not the provider's
  const answer = (isGateways(result.status) ? undefined : read(result)) ?? byStatus(result, options.now());
  // RFC 7617 2: what Basic authentication says is no secret of ours as it stands, but tells it
  const login = request.headers['authorization']?.replace(/^\S+ +/, '');
  return believed(answer, result, handedOver, credential, login);
}

/** What is made of a response, as it may be passed on: no secret in it, and a yes only to a request that was whole. */
export function believed(
  answer: Answer,
  { status }: ApiResponse,
  handedOver: boolean,
  credential: Credential | undefined,
  login?: string,
): Answer {
  // a yes to a request that was not whole is nobody's yes
  if (handedOver || answer.outcome === 'rejected' || answer.outcome === 'deferred') {
    const hide = hidingSecrets(credential, login);
    const told = (lines: readonly string[]) => lines.map((line) => hide(line).slice(0, 1000));
    return { ...answer, message: told(answer.message), ...(answer.notes && { notes: told(answer.notes) }) };
  }
  return failure({ failed: 'garbage', handedOver, cause: `HTTP ${status} before the end`, code: undefined });
}
