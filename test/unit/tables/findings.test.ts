import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { knownFrom } from '../../../functions/app/known.ts';
import { milters } from '../../../functions/milter/index.ts';
import { mailers, relays } from '../../../functions/relay/index.ts';
import { parseAuthinfo } from '../../../functions/tables/authinfo.ts';
import { ConfigError } from '../../../functions/tables/config-error.ts';
import { buildTables, type Documents } from '../../../functions/tables/tables.ts';
import type { Authorization } from '../../../infra/authorization.ts';
import { CLEAR_RULES } from '../../../infra/tables/findings/clear-rules.ts';
import { CREDENTIAL_RULES, USE_RULES } from '../../../infra/tables/findings/credential-rules.ts';
import { FALLBACK_RULES } from '../../../infra/tables/findings/fallback-rules.ts';
import type { Laid } from '../../../infra/tables/findings/laid.ts';
import { privacyOf } from '../../../infra/tables/findings/privacy.ts';
import { ROUTE_RULES } from '../../../infra/tables/findings/route-rules.ts';
import { SETTING_RULES } from '../../../infra/tables/findings/setting-rules.ts';
import { TABLE_RULES, USER_RULES } from '../../../infra/tables/findings/table-rules.ts';
import { findingsOf } from '../../../infra/tables/findings.ts';
import { mailBy } from '../../mailers/mails.ts';

type Given = Documents & {
  readonly authinfo?: unknown;
  readonly deployed?: boolean;
  readonly authorization?: Authorization;
  readonly laid?: Laid;
};

/** Tables about which there is nothing to say. */
const RIGHT: Documents = {
  'haineko.cf': { hostname: 'relay.neko.test' },
  mailertable: { default: { mailer: 'AmazonSES' } },
  recipients: { domainpart: ['neko.test'] },
};
const SSHA = '{SSHA}9p2euyteR33mp0TYKjmYhTlIt1ctxuRn';
const SCRYPT = `{scrypt}16384$8$1$${'A'.repeat(22)}==$${'A'.repeat(43)}=`;
const ROLE = 'arn:aws:iam::123456789012:role/billing';
const { privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 1024,
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
});
const PASSWORD = { username: 'neko', password: 'nyanko22' };
const KEY = { domain: 'neko.test', selector: 's1', privateKey };
const TOKEN = {
  username: 'neko',
  oauth2: { tokenUrl: 'https://token.neko.test', clientId: 'c', clientSecret: 'nyanko22' },
};

/** A stage in SSM: who lays its documents, and what is laid there of secrets. */
function laid(tables: Laid['tables'], authinfo: unknown = {}, users: readonly string[] = []): Given {
  const wrong = { table: 'authinfo/Bad', path: '', expected: 'a mapping', got: '(hidden)' };
  const credentials = new Map<string, ReturnType<Laid['credentials']['get']> & object>(
    parseAuthinfo(authinfo),
  );
  credentials.set('Bad', new ConfigError('TABLE_VALUE', [wrong]));
  return { laid: { tables, credentials, users } };
}

function stageOf({ deployed = true, authorization: _, laid: __, authinfo, ...given }: Given) {
  const documents = { ...RIGHT, ...given };
  const tables = buildTables(documents, knownFrom(relays, milters, { deployed, machine: 'cat' }));
  return { documents: { ...documents, authinfo }, tables, credentials: parseAuthinfo(authinfo) };
}

const found = (given: Given) =>
  findingsOf(stageOf(given), {
    deployed: given.deployed ?? true,
    authorization: given.authorization,
    laid: given.laid,
  });

/** One entry beside the default, whose domain may be sent to; and what is found there. */
const route = (entry: object, beside: Given = {}): Given => ({
  ...beside,
  mailertable: { default: { mailer: 'AmazonSES' }, 'neko.test': entry },
});
const local = { deployed: false } as const;
const smtp = { host: 'smtp.neko.test', port: 587 };
const tls = { ...smtp, starttls: 1, auth: 'Cat' };

