import * as v from 'valibot';
import { text } from '../tables/value.ts';
import { defineApi } from './api/define-api.ts';
import { EVERYTHING } from './capabilities.ts';

/**
 * Mailchimp Transactional, formerly Mandrill: raw messages, to recipients of our own.
 * https://mailchimp.com/developer/transactional/api/messages/send-mime-document/
 */
export const mandrill = defineApi({
  name: 'Mandrill',
  description:
    'Hands each mail as it is to Mailchimp Transactional, formerly Mandrill (API 1.0, messages/send-raw).',
  endpoint: 'https://mandrillapp.com/api/1.0',
  credential: { needed: 'must', password: 'the API key', tried: 'POST /users/ping' },
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
  words: () => import('./mandrill/words.ts'),
});
