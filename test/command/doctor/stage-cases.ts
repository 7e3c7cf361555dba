import type { Case } from './case.ts';
import { KEY, MAILERTABLE, PREFIX, SMARTHOST, STACK } from './patient.ts';

const LONG = 'x'.repeat(7500);
const OUR_KEY = 'arn:aws:kms:ap-northeast-1:123456789012:key/11111111-2222-3333-4444-555555555555';
const OTHER_KEY = '99999999-2222-3333-4444-555555555555';
const SMARTHOST_AT = `${PREFIX}authinfo/Smarthost`;
const SMARTHOST_TEXT = JSON.stringify({ username: 'neko', password: 'nyanko22' });
const KEY_TEXT = JSON.stringify(KEY.credential.dkim);
const AMAZON = { mailer: 'AmazonSES' };

/** What can be wrong, and what is told of it. */
export const stageCases: readonly Case[] = [
  {
    title: 'nothing deployed',
    alone: true,
    spoil: ({ ssm }) => {
      for (const name of Object.keys(ssm.stored())) ssm.remove(name);
    },
    check: 'parameters',
    level: 'error',
    what: 'there is nothing under /haineko/production/ in ap-northeast-1',
    fix: 'npx cdk deploy -c stage=production',
  },
  {
    title: 'a table that the relay refuses',
    alone: true,
    spoil: ({ lay }) => lay('mailertable', { ...MAILERTABLE, 'example.com': { ...SMARTHOST, port: 'neko' } }),
    check: 'parameters',
    level: 'error',
    what: 'mailertable: example.com.port: expected a whole number from 1 to 65535, got "neko"',
    fix: 'npx cdk deploy -c stage=production',
  },
  {
    title: 'a table that cannot be read',
    alone: true,
    spoil: ({ lay }) => {
      lay('stack', { ...STACK, tables: 'command' });
      lay('recipients', 'domainpart: [');
    },
    check: 'parameters',
    level: 'error',
    what: 'recipients: expected YAML or JSON, got a syntax error',
    fix: 'haineko push production',
  },
  {
    title: 'a shard that is gone',
    alone: true,
    spoil: ({ lay }) => lay('recipients', { shards: 2, from: 0 }),
    check: 'parameters',
    level: 'error',
    what: 'recipients/00: expected a shard of recipients, got nothing',
  },
  {
    title: 'no hostname',
    alone: true,
    spoil: ({ ssm }) => ssm.remove(`${PREFIX}haineko.cf`),
    check: 'parameters',
    level: 'error',
    what: "haineko.cf: hostname: expected the server's name, got nothing",
  },
  {
    title: 'a credential that is not there',
    spoil: ({ ssm }) => ssm.remove(`${PREFIX}authinfo/Smarthost`),
    check: 'parameters',
    level: 'error',
    what: 'authinfo/Smarthost is not there, and mailertable: smarthost names it',
    fix: 'haineko rotate production Smarthost --new',
  },
  {
    title: 'a credential that is not right',
    spoil: ({ lay }) => lay('authinfo/Smarthost', { user: 'neko', password: 'nyanko22' }),
    check: 'parameters',
    level: 'error',
    what: 'authinfo/Smarthost: ',
    fix: 'haineko rotate production Smarthost',
  },
  {
    title: 'a DKIM key named in auth',
    alone: true,
    spoil: ({ lay }) => lay('mailertable', { ...MAILERTABLE, smarthost: { ...SMARTHOST, auth: 'OurKey' } }),
    check: 'parameters',
    level: 'error',
    what: 'authinfo/OurKey is a DKIM key, and mailertable: smarthost names it in auth',
  },
  {
    title: 'a password named in dkim',
    alone: true,
    spoil: ({ lay }) =>
      lay('mailertable', { ...MAILERTABLE, smarthost: { ...SMARTHOST, dkim: 'Smarthost' } }),
    check: 'parameters',
    level: 'error',
    what: 'authinfo/Smarthost is no DKIM key, and mailertable: smarthost names it in dkim',
  },
  {
    title: 'a credential laid as a String',
    spoil: ({ lay, ssm }) => {
      ssm.remove(`${PREFIX}authinfo/Smarthost`);
      lay('authinfo/Smarthost', { username: 'neko', password: 'nyanko22' }, 'String');
    },
    check: 'parameters',
    level: 'error',
    what: 'authinfo/Smarthost is a String',
    fix: 'haineko rotate production Smarthost',
  },
  {
    title: 'hashes laid as a String',
    spoil: ({ lay, ssm }) => {
      const { value } = ssm.stored()[`${PREFIX}password`] ?? {};
      ssm.remove(`${PREFIX}password`);
      lay('password', value, 'String');
    },
    check: 'parameters',
    level: 'error',
    what: "password is a String: the hashes of users' passwords",
  },
  {
    title: 'no record of the stack',
    alone: true,
    spoil: ({ ssm }) => ssm.remove(`${PREFIX}stack`),
    check: 'parameters',
    level: 'warning',
    what: "the stack's record is not there",
    fix: 'npx cdk deploy -c stage=production lays it.',
  },
  {
    title: "a record that is none of the stack's",
    alone: true,
    spoil: ({ lay }) => lay('stack', { url: 'http://127.0.0.1:1' }),
    check: 'parameters',
    level: 'warning',
    what: "the stack's record is not what this version's stack lays",
  },
  {
    title: 'a secret under a key that the function may not use',
    alone: true,
    spoil: ({ ssm }) => ssm.put(SMARTHOST_AT, SMARTHOST_TEXT, 'SecureString', { keyId: OTHER_KEY }),
    check: 'keys',
    level: 'error',
    what: `authinfo/Smarthost is under the key ${OTHER_KEY}, by which the function may not decrypt`,
    fix: 'encryptionKey of the stage',
  },
  {
    title: "secrets that are not under the stage's own key",
    alone: true,
    spoil: ({ lay, ssm }) => {
      lay('stack', { ...STACK, encryptionKey: OUR_KEY });
      ssm.put(`${PREFIX}password`, '{}', 'SecureString', { keyId: OUR_KEY });
      ssm.put(`${PREFIX}authinfo/OurKey`, KEY_TEXT, 'SecureString', { keyId: 'alias/haineko' });
    },
    check: 'keys',
    level: 'warning',
    what: "authinfo/Smarthost is under aws/ssm, and not under the stage's encryptionKey",
    fix: OUR_KEY,
  },
  {
    title: "a secret under another key than the stage's own",
    alone: true,
    spoil: ({ lay, ssm }) => {
      lay('stack', { ...STACK, encryptionKey: OUR_KEY });
      ssm.put(SMARTHOST_AT, SMARTHOST_TEXT, 'SecureString', { keyId: OTHER_KEY });
    },
    check: 'keys',
    level: 'error',
    what: `the function may use ${OUR_KEY} alone`,
  },
  {
    title: 'a push that was broken off',
    spoil: ({ lay }) =>
      lay('push', {
        label: 'push-12',
        state: 'writing',
        at: '2026-11-22T13:41:22.000Z',
        by: 'neko@pc',
        changing: [],
        pushes: [],
      }),
    check: 'parameters',
    level: 'warning',
    what: 'push-12 of neko@pc was begun at 2026-11-22T13:41:22.000Z and is not done',
  },
  {
    title: 'parameters that nothing names',
    spoil: ({ lay }) => {
      lay('authinfo/Old', { password: 'nyanko22' });
      lay('recipients/07', {});
    },
    check: 'parameters',
    level: 'note',
    what: 'nothing that is in force names authinfo/Old, recipients/07',
    fix: 'haineko push production --prune',
  },
  {
    title: 'a parameter near 8 KB that cannot be cut',
    alone: true,
    spoil: ({ lay }) => lay('authinfo/Smarthost', { username: 'neko', password: LONG }),
    check: 'versions',
    level: 'warning',
    what: /^authinfo\/Smarthost has 75\d\d of at most 8192 bytes$/,
  },
  {
    title: 'a table near 8 KB',
    spoil: ({ lay }) =>
      lay('recipients', { recipients: Array.from({ length: 370 }, (_, n) => `neko${n}@example.org`) }),
    check: 'versions',
    level: 'note',
    what: 'recipients has ',
  },
  {
    title: 'a hundred versions, the oldest with a label',
    spoil: ({ lay, ssm }) => {
      for (let version = 2; version <= 100; version++)
        lay('recipients', { domainpart: [`v${version}.example.org`] });
      ssm.label(`${PREFIX}recipients`, 'push-1', 1);
    },
    check: 'versions',
    level: 'warning',
    what: 'recipients has 100 versions, and the oldest has the label push-1',
    fix: 'aws ssm unlabel-parameter-version --region ap-northeast-1 --name /haineko/production/recipients --parameter-version 1 --labels push-1',
  },
  {
    title: 'more credentials than the default throughput is good for',
    alone: true,
    spoil: ({ lay }) => {
      const routes = Array.from({ length: 45 }, (_, n) => [
        `d${n}.example.org`,
        { ...SMARTHOST, auth: `C${n}` },
      ]);
      lay('mailertable', { default: AMAZON, ...Object.fromEntries(routes) });
      for (let n = 0; n < 45; n++) lay(`authinfo/C${n}`, { username: 'neko', password: 'nyanko22' });
    },
    check: 'throughput',
    level: 'warning',
    what: 'an instance asks SSM 6 times as it starts',
    fix: 'aws ssm update-service-setting --region ap-northeast-1 --setting-id /ssm/parameter-store/high-throughput-enabled --setting-value true (0.05 USD for 10,000 parameters read',
  },
  {
    title: 'higher throughput',
    spoil: ({ ssm }) => ssm.setting('/ssm/parameter-store/high-throughput-enabled', 'true'),
    check: 'throughput',
    level: 'note',
    what: 'higher throughput is on: 0.05 USD for 10,000 parameters read',
  },
  {
    title: 'a clock that is late',
    spoil: ({ ssm }) => ssm.skew(20_000),
    check: 'clock',
    level: 'warning',
    what: /^this machine's clock is (?:19|20|21) s behind AWS$/,
    fix: 'timedatectl',
  },
  {
    title: 'a clock that is fast',
    spoil: ({ ssm }) => ssm.skew(-280_000),
    check: 'clock',
    level: 'error',
    what: /^this machine's clock is (?:279|280|281) s ahead of AWS: signatures are refused from 300 s on$/,
  },
  {
    title: 'port 25',
    alone: true,
    spoil: ({ lay }) => lay('mailertable', { ...MAILERTABLE, smarthost: { ...SMARTHOST, port: 25 } }),
    check: 'routes',
    level: 'warning',
    what: 'mailertable: smarthost.port: Lambda cannot reach port 25',
    fix: 'port: 587',
  },
  {
    title: 'the mailer MX',
    alone: true,
    spoil: ({ lay }) => lay('sendermt', { 'example.jp': { mailer: 'MX' } }),
    check: 'routes',
    level: 'warning',
    what: 'sendermt: example.jp.mailer: MX goes to port 25',
    fix: 'outgoingAddress',
  },
  {
    title: 'a host in your own network',
    alone: true,
    spoil: ({ lay }) =>
      lay('mailertable', { ...MAILERTABLE, smarthost: { ...SMARTHOST, host: '10.0.0.25' } }),
    check: 'routes',
    level: 'warning',
    what: 'mailertable: smarthost.host: Lambda is not in your network',
  },
  {
    title: 'a host without an address',
    spoil: ({ dns }) => dns.lay('A smtp.example.org'),
    check: 'routes',
    level: 'error',
    what: 'smtp.example.org has no address in the DNS: mailertable: smarthost',
  },
  {
    title: 'a host of which the DNS says nothing',
    spoil: ({ dns }) => {
      dns.fault('A smtp.example.org', 'SERVFAIL');
      dns.fault('AAAA smtp.example.org', 'SERVFAIL');
    },
    check: 'routes',
    level: 'warning',
    what: 'could not be looked at: the DNS gives no answer for smtp.example.org (ESERVFAIL)',
    fix: '--dns SERVER',
  },
  {
    title: 'no domain that sends',
    alone: true,
    spoil: ({ lay }) => lay('password', {}),
    check: 'senders',
    level: 'note',
    what: 'no domain that may send is known',
    fix: '--from DOMAIN',
  },
  {
    title: 'more domains than SES could be asked of',
    spoil: ({ lay }) => {
      const senders = Array.from({ length: 25 }, (_, n) => `d${n}.example.jp`);
      lay('password', { 'arn:aws:iam::123456789012:role/neko': { senders } });
    },
    alone: true,
    check: 'senders',
    level: 'note',
    what: '5 more domains may send, and are not looked at',
    fix: '--from DOMAIN',
  },
  {
    title: 'a domain by --from and sendermt',
    alone: true,
    spoil: ({ lay }) => lay('sendermt', { 'example.com': AMAZON }),
    args: ['--from', 'neko@news.example.jp'],
    check: 'senders',
    level: 'ok',
    what: 'known to send: news.example.jp (--from), example.jp (password), example.com (sendermt)',
  },
  {
    title: 'the public half of another key',
    spoil: ({ dns }) => dns.lay(`TXT ${KEY.name}`, 'v=DKIM1; p=bnlhYQ=='),
    check: 'dkim-keys',
    level: 'error',
    what: 'TXT s2026._domainkey.example.jp: another key (authinfo/OurKey)',
    fix: `Publish TXT s2026._domainkey.example.jp: ${KEY.record}`,
  },
  {
    title: 'no public half',
    spoil: ({ dns }) => dns.lay(`TXT ${KEY.name}`),
    check: 'dkim-keys',
    level: 'error',
    what: 'TXT s2026._domainkey.example.jp: no data (authinfo/OurKey)',
    fix: KEY.record,
  },
  {
    title: 'a revoked key',
    spoil: ({ dns }) => dns.lay(`TXT ${KEY.name}`, 'v=DKIM1; p='),
    check: 'dkim-keys',
    level: 'error',
    what: 'the key is revoked',
  },
];