const CASES: readonly (readonly [what: string, given: Given, ...expected: string[]])[] = [
  ['nothing of right tables', {}],
  ['nothing of right tables on this machine', local],

  ['port 25', route({ host: 'smtp.neko.test' }), 'warning port-25 mailertable:neko.test.port'],
  ['port 25 on this machine: nothing', route({ host: 'smtp.neko.test' }, local)],
  [
    'port 25 in sendermt',
    { sendermt: { 'Cat.Test': { host: 'a.test', port: 25 } } },
    'warning port-25 sendermt:Cat.Test.port',
  ],
  ['port 25 of what is disabled: nothing', route({ host: 'smtp.neko.test', disabled: 1 })],
  ['MX', route({ mailer: 'MX' }), 'warning mx mailertable:neko.test.mailer'],
  ['MX on this machine: nothing', route({ mailer: 'MX' }, local)],
  [
    'a host in a private network',
    route({ ...smtp, host: '10.1.2.3' }),
    'warning private-host mailertable:neko.test.host',
  ],
  ['the same on this machine: nothing', route({ ...smtp, host: '10.1.2.3' }, local)],
  [
    'a unique local address of IPv6',
    route({ ...smtp, host: 'fd00::1' }),
    'warning private-host mailertable:neko.test.host',
  ],
  ['a timeout beyond 29 s', route({ ...smtp, timeout: 60 }), 'note timeout mailertable:neko.test.timeout'],
  ['a timeout that nobody gave: nothing', route(smtp)],
  [
    'a pause that leaves no time for a retry',
    route({ ...smtp, retry: 1, sleep: 30 }),
    'warning sleep mailertable:neko.test.sleep',
  ],
  ['a pause without a retry: nothing', route({ ...smtp, retry: 0, sleep: 30 })],
  [
    'a default in sendermt',
    { sendermt: { default: { mailer: 'AmazonSES' } } },
    'warning sender-default sendermt:default',
  ],
  [
    'an entry whose domain may not be sent to',
    { mailertable: { default: { mailer: 'AmazonSES' }, 'Cat.Test': { mailer: 'Discard' } } },
    'warning unreachable mailertable:Cat.Test',
  ],
  [
    'the same where an address of it may, or all may: nothing',
    {
      mailertable: { default: { mailer: 'AmazonSES' }, 'Cat.Test': { mailer: 'Discard' } },
      recipients: { recipients: ['neko@CAT.test'] },
    },
  ],
  [
    'the same where it is a fallback: nothing',
    { mailertable: { default: { mailer: 'AmazonSES', fallback: ['Cat.Test'] }, 'cat.test': smtp } },
  ],
  [
    'a fallback that is disabled',
    {
      mailertable: {
        default: { mailer: 'AmazonSES', fallback: ['a.test', 'b.test'] },
        'a.test': smtp,
        'b.test': { ...smtp, disabled: 1 },
      },
    },
    'warning disabled-fallback mailertable:default.fallback[1]',
  ],
  [
    'a fallback to itself',
    route({ ...smtp, fallback: ['NEKO.test.'] }),
    'warning own-fallback mailertable:neko.test.fallback[0]',
  ],
  [
    'a fallback of sendermt by its own name: nothing',
    { ...route(smtp), sendermt: { 'neko.test': { ...smtp, fallback: ['neko.test'] } } },
  ],

  [
    'a password that goes in the clear',
    route({ ...smtp, auth: 'Cat', auth_plaintext: 1 }, { authinfo: { Cat: PASSWORD } }),
    'warning auth-in-the-clear mailertable:neko.test.auth',
  ],
  [
    'a password that goes in the clear where nobody offers TLS',
    route(
      { ...smtp, auth: 'Cat', starttls: 'opportunistic', auth_plaintext: 1 },
      { authinfo: { Cat: PASSWORD } },
    ),
    'warning auth-maybe-in-the-clear mailertable:neko.test.auth',
  ],
  [
    'a password without TLS',
    route({ ...smtp, auth: 'Cat' }, { authinfo: { Cat: PASSWORD } }),
    'warning auth-without-tls mailertable:neko.test.auth',
  ],
  [
    'a token without TLS',
    route({ ...smtp, auth: 'Cat' }, { authinfo: { Cat: TOKEN } }),
    'error token-not-without-tls mailertable:neko.test.auth',
  ],
  [
    'a password to a certificate that nobody looks at',
    route({ ...tls, tls_verify: 0 }, { authinfo: { Cat: PASSWORD } }),
    'warning auth-unverified mailertable:neko.test.tls_verify',
  ],
  [
    'a key of SES, which is not sent: nothing',
    route({ mailer: 'AmazonSES', auth: 'Cat', tls_verify: 0 }, { authinfo: { Cat: PASSWORD } }),
  ],
  ['a password under TLS: nothing', route(tls, { authinfo: { Cat: PASSWORD } })],
  [
    'a password to this machine: nothing',
    route({ host: 'localhost', port: 587, auth: 'Cat' }, { ...local, authinfo: { Cat: PASSWORD } }),
  ],
  [
    'a password to another Haineko over HTTP',
    route({ mailer: 'Haineko', host: 'hop.test', auth: 'Cat' }, { authinfo: { Cat: PASSWORD } }),
    'error auth-not-over-http mailertable:neko.test.auth',
  ],
  [
    'the same, as it is wished',
    route(
      { mailer: 'Haineko', host: 'hop.test', auth: 'Cat', auth_plaintext: 1 },
      { authinfo: { Cat: PASSWORD } },
    ),
    'warning auth-in-the-clear mailertable:neko.test.auth',
  ],
  [
    'a password to another Haineko over HTTPS: nothing',
    route({ mailer: 'Haineko', host: 'hop.test', auth: 'Cat', tls: 1 }, { authinfo: { Cat: PASSWORD } }),
  ],

  [
    'a credential that authinfo lacks on this machine, which has no other',
    route(tls, local),
    'error no-credential mailertable:neko.test.auth',
  ],
  [
    'a credential that authinfo lacks among others',
    route(
      { ...tls, dkim: 'Key' },
      { authinfo: { Dog: PASSWORD }, sendermt: { 'a.test': { ...tls, auth: 'Dog' } } },
    ),
    'warning credential-elsewhere mailertable:neko.test.auth',
    'warning credential-elsewhere mailertable:neko.test.dkim',
  ],
  [
    'credentials of a stage whose authinfo is not here',
    route({ ...tls, dkim: 'Key' }),
    'note credential-in-ssm mailertable:neko.test.auth',
    'note credential-in-ssm mailertable:neko.test.dkim',
  ],
  [
    'a credential that the folder lacks and SSM has: nothing',
    route(tls, { ...laid('stack', { Cat: PASSWORD }), relayhosts: { relayhosts: ['192.0.2.1'] } }),
  ],
  [
    'credentials that nobody has',
    route({ ...tls, dkim: 'Key' }, laid('command', { Dog: PASSWORD }, ['neko'])),
    'error no-credential-anywhere mailertable:neko.test.auth',
    'error no-credential-anywhere mailertable:neko.test.dkim',
  ],
  [
    'a credential in SSM that no relay can read',
    route({ ...tls, auth: 'Bad' }, laid('command', {}, ['neko'])),
    'error wrong-credential mailertable:neko.test.auth',
  ],
  [
    'the same where the folder has a right one: nothing',
    route({ ...tls, auth: 'Bad' }, { ...laid('command', {}, ['neko']), authinfo: { Bad: PASSWORD } }),
  ],
  [
    'a DKIM key in SSM for a password',
    route(tls, laid('command', { Cat: KEY }, ['neko'])),
    'error key-in-auth mailertable:neko.test.auth',
  ],
  [
    'a DKIM key for a password',
    route(tls, { authinfo: { Cat: KEY } }),
    'error key-in-auth mailertable:neko.test.auth',
  ],
  [
    'a password for a DKIM key',
    route({ ...smtp, dkim: 'Cat' }, { authinfo: { Cat: PASSWORD } }),
    'error password-in-dkim mailertable:neko.test.dkim',
  ],
  [
    'oauth2 where a mailer takes none',
    route({ mailer: 'SendGrid', auth: 'Cat' }, { authinfo: { Cat: TOKEN } }),
    'error oauth2-not-taken mailertable:neko.test.auth',
  ],
  [
    'no username where a mailer takes one',
    route(tls, { authinfo: { Cat: { password: 'nyanko22' } } }),
    'error no-username mailertable:neko.test.auth',
  ],
  [
    'no username where a mailer takes none: nothing',
    route({ mailer: 'SendGrid', auth: 'Cat' }, { authinfo: { Cat: { password: 'nyanko22' } } }),
  ],
  [
    'a credential that no route names',
    { authinfo: { Cat: PASSWORD } },
    'warning unused-credential authinfo:Cat',
  ],
  ['the same of a disabled route: nothing', route({ ...tls, disabled: 1 }, { authinfo: { Cat: PASSWORD } })],

  [
    "an example's name",
    { 'haineko.cf': { hostname: 'mx.example.org' } },
    'warning hostname haineko.cf:hostname',
  ],
  [
    'requests that Lambda does not take',
    { 'haineko.cf': { hostname: 'a.test', max_request_size: 10_000_000 } },
    'warning request-size haineko.cf:max_request_size',
  ],
  [
    'required passwords, and no user on this machine',
    { ...local, 'haineko.cf': { hostname: 'a.test', require_auth: 1 } },
    'warning nobody-authenticates haineko.cf:require_auth',
  ],
  [
    'required passwords, and users that are not here',
    { 'haineko.cf': { smtpd: { hostname: 'a.test', require_auth: 1 } } },
    'note users-in-ssm haineko.cf:require_auth',
  ],
  [
    'required passwords with a user: nothing',
    { 'haineko.cf': { hostname: 'a.test', require_auth: 1 }, password: { neko: SCRYPT } },
  ],
  [
    'required passwords, and users in SSM: nothing',
    { 'haineko.cf': { hostname: 'a.test', require_auth: 1 }, ...laid('stack', {}, ['neko']) },
  ],
  [
    'required passwords, and no user anywhere',
    {
      'haineko.cf': { hostname: 'a.test', require_auth: 1 },
      relayhosts: { relayhosts: ['192.0.2.1'] },
      ...laid('stack', {}, [ROLE]),
    },
    'error no-users-anywhere haineko.cf:require_auth',
  ],
  ['nobody who could connect', laid('stack'), 'error nobody-connects relayhosts:'],
  [
    "what the original's haineko.cf has",
    {
      'haineko.cf': {
        smtpd: {
          hostname: 'a.test',
          mailer: { auth: 'authinfo', mail: '/etc/haineko/senders', rcpt: 'mailertable' },
          access: { conn: 'relayhosts' },
          syslog: { facility: 'local2' },
          milter: { libs: [], conn: [] },
        },
      },
    },
    'warning table-name haineko.cf:mailer.mail',
    'note no-effect haineko.cf:access',
    'note no-effect haineko.cf:syslog',
    'note no-effect haineko.cf:milter.libs',
  ],
  [
    'a default that is disabled',
    { ...local, mailertable: { default: { mailer: 'File', disabled: 1 } } },
    'warning disabled-default mailertable:default',
  ],
  ['no default', { ...local, mailertable: {} }, 'note no-default mailertable:default'],
  [
    'an open relayhosts',
    { relayhosts: { 'open-relay': 1 } },
    'warning open-relayhosts relayhosts:open-relay',
  ],
  [
    'networks that hold everybody',
    { relayhosts: { relayhosts: ['::/0'] } },
    'warning open-networks relayhosts:relayhosts',
  ],
  [
    'an open relayhosts where everybody needs a password: nothing',
    {
      relayhosts: { 'open-relay': 1 },
      'haineko.cf': { hostname: 'a.test', require_auth: 1 },
      password: { neko: SCRYPT },
    },
  ],
  ['open recipients', { recipients: { 'open-relay': 1 } }, 'warning open-recipients recipients:open-relay'],
  [
    'an open relay',
    { relayhosts: { 'open-relay': 1 }, recipients: { 'open-relay': 1 } },
    'warning open-relayhosts relayhosts:open-relay',
    'error open-relay recipients:open-relay',
  ],
  ['nobody to send to', { recipients: { domainpart: [] } }, 'note no-recipients recipients:'],
  ['no recipients', { recipients: undefined }, 'note own-recipients recipients:'],
  ['no principals', { authorization: 'iam' }, 'warning nobody password:'],
  [
    'no principals, neither here nor in SSM',
    { authorization: 'iam', ...laid('command') },
    'error nobody-anywhere password:',
  ],
  ['principals that the command has laid: nothing', { authorization: 'iam', ...laid('command', {}, [ROLE]) }],
  [
    'principals that the stack would take away',
    { authorization: 'iam', ...laid('stack', {}, [ROLE]) },
    'error nobody-anywhere password:',
  ],
  ['principals: nothing', { password: { [ROLE]: {} }, relayhosts: { 'open-relay': 1 } }],
  [
    'users beside principals',
    { password: { [ROLE]: {}, neko: SCRYPT }, 'haineko.cf': { hostname: 'a.test', require_auth: 1 } },
    'error mixed-callers haineko.cf:require_auth',
    'error mixed-callers password:',
  ],
  [
    'principals that nobody asks for',
    { password: { [ROLE]: {} }, authorization: 'none' },
    'error mixed-callers password:',
  ],
  [
    'hashes that are quickly guessed',
    { password: { neko: SSHA, mike: { password: SSHA }, kijitora: SCRYPT, 'a cat': SSHA } },
    'note ssha password:neko',
    'note ssha password:mike',
    'note ssha password:(a key)',
  ],
  [
    'what no template may hold, but not of secrets, which the command lays',
    { recipients: { recipients: ['"{{a}}"@neko.test'] }, authinfo: { Cat: { password: 'ny{{ko' } } },
    'warning reference recipients:recipients[0]',
    'warning unused-credential authinfo:Cat',
  ],
  [
    'the same, and secrets, of a stage whose tables the stack lays',
    {
      recipients: { recipients: ['"a#{b}"@neko.test'] },
      password: { neko: SCRYPT },
      ...route(tls, { authinfo: { Cat: PASSWORD } }),
      ...laid('stack'),
    },
    'error reference recipients:recipients[0]',
    'warning secret-in-folder password:',
    'warning secret-in-folder authinfo:',
  ],
  [
    'the same of a stage whose tables the command lays: nothing',
    {
      recipients: { domainpart: ['neko.test'], recipients: ['"a#{b}"@neko.test'] },
      password: { neko: SCRYPT },
      ...route(tls, { authinfo: { Cat: PASSWORD } }),
      ...laid('command'),
    },
  ],
  [
    'the same on this machine: nothing',
    { ...local, recipients: { domainpart: ['neko.test'], recipients: ['"{{a}}"@neko.test'] } },
  ],
];

