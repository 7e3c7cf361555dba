import type { Credential } from '../../tables/authinfo.ts';
import { byStatus, fault, refusedCredential, taken, throttled, verdict } from '../api/answers.ts';
import type { ApiCheck } from '../api/api-check.ts';
import type { ApiCall } from '../api/api-words.ts';
import type { ApiResponse } from '../api/exchange.ts';
import { jsonOf, property, textProperty } from '../api/json.ts';
import { jsonFiles, jsonText } from '../api/json-content.ts';
import { notAlone } from '../api/lone-recipient.ts';
import { fieldText, mailboxesIn, otherFields, recipientOf } from '../message-fields.ts';
import type { Answer, Delivery } from '../relay.ts';

/** The request of one mail. */
export function request(delivery: Delivery, credential: Credential | undefined): ApiCall | Answer {
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
}

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

/** What a response means. */
export function read(response: ApiResponse, _delivery: Delivery, now: number): Answer {
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

/** How a token is tried. https://postmarkapp.com/developer/api/server-api */
export const check: ApiCheck = {
  request: ({ password }) => ({ path: '/server', headers: { 'x-postmark-server-token': password } }),
  read: (answer) => typeof property(answer, 'ID') === 'number',
};
