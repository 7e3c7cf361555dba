import * as v from 'valibot';
import { value, word } from '../tables/value.ts';
import { defineApi } from './api/define-api.ts';
import { EVERYTHING } from './capabilities.ts';
import { EU, US } from './mailgun/regions.ts';

// https://documentation.mailgun.com/docs/mailgun/user-manual/tracking-messages/track-tagging
const tag = () =>
  value<string>('a tag of 1 to 128 ASCII characters', (input) =>
    typeof input === 'string' && /^[\x20-\x7e]{1,128}$/.test(input) ? input : undefined,
  );

/**
 * Mailgun, v3 messages.mime: the mail's own octets, to a recipient of our own.
 * https://documentation.mailgun.com/docs/mailgun/api-reference/send/mailgun/messages/post-v3--domain-name--messages-mime
 */
export const mailgun = defineApi({
  name: 'Mailgun',
  description: 'Hands each mail as it is to Mailgun (API v3, messages.mime).',
  endpoint: US,
  credential: {
    needed: 'must',
    username: 'the sending domain, as Mailgun knows it',
    password: "the API key, the account's or the domain's own sending key",
    tried: 'POST /v3/mg.example.jp/messages.mime',
  },
  options: {
    region: v.pipe(
      v.optional(word('us', 'eu'), 'us'),
      v.description(`The domain's region; \`eu\`: \`${EU}\`, where \`endpoint\` says nothing else.`),
    ),
    // https://help.mailgun.com/hc/en-us/articles/34389096824219-Tags
    tags: v.pipe(
      v.optional(v.pipe(v.array(tag()), v.maxLength(10, 'at most 10 tags')), []),
      v.description('Tags of the mails of this route, at most 10, for Mailgun to count by.'),
    ),
  },
  // "The maximum message size Mailgun supports is 25MB"
  // https://documentation.mailgun.com/docs/mailgun/user-manual/sending-messages/send-http
  can: {
    ...EVERYTHING,
    severalFrom: false,
    tags: true,
    size: 25_000_000,
    nullSender: false,
    ownSender: false,
    ownMessageId: false,
    ownDate: false,
  },
  limits: [
    'Accepted means queued there: drops and bounces are told by its webhooks.',
    'The envelope sender is Mailgun’s own: the API takes none.',
    'HTTP 400 is `rejected`, and no fallback is taken, though Mailgun says it of a domain that is not verified, of a sandbox and of an account that is not activated too: no code tells them apart.',
    'The domain’s settings may add to a mail: with tracking on, links, an image and an unsubscribe footer.',
    'A recipient with a comma, semicolon, < or > in its (quoted) local part is rejected: `to` takes a comma for the end of an address.',
  ],
  example: {
    route: { mailer: 'Mailgun', auth: 'Mailgun', region: 'eu', tags: ['news'] },
    authinfo: { Mailgun: { username: 'mg.example.jp', password: 'key-nekochan22' } },
  },
  words: () => import('./mailgun/words.ts'),
});