describe('findingsOf()', () => {
  test.each(CASES.map(([what, given, ...expected]) => ({ what, given, expected })))(
    'tells of $what',
    ({ given, expected }) => {
      const told = found(given).map(({ id, level, table, path }) => `${level} ${id} ${table}:${path}`);
      expect(told.sort()).toEqual([...expected].sort());
    },
  );

  test('says of each why, in one line, and shows no secret', () => {
    for (const [what, given] of CASES) {
      for (const { why } of found(given)) {
        expect(why, what).toMatch(/^\S.{10,}\S$/);
        expect(why, what).not.toMatch(/nyanko22|ny\{\{ko|9p2euy|AAAA|PRIVATE/);
      }
    }
  });

  test('has a case for each rule', () => {
    const told = CASES.flatMap(([, , ...lines]) => lines.map((line) => line.split(' ')[1]));
    const rules = [
      ...Object.values(TABLE_RULES).flat(),
      ...[ROUTE_RULES, CLEAR_RULES, USE_RULES, FALLBACK_RULES, USER_RULES, CREDENTIAL_RULES].flat(),
      ...SETTING_RULES,
    ];
    const ids = rules.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect([...new Set(told)].sort()).toEqual(
      [...ids, 'mixed-callers', 'reference', 'secret-in-folder'].sort(),
    );
  });

  test('goes by the order of the tables', () => {
    const tables = found({
      'haineko.cf': { hostname: 'mx.example.jp' },
      ...route(tls),
      sendermt: { default: smtp },
      recipients: { 'open-relay': 1 },
      password: { neko: SSHA },
      authinfo: { Dog: PASSWORD },
    }).map(({ table }) => table);
    expect(tables).toEqual(['haineko.cf', 'mailertable', 'sendermt', 'recipients', 'password', 'authinfo']);
  });

  test.each(['0a1b2c3d-0a1b-2c3d-4e5f-0a1b2c3d4e5f', 'md-aB3dEfGhIjKlMnOpQrStUv'])(
    'does not show a key that stands where its name belongs: %s',
    (auth) => {
      for (const where of [local, {}, laid('stack'), { authinfo: { Dog: PASSWORD } }]) {
        const told = found(route({ ...tls, auth }, where)).map(({ why }) => why);
        expect(told.join('\n')).toContain('(hidden: a key, where its name belongs?)');
        expect(told.join('\n')).not.toContain(auth);
      }
    },
  );

  test('says nothing of credentials that nobody read', () => {
    const { credentials: _, ...stage } = stageOf(route(tls));
    expect(findingsOf(stage, { deployed: true })).toEqual([]);
  });

  test('is quick with tables of thousands of entries', () => {
    const names = Array.from({ length: 5000 }, (_, at) => `cat-${at}.test`);
    const mailertable = Object.fromEntries(
      names.map((name) => [name, { ...smtp, port: 25, fallback: ['default'] }]),
    );
    const recipients = { recipients: names.map((name) => `neko@${name}`) };
    const stage = stageOf({ mailertable: { ...mailertable, default: { mailer: 'AmazonSES' } }, recipients });
    const began = performance.now();
    expect(findingsOf(stage, { deployed: true })).toHaveLength(5000);
    expect(performance.now() - began).toBeLessThan(2000);
  });
});

describe('what is an error', () => {
  const NOT_SENT = CASES.filter(([, , ...lines]) =>
    lines.some((line) => /^error \S+ mailertable:neko\.test\./.test(line) && !line.includes('token-')),
  );

  test.each(NOT_SENT.map(([what, given]) => ({ what, given })))('is never sent: $what', async ({ given }) => {
    const { tables, credentials } = stageOf(given);
    const way = tables.mailertable.get('neko.test');
    const credential = (name: string | undefined) => {
      const secret = name === undefined ? undefined : credentials.get(name);
      return secret && { ...secret, name: 'Cat', version: '1' };
    };
    const delivery = { ...(await mailBy(way ?? {})), signingKey: credential(way?.dkim) };
    const wire = { now: () => 0, deadline: 20_000, outbox: '', print: () => {} };
    const reply = await mailers.get(way?.mailer ?? '')?.send(delivery, credential(way?.auth), wire);
    expect(reply).toMatchObject({ outcome: 'deferred', code: '451' });
  });
});

describe('privacyOf()', () => {
  test.each([
    [{ ...smtp }, 'clear'],
    [{ ...smtp, starttls: 1 }, 'tls'],
    [{ ...smtp, starttls: 'opportunistic' }, 'opportunistic'],
    [{ ...smtp, port: 465 }, 'tls'],
    [{ ...smtp, port: 465, implicit_tls: 0 }, 'clear'],
    [{ ...smtp, port: 2525, implicit_tls: 1 }, 'tls'],
    [{ ...smtp, host: '::1' }, 'here'],
    [{ mailer: 'Haineko', host: 'hop.test' }, 'clear'],
    [{ mailer: 'Haineko', host: 'hop.test', tls: 1 }, 'tls'],
    [{ mailer: 'Haineko' }, 'here'],
    [{ mailer: 'Haineko', host: 'hop.test', endpoint: 'https://hop.test' }, 'tls'],
    [{ mailer: 'Haineko', host: 'hop.test', endpoint: 'http://127.0.0.1:80' }, 'here'],
    [{ mailer: 'Postmark', auth: 'Cat' }, 'tls'],
    [{ mailer: 'Postmark', auth: 'Cat', endpoint: 'http://localhost:1' }, 'here'],
  ])('says of %j: %s', (entry, expected) => {
    const way = stageOf(route(entry, local)).tables.mailertable.get('neko.test');
    expect(way && privacyOf(way)).toBe(expected);
  });
});
