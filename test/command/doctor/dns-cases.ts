import type { Case } from './case.ts';
import { MAILERTABLE } from './patient.ts';

const SPF = 'TXT example.jp';
const BYSES = { default: { mailer: 'AmazonSES' } };
const EXTERNAL = {
  SigningEnabled: true,
  Status: 'SUCCESS',
  Tokens: ['own'],
  SigningAttributesOrigin: 'EXTERNAL',
} as const;

/** What can be wrong, and what is told of it. */
export const dnsCases: readonly Case[] = [
  {
    title: "a CNAME of SES's DKIM that is gone",
    spoil: ({ dns }) => dns.lay('CNAME mike._domainkey.example.jp'),
    check: 'dkim-records',
    level: 'error',
    what: 'mike._domainkey.example.jp: there is no CNAME record',
    fix: 'Publish: mike._domainkey.example.jp CNAME mike.dkim.amazonses.com',
  },
  {
    title: 'a CNAME that leads elsewhere',
    spoil: ({ dns }) => dns.lay('CNAME mike._domainkey.example.jp', 'neko.dkim.amazonses.com'),
    check: 'dkim-records',
    level: 'error',
    what: 'the CNAME record says neko.dkim.amazonses.com',
  },
  {
    title: 'CNAMEs of which the DNS says nothing, once for all',
    spoil: ({ dns }) => {
      for (const token of ['mike', 'kijitora']) dns.fault(`CNAME ${token}._domainkey.example.jp`, 'SERVFAIL');
    },
    check: 'dkim-records',
    level: 'warning',
    what: /no answer for (?:mike|kijitora)\._domainkey\.example\.jp, (?:mike|kijitora)\._domainkey/,
  },
  {
    title: 'a key of your own in SES that is not published',
    alone: true,
    spoil: ({ ses }) => ses.identity('example.jp', { DkimAttributes: EXTERNAL }),
    check: 'dkim-records',
    level: 'error',
    what: 'own._domainkey.example.jp: there is no TXT record with a key',
  },
  {
    title: 'a key of your own in SES',
    alone: true,
    spoil: ({ ses, dns }) => {
      ses.identity('example.jp', { DkimAttributes: EXTERNAL });
      dns.lay('TXT own._domainkey.example.jp', 'v=DKIM1; p=bnlhYQ==');
    },
    check: 'dkim-records',
    level: 'ok',
    what: 'example.jp: the TXT record of your own key in SES',
  },
  {
    title: 'a MAIL FROM domain without MX',
    spoil: ({ dns }) => dns.lay('MX bounce.example.jp'),
    check: 'mail-from',
    level: 'error',
    what: 'bounce.example.jp: there is no MX record',
    fix: 'bounce.example.jp MX 10 feedback-smtp.ap-northeast-1.amazonses.com',
  },
  {
    title: 'a MAIL FROM domain with two MX',
    spoil: ({ dns }) =>
      dns.lay('MX bounce.example.jp', 'feedback-smtp.ap-northeast-1.amazonses.com', 'mx.example.jp'),
    check: 'mail-from',
    level: 'error',
    what: 'the MX records say ',
    fix: 'Publish this one alone',
  },
  {
    title: 'a MAIL FROM domain without SPF',
    spoil: ({ dns }) => dns.lay('TXT bounce.example.jp'),
    check: 'mail-from',
    level: 'warning',
    what: 'bounce.example.jp: there is no SPF record',
    fix: 'include:amazonses.com',
  },
  {
    title: 'a MAIL FROM domain whose SPF leaves out SES',
    spoil: ({ dns }) => dns.lay('TXT bounce.example.jp', 'v=spf1 mx -all'),
    check: 'mail-from',
    level: 'warning',
    what: 'its SPF record does not include amazonses.com',
  },
  {
    title: 'no SPF where the domain is the envelope sender',
    spoil: ({ dns }) => dns.lay(SPF),
    check: 'spf',
    level: 'warning',
    what: 'example.jp has no SPF record',
    fix: 'Publish: example.jp TXT',
  },
  {
    title: 'no SPF where SES is the envelope sender',
    alone: true,
    spoil: ({ dns, lay }) => {
      dns.lay(SPF);
      lay('mailertable', BYSES);
    },
    check: 'spf',
    level: 'ok',
    what: 'example.jp has none, and needs none',
  },
  {
    title: 'two SPF records',
    spoil: ({ dns }) => dns.lay(SPF, 'v=spf1 -all', 'v=spf1 mx -all'),
    check: 'spf',
    level: 'error',
    what: 'example.jp has 2 SPF records',
  },
  {
    title: 'SPF that includes itself for ever',
    spoil: ({ dns }) => dns.lay(SPF, 'v=spf1 include:example.jp ~all'),
    check: 'spf',
    level: 'error',
    what: 'takes more than 10 questions to the DNS',
  },
  {
    title: "SPF whose includes' own questions are too many",
    spoil: ({ dns }) => {
      dns.lay(SPF, 'v=spf1 a mx a:a.example.jp include:_spf.example.org redirect=ignored.example.jp ?all');
      dns.lay(
        'TXT _spf.example.org',
        'v=spf1 a/24 mx:m.example.jp exists:e.example.jp ptr redirect=r.example.jp',
      );
      dns.lay('TXT r.example.jp', 'v=spf1 include:%{i}.example.jp mx ip4:192.0.2.1 ~all');
    },
    check: 'spf',
    level: 'error',
    what: 'takes more than 10 questions to the DNS',
  },
  {
    title: 'SPF of ten questions, which is not too many',
    spoil: ({ dns }) => {
      for (const name of ['example.jp', '_spf.example.org', 'a.example.jp', 'e.example.jp'])
        dns.lay(`A ${name}`, '192.0.2.1');
      for (const name of ['example.jp', 'm.example.jp', 'r.example.jp'])
        dns.lay(`MX ${name}`, 'mx.example.jp');
      dns.lay(SPF, 'v=spf1 a mx a:a.example.jp include:_spf.example.org redirect=ignored.example.jp ?all');
      dns.lay(
        'TXT _spf.example.org',
        'v=spf1 a/24 mx:m.example.jp exists:e.example.jp redirect=r.example.jp',
      );
      dns.lay('TXT r.example.jp', 'v=spf1 include:%{i}.example.jp mx ip4:192.0.2.1 ~all');
    },
    check: 'spf',
    level: 'ok',
    what: 'example.jp has one record',
  },
  {
    title: 'SPF that includes a domain without SPF',
    spoil: ({ dns }) => dns.lay('TXT _spf.example.org', 'google-site-verification=nyaa'),
    check: 'spf',
    level: 'error',
    what: 'example.jp: its SPF record says include:_spf.example.org, and _spf.example.org has no SPF record: nobody can evaluate it',
    fix: 'Correct include:_spf.example.org or take it out',
  },
  {
    title: 'SPF that leads on to a name that is not there',
    spoil: ({ dns }) => dns.lay(SPF, 'v=spf1 ip4:192.0.2.1 redirect=nyaa.example.org'),
    check: 'spf',
    level: 'error',
    what: 'says redirect=nyaa.example.org, and nyaa.example.org has no SPF record',
  },
  {
    title: 'SPF that includes a domain with two records',
    spoil: ({ dns }) => dns.lay('TXT _spf.example.org', 'v=spf1 -all', 'v=spf1 ip4:192.0.2.1 -all'),
    check: 'spf',
    level: 'error',
    what: 'says include:_spf.example.org, and _spf.example.org has 2 SPF records',
    fix: 'must publish one alone',
  },
  {
    title: "SPF whose include's own include leads nowhere",
    spoil: ({ dns }) => dns.lay('TXT _spf.example.org', 'v=spf1 ?include:nyaa.example.org ~all'),
    check: 'spf',
    level: 'error',
    what: 'example.jp: the record of _spf.example.org, which its SPF record includes, says ?include:nyaa.example.org, and nyaa.example.org has no SPF record',
    fix: 'Whoever keeps _spf.example.org must mend it',
  },
  {
    title: 'SPF with three names that the DNS does not have',
    spoil: ({ dns }) => dns.lay(SPF, 'v=spf1 a:a.example.jp/24 mx:m.example.jp exists:e.example.jp ~all'),
    check: 'spf',
    level: 'error',
    what: 'more than 2 terms of its SPF record name what the DNS does not have (a:a.example.jp/24 mx:m.example.jp exists:e.example.jp)',
  },
  {
    title: 'SPF with two of them, which is not too many, and what is never asked',
    spoil: ({ dns }) =>
      dns.lay(SPF, 'v=spf1 a:a.example.jp mx:m.example.jp ptr ~all a:b.example.jp include:nyaa.example.org'),
    check: 'spf',
    level: 'ok',
    what: 'example.jp has one record',
  },
  {
    title: 'a MAIL FROM domain whose SPF includes what has none',
    spoil: ({ dns }) =>
      dns.lay('TXT bounce.example.jp', 'v=spf1 include:amazonses.com include:nyaa.example.org ~all'),
    check: 'mail-from',
    level: 'error',
    what: 'bounce.example.jp: its SPF record says include:nyaa.example.org',
  },
  {
    title: 'SPF for everybody',
    spoil: ({ dns }) => dns.lay(SPF, 'v=spf1 +all'),
    check: 'spf',
    level: 'warning',
    what: 'lets everybody send (+all)',
  },
  {
    title: 'no DMARC',
    spoil: ({ dns }) => dns.lay('TXT _dmarc.example.jp', 'v=spf1 -all'),
    check: 'dmarc',
    level: 'warning',
    what: 'example.jp has no DMARC policy',
    fix: 'Publish: _dmarc.example.jp TXT "v=DMARC1; p=none;',
  },
  {
    title: 'two DMARC records',
    spoil: ({ dns }) => dns.lay('TXT _dmarc.example.jp', 'v=DMARC1; p=reject', 'v=DMARC1; p=none'),
    check: 'dmarc',
    level: 'error',
    what: '_dmarc.example.jp has 2 DMARC records',
  },
  {
    title: 'DMARC without a policy',
    spoil: ({ dns }) => dns.lay('TXT _dmarc.example.jp', 'v=DMARC1; rua=mailto:neko@example.jp'),
    check: 'dmarc',
    level: 'warning',
    what: '_dmarc.example.jp: it has no p=',
  },
  {
    title: 'DMARC with a policy that is none',
    spoil: ({ dns }) => dns.lay('TXT _dmarc.example.jp', 'v=DMARC1; p=nyaa'),
    check: 'dmarc',
    level: 'warning',
    what: 'p=nyaa is none of none, quarantine, reject',
  },
  {
    title: 'DMARC that only watches',
    spoil: ({ dns }) => dns.lay('TXT _dmarc.example.jp', 'v=DMARC1;p=none'),
    check: 'dmarc',
    level: 'note',
    what: 'example.jp: the policy is none',
  },
  {
    title: "the policy of the organization's domain",
    alone: true,
    spoil: ({ dns }) => dns.lay('TXT _dmarc.example.jp', 'v=DMARC1; p=reject; sp=quarantine'),
    args: ['--from', 'a.news.example.jp'],
    check: 'dmarc',
    level: 'ok',
    what: 'a.news.example.jp by example.jp: quarantine',
  },
  {
    title: 'a route that goes by a smarthost alone',
    alone: true,
    spoil: ({ lay }) => lay('mailertable', { default: MAILERTABLE.smarthost }),
    check: 'spf',
    level: 'ok',
    what: 'example.jp has one record',
  },
];
