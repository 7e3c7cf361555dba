import type { Credential } from '../../tables/authinfo.ts';
import { byStatus, taken, verdict } from '../api/answers.ts';
import type { ApiCheck } from '../api/api-check.ts';
import type { ApiCall } from '../api/api-words.ts';
import type { ApiResponse } from '../api/exchange.ts';
import { jsonOf, property, textProperty } from '../api/json.ts';
import { jsonFiles, jsonText } from '../api/json-content.ts';
import { fieldText, mailboxesIn, otherFields, recipientOf } from '../message-fields.ts';
import type { Answer, Delivery } from '../relay.ts';

/** The request of one mail. */
export function request(delivery: Delivery, credential: Credential | undefined): ApiCall {
  return {
    path: '/v3/mail/send',
    headers: {
      authorization: `Bearer ${credential?.password}`,
      'content-type': 'application/json',
      accept: 'application/json',
    },
    body: JSON.stringify(mailOf(delivery)),
  };
}

function mailOf(delivery: Delivery): unknown {
  const { text: plain, html, attachments } = delivery.message.content;
  const [from] = mailboxesIn(delivery, 'from').map(person);
  const replyTo = mailboxesIn(delivery, 'reply-to').map(person);
  const { categories } = delivery.route.options;
  return {
    personalizations: [{ to: [person(recipientOf(delivery))] }],
    from,
    ...(replyTo.length > 0 && { reply_to_list: replyTo }),
    subject: fieldText(delivery, 'subject')?.toWellFormed(),
    // text/plain must be the first (RFC 2046 5.1.4 has the richest last)
    content: [
      ...(plain ? [{ type: 'text/plain', value: jsonText(plain) }] : []),
      ...(html ? [{ type: 'text/html', value: jsonText(html) }] : []),
    ],
    ...(attachments.length > 0 && {
      attachments: jsonFiles(attachments).map(({ name, type, content, cid }) => ({
        filename: name,
        type,
        content,
        disposition: cid === undefined ? 'attachment' : 'inline',
        ...(cid !== undefined && { content_id: cid }),
      })),
    }),
    headers: Object.fromEntries(otherFields(delivery)),
    ...(Array.isArray(categories) && categories.length > 0 && { categories }),
  };
}

function person({ name, address }: { readonly name: string; readonly address: string }) {
  return { email: address, ...(name !== '' && { name: name.toWellFormed() }) };
}

/**
 * What a response means: by status and by the field that an error names.
 * https://www.twilio.com/docs/sendgrid/api-reference/how-to-use-the-sendgrid-v3-api/errors
 * https://www.twilio.com/docs/sendgrid/api-reference/how-to-use-the-sendgrid-v3-api/rate-limits
 */
export function read(response: ApiResponse, _delivery: Delivery, now: number): Answer {
  const { status, headers } = response;
  const id = headers['x-message-id'];
  if (status === 202) return taken('Accepted', ...(typeof id === 'string' ? [id] : []));
  const errors = property(jsonOf(response), 'errors');
  const list: unknown[] = Array.isArray(errors) ? errors : [];
  const said = list.flatMap((each) => textProperty(each, 'message') ?? []);
  // the sender identity is not verified: no other key would help (RFC 3463 X.7.1)
  if (status === 403 && list.some((each) => textProperty(each, 'field') === 'from'))
    return verdict('550', '5.7.1', `HTTP ${status}`, ...said);
  return byStatus(response, now, ...said);
}

/**
 * How a key is tried: "returns all the scopes assigned to the key you use to authenticate with it"
 * https://www.twilio.com/docs/sendgrid/api-reference/api-key-permissions/retrieve-a-list-of-scopes-for-which-this-user-has-access
 */
export const check: ApiCheck = {
  request: ({ password }) => ({ path: '/v3/scopes', headers: { authorization: `Bearer ${password}` } }),
  read(answer) {
    const scopes = property(answer, 'scopes');
    return (
      Array.isArray(scopes) && (scopes.includes('mail.send') || ['refused', 'its scopes lack mail.send'])
    );
  },
};
