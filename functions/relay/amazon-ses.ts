import * as v from 'valibot';
import { value } from '../tables/value.ts';
import { endpointOption } from './api/endpoint.ts';
import { EVERYTHING } from './capabilities.ts';
import { defineRelay } from './define-relay.ts';
import { loadOnce } from './load-once.ts';

/** A pattern's schema: `expected` says it in words. */
const matching = (expected: string, pattern: RegExp) =>
  value<string>(expected, (input) => (typeof input === 'string' && pattern.test(input) ? input : undefined));

const TAG = /^[A-Za-z0-9_-]{1,256}$/;

/** YAML makes a number of a year; '' for what is no tag. */
const oneTag = (input: unknown): string =>
  typeof input === 'string' || typeof input === 'number' ? String(input) : '';

/** https://docs.aws.amazon.com/ses/latest/APIReference/API_MessageTag.html */
const tags = () =>
  value<Record<string, string>>(
    'a mapping of tags, name to value, of 1 to 256 characters of A-Z a-z 0-9 _ - each',
    (input) => {
      if (typeof input !== 'object' || input === null || Array.isArray(input)) return undefined;
      const read = Object.entries(input).map(([name, each]) => [name, oneTag(each)] as const);
      return read.flat().every((text) => TAG.test(text)) ? Object.fromEntries(read) : undefined;
    },
  );

const load = loadOnce(() => import('./amazon-ses/send.ts'));

/**
 * Amazon SES, API v1 (2010-12-01), SendRawEmail: the mail's own octets to an envelope of ours. The SDK, which signs and
 * reads, is loaded by the first mail.
 * https://docs.aws.amazon.com/ses/latest/APIReference/API_SendRawEmail.html
 * https://docs.aws.amazon.com/ses/latest/dg/quotas.html
 */
export const amazonSes = defineRelay({
  name: 'AmazonSES',
  description:
    'Hands each mail as it is to Amazon SES (SendRawEmail), by the role of the function or by an access key.',
  connects: false,
  port: 443,
  credential: {
    needed: 'may',
    username: 'the access key ID',
    password: 'the secret access key',
    tried: 'GetSendQuota',
  },
  options: {
    ...endpointOption('https://email.REGION.amazonaws.com'),
    region: v.pipe(
      v.optional(matching("a region's name, as ap-northeast-1", /^[a-z]{2,}(-[a-z]+)+-\d{1,2}$/)),
      v.description(
        "The region whose SES sends. Default: the function's own, or what the AWS SDK finds on your machine.",
      ),
    ),
    configuration_set: v.pipe(
      v.optional(matching('1 to 64 characters of A-Z a-z 0-9 _ -', /^[A-Za-z0-9_-]{1,64}$/)),
      v.description("Its configuration set. Default: the identity's own, where it has one."),
    ),
    tags: v.pipe(
      v.optional(tags(), {}),
      v.description('Tags of the mails of this route, for the events that its configuration set publishes.'),
    ),
  },
  can: {
    ...EVERYTHING,
    tags: true,
    // "10 MB per message (after base64 encoding)" of v1; the mail is 7-bit already
    size: 10_000_000,
    // without a Source it takes the sender from the mail
    nullSender: false,
    // MAIL FROM is of amazonses.com or of the identity's own MAIL FROM domain; Message-ID and Date are overwritten
    ownSender: false,
    ownMessageId: false,
    ownDate: false,
  },
  limits: [
    'Without `auth` mails go by the role of the function, or on your machine by what the AWS SDK finds (environment, profile, SSO). With `auth` by the access key of an IAM user, of another account too.',
    'The deployed role may send in its own account and region only: for another `region` name an access key, or widen `infra/permissions.ts`.',
    'The envelope sender and From (Sender, Return-Path) must be verified identities of that region; in the sandbox the recipients too. SES calls what is not verified `MessageRejected`, as it does a virus: `rejected`, and no fallback is taken.',
    'Bounces go to the envelope sender, where the identity forwards them; recipients see one of amazonses.com or of your MAIL FROM domain.',
    'Accepted means queued there, with the MessageId: what becomes of it is told by the events of the configuration set.',
    'Files on its list of unsupported attachment types are refused.',
  ],
  example: {
    route: {
      mailer: 'AmazonSES',
      region: 'ap-northeast-1',
      configuration_set: 'haineko',
      tags: { stage: 'production' },
    },
  },
  async foresee(_delivery, credential) {
    const { noAccessKey } = await import('./amazon-ses/access-key.ts');
    return noAccessKey(credential);
  },
  async send(delivery, credential, wire, handOver) {
    const { sendBySes } = await load();
    return sendBySes(delivery, credential, wire, handOver);
  },
  verifier: () => import('./amazon-ses/verify-access-key.ts'),
});
