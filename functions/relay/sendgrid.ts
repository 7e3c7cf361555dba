import * as v from 'valibot';
import { text } from '../tables/value.ts';
import { byStatus, taken, verdict } from './api/answers.ts';
import { defineApi } from './api/define-api.ts';
import type { ApiResponse } from './api/exchange.ts';
import { jsonOf, property, textProperty } from './api/json.ts';
import { jsonFiles, jsonText } from './api/json-content.ts';
import { EVERYTHING } from './capabilities.ts';
import { fieldText, mailboxesIn, otherFields, recipientOf } from './message-fields.ts';
import type { Answer, Delivery } from './relay.ts';

/**
 * Twilio SendGrid, v3 Mail Send.
 * https://www.twilio.com/docs/sendgrid/api-reference/mail-send/mail-send
 */
export const sendgrid = defineApi({
  name: 'SendGrid',
  description: 'Hands each mail to Twilio SendGrid (Web API v3, /mail/send).',
  endpoint: 'https://api.sendgrid.com',
  credential: { needed: 'must', password: 'API key with the permission Mail Send' },
  options: {
    categories: v.pipe(
      v.optional(v.pipe(v.array(text('a category')), v.maxLength(10, 'at most 10 categories')), []),
      v.description('Categories of the mails of this route, at most 10, for SendGrid to count by.'),
    ),
  },
  // "The total size of your email, including attachments, must be less than 30MB."
  can: {
    ...EVERYTHING,
    severalFrom: false,
    cc: false,
    tags: true,
    size: 30_000_000,
    nullSender: false,
    charset: false,
    ownSender: false,
    ownMessageId: false,
    ownDate: false,
  },
  limits: [
    'The account is bound to a region: for one in the EU, `endpoint: https://api.eu.sendgrid.com`.',
    'Accepted means queued there: drops and bounces are told by its Event Webhook.',
    'From must be a verified sender or of an authenticated domain.',
  ],
  example: {
    route: { mailer: 'SendGrid', auth: 'SendGrid', categories: ['news'] },
    authinfo: { SendGrid: { password: 'SG.nekochan22' } },
  },
  request(delivery, credential) {
    return {
      path: '/v3/mail/send',
      headers: {
        authorization: `Bearer ${credential?.password}`,
        'content-type': 'application/json',
        accept: 'application/json',
      },
      body: JSON.stringify(mailOf(delivery)),
    };
  },
  read,
  // "returns all the scopes assigned to the key you use to authenticate with it"
  // https://www.twilio.com/docs/sendgrid/api-reference/api-key-permissions/retrieve-a-list-of-scopes-for-which-this-user-has-access
  check: {
    request: ({ password }) => ({ path: '/v3/scopes', headers: { authorization: `Bearer ${password}` } }),
    read(answer) {
      const scopes = property(answer, 'scopes');
      return (
        Array.isArray(scopes) && (scopes.includes('mail.send') || ['refused', 'its scopes lack mail.send'])
      );
    },
  },
});

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
 * By status and by the field that an error names.
 * https://www.twilio.com/docs/sendgrid/api-reference/how-to-use-the-sendgrid-v3-api/errors
 * https://www.twilio.com/docs/sendgrid/api-reference/how-to-use-the-sendgrid-v3-api/rate-limits
 */
function read(response: ApiResponse, _delivery: Delivery, now: number): Answer {
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
