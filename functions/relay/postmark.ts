import * as v from 'valibot';
import { text, value } from '../tables/value.ts';
import { defineApi } from './api/define-api.ts';
import { EVERYTHING } from './capabilities.ts';
import { mailboxesIn } from './message-fields.ts';
import type { Delivery } from './relay.ts';

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
  credential: { needed: 'must', password: "the server's API token", tried: 'GET /server' },
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
  words: () => import('./postmark/words.ts'),
});

/** Names that must be escaped to be quoted: Postmark's parser has read what follows \\" as another address. */
function quotedNames(delivery: Delivery): readonly string[] {
  return ['from', 'to', 'reply-to']
    .filter((field) => mailboxesIn(delivery, field).some(({ name }) => /["\\]/.test(name)))
    .map((field) => `header.${field} with a name that has a quote or backslash`);
}
