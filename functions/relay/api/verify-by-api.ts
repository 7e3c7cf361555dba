import type { Credential } from '../../tables/authinfo.ts';
import type { Route } from '../../tables/route-entry.ts';
import type { Circumstances, CredentialVerdict, Verify } from '../credential-verdict.ts';
import { hidingSecrets } from '../secrets.ts';
import { timeLeft } from '../time-left.ts';
import { failure, isGateways } from './answers.ts';
import type { ApiCheck } from './api-check.ts';
import type { ApiWords } from './api-words.ts';
import { type ApiResponse, exchange } from './exchange.ts';
import { jsonOf, property, textProperty } from './json.ts';
import { requestOf } from './request-of.ts';

/** What tries a credential by the check of an API; `endpoint` is the provider's own base URL. */
export function verifierBy({ check }: ApiWords, endpoint: string): { readonly verify: Verify } {
  if (!check) throw new Error('its words have no check');
  return {
    verify: (route, credential, circumstances) =>
      verifyByApi(check, endpoint, route, credential, circumstances),
  };
}

/** Nothing is sent, and nothing asked twice. */
async function verifyByApi(
  check: ApiCheck,
  endpoint: string,
  route: Route,
  credential: Credential,
  { wire }: Circumstances,
): Promise<CredentialVerdict> {
  const asked = check.request(credential, route);
  if ('outcome' in asked) return { verdict: 'unknown', told: asked.message };
  const headers = { accept: 'application/json', ...asked.headers };
  const request = requestOf({ ...asked, headers }, route, endpoint);
  if ('outcome' in request) return { verdict: 'unknown', told: request.message };
  const result = await exchange(request, {
    // no mail waits for this answer
    time: { ...timeLeft(route, wire), enoughForAnswer: () => true },
    now: wire.now,
    verify: route.tls_verify === 1,
  });
  // RFC 7617 2: what Basic authentication says tells the secret
  const hide = hidingSecrets(credential, asked.headers['authorization']?.replace(/^\S+ +/, ''));
  const what = `${request.body ? 'POST' : 'GET'} ${asked.path}`;
  if ('failed' in result) {
    const { message, cause = '' } = failure({ ...result, handedOver: false });
    return { verdict: 'unknown', told: [`${what}: ${message.join(' ')}`, cause].map(hide) };
  }
  const answer = jsonOf(result);
  const [verdict, ...words] = judged(check, answer, result);
  const told = [`${what}: HTTP ${result.status}`, ...words, ...saidIn(answer)];
  return { verdict, told: told.map(hide) };
}

function judged(
  check: ApiCheck,
  answer: unknown,
  { status, headers }: ApiResponse,
): readonly [verdict: CredentialVerdict['verdict'], ...words: string[]] {
  // whatever stands in it, a gateway's word is not the provider's
  if (isGateways(status)) return ['unknown'];
  // RFC 9110 15.5.2: 401 lacks valid credentials; for 403 others need not help (15.5.4). Who says when to come again has had too
  // many wrong ones, and has not looked at this one
  if (status === 401) return headers['retry-after'] === undefined ? ['refused'] : ['unknown'];
  const expected = status === (check.status ?? 200);
  const read = check.read(answer);
  if (typeof read === 'string') return [read];
  if (typeof read !== 'boolean') return read;
  if (!expected) return ['unknown'];
  return read ? ['good'] : ['unknown', 'not the answer that was expected'];
}

/** The provider's own words, wherever it puts them. */
function saidIn(answer: unknown): readonly string[] {
  const errors = property(answer, 'errors');
  return [answer, ...(Array.isArray(errors) ? errors : [])].flatMap(
    (each) => textProperty(each, 'message') ?? textProperty(each, 'Message') ?? [],
  );
}
