import * as v from 'valibot';
import { text } from '../tables/value.ts';
import { fault, refusedCredential, taken, throttled, verdict } from './api/answers.ts';
import { defineApi } from './api/define-api.ts';
import type { ApiResponse } from './api/exchange.ts';
import { jsonOf, property, textProperty } from './api/json.ts';
import { jsonFiles, jsonText } from './api/json-content.ts';
import { retryAfterOf, secondsUntil } from './api/retry-after.ts';
import { EVERYTHING } from './capabilities.ts';
import { encodedFields, fieldText, mailboxesIn, recipientOf } from './message-fields.ts';
import type { Answer, Delivery } from './relay.ts';

/** Fields that have a key of their own, or that SendGrid refuses among `headers`; Date it writes itself. */
const NOT_HEADERS = new Set(['from', 'to', 'cc', 'reply-to', 'subject', 'received', 'date']);

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
    headers: Object.fromEntries(encodedFields(delivery, NOT_HEADERS)),
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
function read(response: ApiResponse, _delivery: Delivery, now: number): Answer | undefined {
  const { status, headers } = response;
  const id = headers['x-message-id'];
  if (status === 202) return taken('Accepted', ...(typeof id === 'string' ? [id] : []));
  const errors = property(jsonOf(response), 'errors');
  const list: unknown[] = Array.isArray(errors) ? errors : [];
  const said = [`HTTP ${status}`, ...list.flatMap((each) => textProperty(each, 'message') ?? [])];
  if (status === 429) {
    const reset = secondsUntil(headers['x-ratelimit-reset'], now);
    return throttled(retryAfterOf(headers, now) ?? reset, ...said);
  }
  // the sender identity is not verified: no other key would help (RFC 3463 X.7.1)
  if (status === 403 && list.some((each) => textProperty(each, 'field') === 'from'))
    return verdict('550', '5.7.1', ...said);
  if (status === 401 || status === 403) return refusedCredential(...said);
  // the account's mail may not leave its region; 406: not our Accept
  if (status === 451 || status === 406) return fault('4.3.5', ...said);
  if (status === 413) return verdict('552', '5.3.4', ...said);
  if (status === 400) return verdict('554', '5.6.0', ...said);
  return undefined;
}
