import * as v from 'valibot';
import { text, value } from '../tables/value.ts';
import { byStatus, fault, refusedCredential, taken, throttled, verdict } from './api/answers.ts';
import { defineApi } from './api/define-api.ts';
import type { ApiResponse } from './api/exchange.ts';
import { jsonOf, property, textProperty } from './api/json.ts';
import { jsonFiles, jsonText } from './api/json-content.ts';
import { notAlone } from './api/lone-recipient.ts';
import { EVERYTHING } from './capabilities.ts';
import { fieldText, mailboxesIn, otherFields, recipientOf } from './message-fields.ts';
import type { Answer, Delivery } from './relay.ts';

const streamId = () =>
  value<string>("a message stream's id", (input) =>
    typeof input === 'string' && /^[a-z0-9][a-z0-9_-]{0,29}$/.test(input) ? input : undefined,
  );

/**
 * Postmark, Email API.
 * https://postmarkapp.com/developer/api/email-api
 */
export const postmark = defineApi({
  name: 'Postmark',
  description: 'Hands each mail to Postmark (Email API, /email).',
  endpoint: 'https://api.postmarkapp.com',
  credential: { needed: 'must', password: "the server's API token" },
  options: {
    message_stream: v.pipe(
      v.optional(streamId(), 'outbound'),
      v.description('The message stream: `outbound` for transactional mail, `broadcast` or one of your own.'),
    ),
    tag: v.pipe(
      v.optional(text('a tag')),
      v.description('A tag of the mails of this route, for Postmark to count by.'),
    ),
  },
  // "TextBody and HtmlBody can each be up to 5 MB each. Total message size, including attachments, can be 10 MB"
  // https://postmarkapp.com/support/article/1056-what-are-the-attachment-and-email-size-limits
  can: {
    ...EVERYTHING,
    severalFrom: false,
    cc: false,
    tags: true,
    size: 10_000_000,
    nullSender: false,
    charset: false,
    ownSender: false,
    ownDate: false,
  },
  cannot: quotedNames,
  limits: [
    'Text and HTML have at most 5 MB each; some types of files are forbidden (error 411: rejected).',
    'Accepted means queued there: bounces are told by its webhooks.',
    'From must be a confirmed sender signature or of a verified domain.',
    'A display name with a quote or a backslash is refused, 554 5.6.3.',
    'A recipient that Postmark holds for inactive (bounced, complained, unsubscribed) is rejected with 550 5.2.1.',
  ],
  example: {
    route: { mailer: 'Postmark', auth: 'Postmark', message_stream: 'outbound' },
    authinfo: { Postmark: { password: '00000000-1111-2222-3333-444444444444' } },
  },
  request(delivery, credential) {
    // "To: Recipient email address. Multiple addresses are comma separated."
    return (
      notAlone(delivery) ?? {
        path: '/email',
        headers: {
          'x-postmark-server-token': credential?.password ?? '',
          'content-type': 'application/json',
          accept: 'application/json',
        },
        body: JSON.stringify(mailOf(delivery)),
      }
    );
  },
  read,
  // https://postmarkapp.com/developer/api/server-api
  check: {
    request: ({ password }) => ({ path: '/server', headers: { 'x-postmark-server-token': password } }),
    read: (answer) => typeof property(answer, 'ID') === 'number',
  },
});

function mailOf(delivery: Delivery): unknown {
  const { text: plain, html, attachments } = delivery.message.content;
  const { message_stream, tag } = delivery.route.options;
  const replyTo = mailboxesIn(delivery, 'reply-to').map(person).join(', ');
  return {
    From: mailboxesIn(delivery, 'from').map(person).join(', '),
    To: person(recipientOf(delivery)),
    ...(replyTo !== '' && { ReplyTo: replyTo }),
    Subject: fieldText(delivery, 'subject')?.toWellFormed(),
    ...(plain && { TextBody: jsonText(plain) }),
    ...(html && { HtmlBody: jsonText(html) }),
    Headers: [
      ...otherFields(delivery).map(([Name, Value]) => ({ Name, Value })),
      // keeps our Message-Id: https://postmarkapp.com/developer/user-guide/send-email-with-smtp
      { Name: 'X-PM-KeepID', Value: 'true' },
    ],
    ...(attachments.length > 0 && {
      Attachments: jsonFiles(attachments).map(({ name, type, content, cid }) => ({
        Name: name,
        Content: content,
        ContentType: type,
        ...(cid !== undefined && { ContentID: `cid:${cid}` }),
      })),
    }),
    MessageStream: message_stream,
    ...(tag !== undefined && { Tag: tag }),
  };
}

/** Names that must be escaped to be quoted: Postmark's parser has read what follows \\" as another address. */
function quotedNames(delivery: Delivery): readonly string[] {
  return ['from', 'to', 'reply-to']
    .filter((field) => mailboxesIn(delivery, field).some(({ name }) => /["\\]/.test(name)))
    .map((field) => `header.${field} with a name that has a quote or backslash`);
}

/** A mailbox as RFC 5322 3.4 writes it: the name quoted, since Postmark parses it; an encoded word is not (RFC 2047 5). */
function person({ name, address }: { readonly name: string; readonly address: string }): string {
  if (name === '') return address;
  return /^=\?[!-~]+\?=$/.test(name) ? `${name} <${address}>` : `"${name.toWellFormed()}" <${address}>`;
}

/**
 * What the API's error codes say of the mail; all others are the account's, the route's or ours: nothing was sent, and another
 * way may take it. https://postmarkapp.com/developer/api/overview#error-codes
 */
const VERDICTS: ReadonlyMap<unknown, readonly [`5${string}`, `5.${string}`]> = new Map([
  // invalid email request
  [300, ['554', '5.6.0']],
  // the sender signature is not known, or not confirmed
  [400, ['550', '5.7.1']],
  [401, ['550', '5.7.1']],
  // inactive recipient: RFC 3463 X.2.1
  [406, ['550', '5.2.1']],
  // forbidden type of attachment: RFC 3463 X.6.1
  [411, ['554', '5.6.1']],
]);

function read(response: ApiResponse, _delivery: Delivery, now: number): Answer {
  const { status } = response;
  const answer = jsonOf(response);
  const error = property(answer, 'ErrorCode');
  const id = textProperty(answer, 'MessageID');
  if (status === 200 && error === 0 && id !== undefined) return taken('OK', id);
  const words = typeof error === 'number' ? [`error ${error}: ${textProperty(answer, 'Message') ?? ''}`] : [];
  if (status !== 422) return byStatus(response, now, ...words);
  const said = [`HTTP ${status}`, ...words];
  if (error === 429) return throttled(response, now, ...said);
  if (error === 10) return refusedCredential(...said);
  const verdictOf = VERDICTS.get(error);
  return verdictOf ? verdict(...verdictOf, ...said) : fault('4.3.5', ...said);
}
