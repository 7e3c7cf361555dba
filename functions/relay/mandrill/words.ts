import type { Credential } from '../../tables/authinfo.ts';
import { byStatus, fault, refusedCredential, taken, verdict } from '../api/answers.ts';
import type { ApiCheck } from '../api/api-check.ts';
import type { ApiCall } from '../api/api-words.ts';
import type { ApiResponse } from '../api/exchange.ts';
import { jsonOf, textProperty } from '../api/json.ts';
import { notAlone } from '../api/lone-recipient.ts';
import type { Answer, Delivery } from '../relay.ts';

const HEADERS = { 'content-type': 'application/json', accept: 'application/json' };

/** The request of one mail. */
export function request(delivery: Delivery, credential: Credential | undefined): ApiCall | Answer {
  const { head, body, envelope, route } = delivery;
  const { ip_pool, return_path_domain } = route.options;
  return (
    notAlone(delivery) ?? {
      path: '/messages/send-raw',
      headers: HEADERS,
      body: JSON.stringify({
        key: credential?.password,
        // 7-bit octets: every one is a character of its own
        raw_message: Buffer.concat([head, body]).toString('latin1'),
        to: [envelope.rcpt[0]],
        // the answer tells what became of the mail, and not only that it was heard
        async: false,
        ...(ip_pool !== undefined && { ip_pool }),
        ...(return_path_domain !== undefined && { return_path_domain }),
      }),
    }
  );
}

/** Why a recipient was rejected (RFC 3463). https://mailchimp.com/developer/transactional/docs/reputation-rejections/ */
const REASONS: ReadonlyMap<string | undefined, readonly [`5${string}`, `5.${string}`]> = new Map([
  ['hard-bounce', ['550', '5.1.1']],
  ['soft-bounce', ['550', '5.2.0']],
  ['spam', ['550', '5.7.1']],
  ['unsub', ['550', '5.7.1']],
  ['custom', ['550', '5.7.1']],
  ['rule', ['550', '5.7.1']],
  ['invalid', ['553', '5.1.3']],
  ['invalid-sender', ['553', '5.1.8']],
  ['unsigned', ['550', '5.7.1']],
]);

/** What a response means. Whatever went wrong, the status is 500 and the name tells what (https://mailchimp.com/developer/transactional/docs/fundamentals/). */
export function read(response: ApiResponse, _delivery: Delivery, now: number): Answer | undefined {
  const answer = jsonOf(response);
  const status = textProperty(answer, 'status');
  if (Array.isArray(answer)) return response.status === 200 ? recipientAnswer(answer) : undefined;
  if (status !== 'error') return undefined;
  const name = textProperty(answer, 'name') ?? '';
  const words = `${name}: ${textProperty(answer, 'message') ?? ''}`;
  const said = [`HTTP ${response.status}`, words];
  switch (name) {
    case 'Invalid_Key':
      return refusedCredential(...said);
    case 'ValidationError':
      return verdict('554', '5.6.0', ...said);
    case 'PaymentRequired':
    case 'PoorReputation':
    case 'Unknown_Subaccount':
    case 'Unknown_Pool':
      return fault('4.3.5', ...said);
    default:
      return byStatus(response, now, words);
  }
}

function recipientAnswer(list: readonly unknown[]): Answer | undefined {
  const [one] = list;
  if (list.length !== 1) return undefined;
  const status = textProperty(one, 'status');
  const id = textProperty(one, '_id');
  const reason = textProperty(one, 'reject_reason');
  if (status === 'sent' || status === 'queued' || status === 'scheduled') {
    return taken(status, ...(id === undefined ? [] : [id]));
  }
  if (status === 'invalid') return verdict('553', '5.1.3', status);
  if (status !== 'rejected') return undefined;
  // the account may only send to its own domains yet
  if (reason === 'test-mode-limit') return fault('4.3.5', `${status}: ${reason}`);
  return verdict(...(REASONS.get(reason) ?? ['554', '5.0.0']), `${status}: ${reason ?? 'no reason'}`);
}

/** How a key is tried. https://mailchimp.com/developer/transactional/api/users/ping/ */
export const check: ApiCheck = {
  request: ({ password }) => ({
    path: '/users/ping',
    headers: HEADERS,
    body: JSON.stringify({ key: password }),
  }),
  read: (answer) => answer === 'PONG!' || (textProperty(answer, 'name') === 'Invalid_Key' && 'refused'),
};
