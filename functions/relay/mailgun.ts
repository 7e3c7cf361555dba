import * as v from 'valibot';
import type { Credential } from '../tables/authinfo.ts';
import { tableDomain } from '../tables/domain.ts';
import type { Route } from '../tables/route-entry.ts';
import { value, word } from '../tables/value.ts';
import { byStatus, fault, taken } from './api/answers.ts';
import { type ApiCall, defineApi } from './api/define-api.ts';
import type { ApiResponse } from './api/exchange.ts';
import { type FormPart, formData } from './api/form-data.ts';
import { jsonOf, textProperty } from './api/json.ts';
import { notAlone } from './api/lone-recipient.ts';
import { EVERYTHING } from './capabilities.ts';
import { held } from './own-answers.ts';
import type { Answer, Delivery } from './relay.ts';

const US = 'https://api.mailgun.net';
const EU = 'https://api.eu.mailgun.net';

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
  request(delivery, credential) {
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
  },
  read,
  // "Domain Sending Keys are API keys that only allow sending messages via a POST call on /messages and /messages.mime": elsewhere a
  // good one is refused as a wrong one is. `to` and `message`, which are required, are not there: 400 after the key, and
  // nothing to send; in test mode nothing would be sent either
  // https://documentation.mailgun.com/docs/mailgun/api-reference/authentication
  // https://documentation.mailgun.com/docs/mailgun/user-manual/sending-messages/test-mode
  check: {
    request: (credential, route) =>
      mailgunCall(route, credential, [{ name: 'o:testmode', content: 'yes' }], 'check'),
    status: 400,
    read: (answer) => textProperty(answer, 'message') !== undefined,
  },
});

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
 * By status: the errors have a text, and no code of their own.
 * https://documentation.mailgun.com/docs/mailgun/quickstart-guide/responses
 */
function read(response: ApiResponse, _delivery: Delivery, now: number): Answer {
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
