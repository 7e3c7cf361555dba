import * as v from 'valibot';
import { text } from '../tables/value.ts';
import { defineApi } from './api/define-api.ts';
import { EVERYTHING } from './capabilities.ts';

/**
 * Twilio SendGrid, v3 Mail Send.
 * https://www.twilio.com/docs/sendgrid/api-reference/mail-send/mail-send
 */
export const sendgrid = defineApi({
  name: 'SendGrid',
  description: 'Hands each mail to Twilio SendGrid (Web API v3, /mail/send).',
  endpoint: 'https://api.sendgrid.com',
  credential: {
    needed: 'must',
    password: 'API key with the permission Mail Send',
    tried: 'GET /v3/scopes',
  },
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
  words: () => import('./sendgrid/words.ts'),
});
