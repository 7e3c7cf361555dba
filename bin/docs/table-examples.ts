import type { DocumentName } from '../../functions/tables/tables.ts';

/** An example of each table, most of them from the author's slides; a test reads them as the server would. */
export const TABLE_EXAMPLES: Readonly<Record<DocumentName | 'authinfo', string>> = {
  'haineko.cf': `
hostname: 'relay.example.jp'
max_rcpts_per_message: 8
milter:
  head:
    - 'Nyaa'
`,
  mailertable: `
default:
  mailer: 'ESMTP'
  host: '192.0.2.22'
  port: 587
example.com:
  mailer: 'ESMTP'
  host: 'smtp.gmail.com'
  port: 587
  auth: 'Google'
  starttls: 1
`,
  sendermt: `
example.jp:
  mailer: 'ESMTP'
  host: '192.0.2.253'
  port: 587
`,
  relayhosts: `
open-relay: 0
relayhosts:
  - 127.0.0.1
  - 192.0.2.22/32
  - 2001:db8::/32
`,
  recipients: `
open-relay: 0
domainpart:
  - 'example.co.jp'
recipients:
  - 'neko@cat.example.jp'
  - 'kijitora@example.com'
`,
  password: `
haineko: '{SSHA}9p2euyteR33mp0TYKjmYhTlIt1ctxuRn'
nekosan:
  password: '{SSHA}9p2euyteR33mp0TYKjmYhTlIt1ctxuRn'
  admin: 1
  senders:
    - 'example.jp'
    - 'neko@example.org'
arn:aws:iam::123456789012:role/newsletter:
  senders:
    - 'news.example.jp'
`,
  authinfo: `
Google:
  username: 'kijitora@gmail.com'
  password: 'nekochan22'
`,
};
