import type { Credential } from '../../tables/authinfo.ts';
import { tableDomain } from '../../tables/domain.ts';
import type { Route } from '../../tables/route-entry.ts';
import { byStatus, fault, taken } from '../api/answers.ts';
import type { ApiCheck } from '../api/api-check.ts';
import type { ApiCall } from '../api/api-words.ts';
import type { ApiResponse } from '../api/exchange.ts';
import { type FormPart, formData } from '../api/form-data.ts';
import { jsonOf, textProperty } from '../api/json.ts';
import { notAlone } from '../api/lone-recipient.ts';
import { held } from '../own-answers.ts';
import type { Answer, Delivery } from '../relay.ts';
import { EU, US } from './regions.ts';

/** The request of one mail. */
export function request(delivery: Delivery, credential: Credential | undefined): ApiCall | Answer {
  const { queueid, envelope, head, body, route } = delivery;
  const { tags } = route.options;
  const parts = [
    { name: 'to', content: envelope.rcpt[0] },
    ...(Array.isArray(tags) ? tags : []).map((each) => ({ name: 'o:tag', content: String(each) })),
    {
      name: 'message',
      content: Buffer.concat([head, body]),
      filename: 'message.eml',
      type: 'message/rfc822',
    },
  ];
  // "Use commas to separate multiple recipients"
  return notAlone(delivery) ?? mailgunCall(route, credential, parts, queueid);
}

/** The request that gives a form to the domain of a credential, in the region of the route. */
export function mailgunCall(
  { auth, options }: Route,
  credential: Credential | undefined,
  parts: readonly FormPart[],
  queueid: string,
): ApiCall | Answer {
  const domain = tableDomain(credential?.username ?? '');
  if (domain === undefined)
    return held('AUTH', '4.3.5', `Credential '${auth}': username must be the domain at Mailgun`);
  const form = formData(parts, queueid);
  return {
    base: options['region'] === 'eu' ? EU : US,
    path: `/v3/${encodeURIComponent(domain)}/messages.mime`,
    headers: {
      authorization: `Basic ${Buffer.from(`api:${credential?.password}`).toString('base64')}`,
      'content-type': form.type,
      accept: 'application/json',
    },
    body: form.body,
  };
}

/**
 * What a response means. By status: the errors have a text, and no code of their own.
 * https://documentation.mailgun.com/docs/mailgun/quickstart-guide/responses
 */
export function read(response: ApiResponse, _delivery: Delivery, now: number): Answer {
  const { status } = response;
  const answer = jsonOf(response);
  const message = textProperty(answer, 'message');
  const id = textProperty(answer, 'id');
  if (status === 200 && id) return taken(message || 'Queued', id);
  const words = message ? [message] : [];
  if (status === 404)
    return fault('4.3.5', 'HTTP 404', ...words, 'are the domain in `username` and the region right?');
  return byStatus(response, now, ...words);
}

/**
 * How a key is tried. "Domain Sending Keys are API keys that only allow sending messages via a POST call on /messages and
 * /messages.mime": elsewhere a good one is refused as a wrong one is. `to` and `message`, which are required, are not there:
 * 400 after the key, and nothing to send; in test mode nothing would be sent either.
 * https://documentation.mailgun.com/docs/mailgun/api-reference/authentication
 * https://documentation.mailgun.com/docs/mailgun/user-manual/sending-messages/test-mode
 */
export const check: ApiCheck = {
  request: (credential, route) =>
    mailgunCall(route, credential, [{ name: 'o:testmode', content: 'yes' }], 'check'),
  status: 400,
  read: (answer) => textProperty(answer, 'message') !== undefined,
};
