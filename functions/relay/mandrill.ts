import * as v from 'valibot';
import { text } from '../tables/value.ts';
import { byStatus, fault, refusedCredential, taken, verdict } from './api/answers.ts';
import { defineApi } from './api/define-api.ts';
import type { ApiResponse } from './api/exchange.ts';
import { jsonOf, textProperty } from './api/json.ts';
import { notAlone } from './api/lone-recipient.ts';
import { EVERYTHING } from './capabilities.ts';
import type { Answer, Delivery } from './relay.ts';

const HEADERS = { 'content-type': 'application/json', accept: 'application/json' };

/**
 * Mailchimp Transactional, formerly Mandrill: raw messages, to recipients of our own.
 * https://mailchimp.com/developer/transactional/api/messages/send-mime-document/
 */
export const mandrill = defineApi({
  name: 'Mandrill',
  description:
    'Hands each mail as it is to Mailchimp Transactional, formerly Mandrill (API 1.0, messages/send-raw).',
  endpoint: 'https://mandrillapp.com/api/1.0',
  credential: { needed: 'must', password: 'the API key' },
  options: {
    ip_pool: v.pipe(
      v.optional(text('the name of a pool')),
      v.description('The dedicated IP pool that sends. Default: the account’s own.'),
    ),
    return_path_domain: v.pipe(
      v.optional(text('a domain')),
      v.description('A domain of yours for the return path. Default: the account’s own.'),
    ),
  },
  can: {
    ...EVERYTHING,
    severalFrom: false,
    size: 25_000_000,
    nullSender: false,
    ownSender: false,
    ownMessageId: false,
    ownDate: false,
  },
  limits: [
    'Accepted means sent or queued there: bounces are told by its webhooks.',
    'The envelope sender is one of Mandrill’s return paths. Who sends is read from the From field.',
    'A recipient on the rejection denylist is rejected: 550 5.1.1 after a hard bounce, 5.7.1 after a complaint or an unsubscription.',
  ],
  example: {
    route: { mailer: 'Mandrill', auth: 'Mandrill' },
    authinfo: { Mandrill: { password: 'md-nekochan22' } },
  },
  request(delivery, credential) {
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
  },
  read,
  // https://mailchimp.com/developer/transactional/api/users/ping/
  check: {
    request: ({ password }) => ({
      path: '/users/ping',
      headers: HEADERS,
      body: JSON.stringify({ key: password }),
    }),
    read: (answer) => answer === 'PONG!' || (textProperty(answer, 'name') === 'Invalid_Key' && 'refused'),
  },
});

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

/** Whatever went wrong, the status is 500 and the name tells what (https://mailchimp.com/developer/transactional/docs/fundamentals/). */
function read(response: ApiResponse, _delivery: Delivery, now: number): Answer | undefined {
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
