import type { Case } from './case.ts';
import { MAILERTABLE } from './patient.ts';

const QUOTA = { Max24HourSend: 200, MaxSendRate: 1, SentLast24Hours: 160 };
const SIGNED = { SigningEnabled: true, Status: 'SUCCESS', Tokens: ['mike', 'kijitora', 'sabatora'] } as const;
const DEFAULT = { BehaviorOnMxFailure: 'USE_DEFAULT_VALUE' } as const;

/** What can be wrong, and what is told of it. */
export const sesCases: readonly Case[] = [
  {
    title: 'the sandbox',
    spoil: ({ ses }) => ses.account({ ProductionAccessEnabled: false }),
    check: 'ses',
    level: 'warning',
    what: 'SES in ap-northeast-1 is in the sandbox',
    fix: 'docs/deploy.md#5-amazon-ses-a-domain-and-the-sandbox',
  },
  {
    title: 'a route of another region',
    alone: true,
    spoil: ({ ses, lay }) => {
      ses.account({ ProductionAccessEnabled: false });
      lay('mailertable', { default: { mailer: 'AmazonSES', region: 'eu-west-1' } });
    },
    check: 'ses',
    level: 'warning',
    what: 'SES in eu-west-1 is in the sandbox',
  },
  {
    title: "a route's own key",
    alone: true,
    spoil: ({ lay }) => {
      lay('mailertable', { default: { mailer: 'AmazonSES', auth: 'OtherAccount' } });
      lay('authinfo/OtherAccount', { username: 'AKIAIOSFODNN7EXAMPLE', password: 'nyanko22' });
    },
    check: 'ses',
    level: 'ok',
    what: 'SES in ap-northeast-1 by the key OtherAccount: 22 of 50,000',
  },
  {
    title: "a route's key that is not there",
    alone: true,
    spoil: ({ lay }) => lay('mailertable', { default: { mailer: 'AmazonSES', auth: 'OtherAccount' } }),
    check: 'ses',
    level: 'error',
    what: 'could not be looked at: its key authinfo/OtherAccount is not there, or not right',
  },
  {
    title: 'sending that is paused',
    spoil: ({ ses }) => ses.account({ SendingEnabled: false }),
    check: 'ses',
    level: 'error',
    what: 'sending is paused',
    fix: 'put-account-sending-attributes --region ap-northeast-1 --sending-enabled',
  },
  {
    title: 'an account under review',
    spoil: ({ ses }) => ses.account({ EnforcementStatus: 'PROBATION' }),
    check: 'ses',
    level: 'warning',
    what: 'under review',
  },
  {
    title: 'an account that was shut down',
    spoil: ({ ses }) => ses.account({ EnforcementStatus: 'SHUTDOWN', SendingEnabled: false }),
    check: 'ses',
    level: 'error',
    what: '(SHUTDOWN)',
  },
  {
    title: 'four fifths of the quota',
    spoil: ({ ses }) => ses.account({ SendQuota: QUOTA }),
    check: 'ses',
    level: 'warning',
    what: '160 of 200 mails in the last 24 hours, 1 a second',
    fix: 'manage-sending-quotas-request-increase',
  },
  {
    title: 'the whole quota',
    spoil: ({ ses }) => ses.account({ SendQuota: { ...QUOTA, SentLast24Hours: 200 } }),
    check: 'ses',
    level: 'error',
    what: '200 of 200 mails in the last 24 hours, 1 a second at most: no further one goes',
  },
  {
    title: 'no quota at all',
    spoil: ({ ses }) => ses.account({ SendQuota: { ...QUOTA, Max24HourSend: -1 } }),
    check: 'ses',
    level: 'ok',
    what: '160 of any number of mails',
  },
  {
    title: 'a domain that SES does not know',
    alone: true,
    spoil: () => undefined,
    args: ['--from', 'example.com'],
    check: 'identity',
    level: 'error',
    what: 'example.com is no identity of SES in ap-northeast-1: its mails are refused',
    fix: "ses: { domain: 'example.com' } of the stage, or: aws sesv2 create-email-identity --region ap-northeast-1 --email-identity example.com",
  },
  {
    title: 'a domain below one that is verified',
    alone: true,
    spoil: () => undefined,
    args: ['--from', 'news.example.jp'],
    check: 'identity',
    level: 'ok',
    what: 'news.example.jp by example.jp is verified by SES',
  },
  {
    title: 'an address that is verified, and its domain is not',
    alone: true,
    spoil: ({ ses }) => ses.identity('neko@example.com', { MailFromAttributes: DEFAULT }),
    args: ['--from', 'neko@example.com'],
    check: 'identity',
    level: 'ok',
    what: 'example.com by neko@example.com is verified by SES',
  },
  {
    title: 'a domain that is not verified',
    spoil: ({ ses }) =>
      ses.identity('example.jp', { VerifiedForSendingStatus: false, VerificationStatus: 'PENDING' }),
    check: 'identity',
    level: 'error',
    what: 'example.jp is not verified (PENDING)',
    fix: 'dkim-records',
  },
  {
    title: 'DKIM that is off',
    spoil: ({ ses }) => ses.identity('example.jp', { DkimAttributes: { ...SIGNED, SigningEnabled: false } }),
    check: 'identity',
    level: 'warning',
    what: 'SES does not sign its mails with DKIM',
    fix: 'aws sesv2 put-email-identity-dkim-attributes --region ap-northeast-1 --email-identity example.jp --signing-enabled',
  },
  {
    title: 'DKIM records that SES waits for',
    spoil: ({ ses }) => ses.identity('example.jp', { DkimAttributes: { ...SIGNED, Status: 'PENDING' } }),
    check: 'identity',
    level: 'warning',
    what: 'SES has not found its DKIM records (PENDING)',
  },
  {
    title: 'DKIM records that SES no longer looks for',
    spoil: ({ ses }) => ses.identity('example.jp', { DkimAttributes: { ...SIGNED, Status: 'FAILED' } }),
    check: 'identity',
    level: 'error',
    what: 'SES has not found its DKIM records (FAILED)',
  },
  {
    title: 'DKIM records of which SES says nothing now',
    spoil: ({ ses }) =>
      ses.identity('example.jp', { DkimAttributes: { ...SIGNED, Status: 'TEMPORARY_FAILURE' } }),
    check: 'identity',
    level: 'warning',
    what: /^example\.jp: SES cannot tell now whether it finds its DKIM records \(TEMPORARY_FAILURE\)$/,
    fix: 'Look again later; dkim-records says what the DNS has.',
  },
  {
    title: 'an address whose domain SES does not know, and does not sign for',
    alone: true,
    spoil: ({ ses }) =>
      ses.identity('neko@example.com', {
        DkimAttributes: { SigningEnabled: false, Status: 'NOT_STARTED', Tokens: [] },
        MailFromAttributes: DEFAULT,
      }),
    args: ['--from', 'neko@example.com'],
    check: 'identity',
    level: 'warning',
    what: "example.com by neko@example.com: its mails go unsigned: SES signs by a domain's identity, and example.com is none",
    fix: 'aws sesv2 create-email-identity --region ap-northeast-1 --email-identity example.com',
  },
  {
    title: 'no MAIL FROM domain',
    spoil: ({ ses }) => ses.identity('example.jp', { MailFromAttributes: DEFAULT }),
    check: 'identity',
    level: 'note',
    what: 'example.jp has no MAIL FROM domain',
  },
  {
    title: 'a MAIL FROM domain that is not in use',
    spoil: ({ ses }) =>
      ses.identity('example.jp', {
        MailFromAttributes: { ...DEFAULT, MailFromDomain: 'b.example.jp', MailFromDomainStatus: 'PENDING' },
      }),
    check: 'identity',
    level: 'warning',
    what: 'its MAIL FROM domain b.example.jp is not in use (PENDING): amazonses.com takes its place',
  },
  {
    title: 'a MAIL FROM domain of which SES says nothing now',
    spoil: ({ ses }) =>
      ses.identity('example.jp', {
        MailFromAttributes: {
          ...DEFAULT,
          MailFromDomain: 'bounce.example.jp',
          MailFromDomainStatus: 'TEMPORARY_FAILURE',
        },
      }),
    check: 'identity',
    level: 'warning',
    what: 'SES cannot tell now whether it finds the MX record of its MAIL FROM domain bounce.example.jp (TEMPORARY_FAILURE)',
    fix: 'Look again later; mail-from says what the DNS has.',
  },
  {
    title: 'a MAIL FROM domain whose failure refuses mails',
    spoil: ({ ses }) =>
      ses.identity('example.jp', {
        MailFromAttributes: {
          BehaviorOnMxFailure: 'REJECT_MESSAGE',
          MailFromDomain: 'b.example.jp',
          MailFromDomainStatus: 'FAILED',
        },
      }),
    check: 'identity',
    level: 'error',
    what: 'is not in use (FAILED): its mails are refused',
  },
  {
    title: 'a configuration set that is not there',
    alone: true,
    spoil: ({ lay }) =>
      lay('mailertable', { ...MAILERTABLE, default: { mailer: 'AmazonSES', configuration_set: 'other' } }),
    check: 'configuration-sets',
    level: 'error',
    what: 'SES in ap-northeast-1 has no configuration set other, and a route names it',
    fix: 'aws sesv2 create-configuration-set --region ap-northeast-1 --configuration-set-name other',
  },
  {
    title: 'a configuration set that is paused',
    spoil: ({ ses }) => ses.configurationSet('haineko', { SendingEnabled: false }),
    check: 'configuration-sets',
    level: 'error',
    what: 'sending by the configuration set haineko is paused',
  },
];
