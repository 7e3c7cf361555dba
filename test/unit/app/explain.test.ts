import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { masked } from '../../../functions/app/explain/credential.ts';
import { explain } from '../../../functions/app/explain.ts';
import type { AllDocuments } from '../../../functions/store/snapshot.ts';
import { SourceUnavailable } from '../../../functions/store/source.ts';
import { cf, GOOD, told } from './explained.ts';
import { world } from './world.ts';

const route = (entry: object, more: AllDocuments = {}): AllDocuments => ({
  mailertable: { default: entry },
  ...more,
});

describe('explain() of a user', () => {
  test('knows one who was laid since the tables at hand were read, as /submit does', async () => {
    const HASH = '{SSHA}9p2euyteR33mp0TYKjmYhTlIt1ctxuRn';
    const before = world({}).context;
    const after = world({ password: { tora: HASH } }).context;
    const context = { ...before, source: after.source };
    const made = await explain({ ...GOOD, user: 'tora' }, await before.source.tables(), context);
    expect(made.refusals.map(({ phase }) => phase)).not.toContain('auth');
  });
});

describe('explain() of a mail that would go', () => {
  test('tells the route as it stands, its defaults filled in, and nothing that would stop it', async () => {
    const { kept, context } = world(route({ host: 'smtp.example.jp', port: 587, starttls: 1, retry: 2 }));
    const made = await explain(GOOD, await context.source.tables(), context);
    expect(made).toEqual({
      from: 'kijitora@example.jp',
      to: 'mi-chan@example.org',
      steps: [
        expect.objectContaining({ table: 'mailertable', key: 'example.org', result: 'absent' }),
        expect.objectContaining({ table: 'sendermt', key: 'example.jp', result: 'absent' }),
        expect.objectContaining({ table: 'mailertable', key: 'default', result: 'matched' }),
        expect.objectContaining({ table: null, key: '127.0.0.1:25', result: 'not looked at' }),
      ],
      route: {
        table: 'mailertable',
        entry: 'default',
        mailer: 'ESMTP',
        host: 'smtp.example.jp',
        port: 587,
        auth: null,
        dkim: null,
        fallback: [],
        retry: 2,
        sleep: 5,
        timeout: 30,
        starttls: 1,
        tls_verify: 1,
        auth_plaintext: 0,
        debug: 0,
        options: {},
      },
      credential: null,
      dkim: null,
      fallbacks: [],
      refusals: [],
      warnings: [],
      notes: ['header and body are not known: phase data was not run'],
    });
    expect(JSON.parse(JSON.stringify(made))).toEqual(made);
    expect(kept).toEqual([]);
  });

  test('names the table of an entry in sendermt, and the last resort by null', async () => {
    const sendermt = { 'example.jp': { mailer: 'AmazonSES', region: 'eu-west-1' } };
    expect((await told({}, { mailertable: {}, sendermt })).route).toMatchObject({
      table: 'sendermt',
      entry: 'sendermt/example.jp',
      // they mean nothing to it
      host: null,
      port: null,
      options: { region: 'eu-west-1', tags: {} },
    });
    expect((await told({}, { mailertable: {} })).route).toMatchObject({
      table: null,
      entry: null,
      host: '127.0.0.1',
      port: 25,
    });
    expect((await told({}, route({ mailer: 'MX', port: 587 }))).route).toMatchObject({
      host: null,
      port: 587,
    });
  });

  test('says what it does not know: client, ehlo, the mail itself, and the milters of these', async () => {
    const milter = { conn: ['Example'], ehlo: ['Example'], head: ['Nyaa'], body: ['Nyaa', 'Example'] };
    const { refusals, notes } = await told(
      { client: undefined, ehlo: undefined },
      { ...cf({ milter }), relayhosts: { relayhosts: ['192.0.2.1'] } },
    );
    expect(refusals).toEqual([]);
    expect(notes).toEqual([
      'client is not given: relayhosts was not asked (milters: Example)',
      'ehlo is not given: it was not checked (milters: Example)',
      'header and body are not known: phase data was not run (milters: Nyaa, Example)',
    ]);
  });

  test('says whom a milter adds', async () => {
    expect((await told({}, cf({ milter: { rcpt: ['Example'] } }))).notes).toContain(
      'a milter adds always-bcc@example.org, which is checked as this recipient is',
    );
  });
});

describe('explain() of credentials', () => {
  const SECRET = {
    smarthost: 'correct-horse-battery',
    user: 'nekochan@mail.example.jp',
    client: 'client-secret-77',
    refresh: 'refresh-token-99',
  };
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 1024,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  const authinfo = {
    Smarthost: { username: SECRET.user, password: SECRET.smarthost },
    Google: {
      username: 'sabatora',
      oauth2: {
        tokenUrl: 'https://oauth2.example.com/token',
        clientId: 'id-of-the-client',
        clientSecret: SECRET.client,
        refreshToken: SECRET.refresh,
      },
    },
    Key: { password: SECRET.smarthost },
    OurKey: { domain: 'example.jp', selector: 's1', privateKey },
  };
  const smtp = { host: 'smtp.example.jp', port: 587, starttls: 1 };

  test('tells name, version, kind and a masked user, and of a key where its public half belongs', async () => {
    const made = await told({}, route({ ...smtp, auth: 'Smarthost', dkim: 'OurKey' }, { authinfo }));
    expect(made).toMatchObject({ route: { auth: 'Smarthost', dkim: 'OurKey' }, warnings: [] });
    expect(made.credential).toEqual({
      name: 'Smarthost',
      found: true,
      version: '1',
      kind: 'password',
      username: 'n****@mail.example.jp',
      why: "authinfo has 'Smarthost'",
    });
    expect(made.dkim).toEqual({
      name: 'OurKey',
      found: true,
      version: '1',
      kind: 'dkim',
      username: null,
      why: 'its public key belongs at s1._domainkey.example.jp',
    });
    const token = await told({}, route({ ...smtp, auth: 'Google' }, { authinfo }));
    expect(token).toMatchObject({ credential: { kind: 'oauth2', username: 's****' }, warnings: [] });
    const key = await told({}, route({ mailer: 'SendGrid', auth: 'Key' }, { authinfo }));
    expect(key).toMatchObject({ credential: { kind: 'password', username: null }, warnings: [] });
  });

  test('never tells a secret, nor a whole user, whatever stands where', async () => {
    const password = { neko: `{SSHA}${Buffer.alloc(28, 7).toString('base64')}` };
    const names = Object.keys(authinfo);
    for (const auth of names) {
      for (const dkim of names) {
        const fallback = ['other.example.net', 'open.example.net'];
        const mailertable = {
          default: { host: 'smtp.example.jp', port: 587, auth, dkim, fallback },
          'other.example.net': { ...smtp, auth: 'Smarthost', dkim: 'OurKey' },
          'open.example.net': { mailer: 'SendGrid', auth },
        };
        const text = JSON.stringify(await told({ user: 'neko' }, { mailertable, authinfo, password }));
        for (const secret of [...Object.values(SECRET), 'sabatora', 'id-of-the-client', 'BEGIN', 'SSHA']) {
          expect(text).not.toContain(secret);
        }
        expect(text).not.toContain(privateKey.split('\n')[1]);
        expect(text).not.toContain(password.neko.slice(6));
      }
    }
  });

  test('warns of what is not there, or not of that kind, in the words of the relay', async () => {
    const missing = await told({}, route({ ...smtp, auth: 'Nobody', dkim: 'Nothing' }, { authinfo }));
    expect(missing.credential).toEqual({
      name: 'Nobody',
      found: false,
      version: null,
      kind: null,
      username: null,
      why: "authinfo has no 'Nobody'",
    });
    expect(missing.dkim).toMatchObject({ name: 'Nothing', found: false });
    const deferred = { entry: 'default', code: '451', dsn: '4.7.0', outcome: 'deferred' };
    expect(missing.warnings).toEqual([
      { ...deferred, command: 'AUTH', message: "No credential 'Nobody' in authinfo" },
      { ...deferred, command: 'DATA', message: "No DKIM key 'Nothing' in authinfo" },
    ]);
    const swapped = await told({}, route({ ...smtp, auth: 'OurKey', dkim: 'Smarthost' }, { authinfo }));
    expect(swapped.warnings).toEqual([
      { ...deferred, command: 'AUTH', message: "Credential 'OurKey' is a DKIM key: name it in dkim" },
      { ...deferred, command: 'DATA', message: "Credential 'Smarthost' is no DKIM key: name it in auth" },
    ]);
  });

  test('tells of a credential that cannot be read, or is wrong', async () => {
    const { context } = world(route({ ...smtp, auth: 'Smarthost' }, { authinfo }));
    const credential = () => Promise.reject(new SourceUnavailable(`no answer for ${SECRET.smarthost}`));
    const source = { ...context.source, credential };
    const made = await explain(GOOD, await source.tables(), { ...context, source });
    const why = "Credential 'Smarthost' cannot be read now: nothing was sent";
    expect(made.credential).toMatchObject({ found: false, why });
    expect(made.warnings).toMatchObject([{ code: '451', dsn: '4.3.0', command: 'AUTH', message: why }]);
  });

  test.each([
    ['neko', 'n****'],
    ['neko@example.jp', 'n****@example.jp'],
    ['n@example.jp', '****@example.jp'],
    ['n', '****'],
    ['@example.jp', '****@example.jp'],
    // what follows the @ is no domain: it may be a part of a password
    ['neko@pass word', 'n****'],
    ['ねこ@example.jp', 'ね****@example.jp'],
    ['𝄞clef', '𝄞****'],
  ])('masked() shows %s as %s', (username, shown) => {
    expect(masked(username)).toBe(shown);
  });
});

describe('explain() of warnings', () => {
  const authinfo = { Smarthost: { username: 'neko', password: 'nyanko22' } };
  const warnings = async (entry: object) => (await told({}, route(entry, { authinfo }))).warnings;
  const messages = async (entry: object) => (await warnings(entry)).map(({ message }) => message);
  const inTheClear =
    "Cannot use credential 'Smarthost': no TLS, and auth_plaintext is 0: PLAIN and LOGIN are not used unless the server offers CRAM-MD5";

  test('tells of a password that would go in the clear, where the table alone says so', async () => {
    const smtp = { host: 'smtp.example.jp', port: 587, auth: 'Smarthost' };
    expect(await messages(smtp)).toEqual([inTheClear]);
    for (const more of [
      { starttls: 1 },
      { starttls: 'opportunistic' },
      { port: 465 },
      { implicit_tls: 1 },
      { auth_plaintext: 1 },
      { host: '127.0.0.1' },
    ]) {
      expect(await messages({ ...smtp, ...more })).toEqual([]);
    }
    expect(await messages({ ...smtp, mailer: 'Haineko', port: 2794 })).toEqual([
      "Cannot use credential 'Smarthost': no TLS, and auth_plaintext is 0",
    ]);
  });

  test('tells of a port that Lambda does not reach', async () => {
    const blocked = {
      entry: 'default',
      code: null,
      dsn: null,
      command: null,
      outcome: null,
      message: 'Lambda cannot reach port 25 until AWS lifts that for the account: use 587 or 465',
    };
    expect(await warnings({ host: 'smtp.example.jp' })).toEqual([blocked]);
    expect(await messages({ mailer: 'MX' })).toEqual([blocked.message.replace(': use 587 or 465', '')]);
    expect(await warnings({ host: '127.0.0.1' })).toEqual([]);
    expect(await warnings({ mailer: 'AmazonSES' })).toEqual([]);
  });

  test('tells of a mailer that is none of this program', async () => {
    const { context } = world();
    const bare = { ...context, relays: new Map() };
    expect((await explain(GOOD, await context.source.tables(), bare)).warnings).toMatchObject([
      { code: '451', dsn: '4.3.0', outcome: 'deferred' },
    ]);
  });
});

describe('explain() of fallbacks', () => {
  const authinfo = { Backup: { username: 'neko', password: 'nyanko22' } };
  const fallbacks = async (mailertable: object) => (await told({}, { mailertable, authinfo })).fallbacks;

  test('tells each name in order: its way, or why it would be left out', async () => {
    const entries = {
      default: { mailer: 'Kept', fallback: ['backup', 'off', 'default', 'backup', 'last'] },
      backup: { host: 'smtp.example.net', port: 587, starttls: 1, auth: 'Backup', fallback: ['last'] },
      off: { mailer: 'Kept', disabled: 1 },
      last: { mailer: 'AmazonSES' },
    };
    const [backup, ...others] = await fallbacks(entries);
    expect(backup).toMatchObject({
      name: 'backup',
      route: { table: 'mailertable', entry: 'backup', host: 'smtp.example.net', fallback: ['last'] },
      credential: { name: 'Backup', found: true, username: 'n****' },
      dkim: null,
    });
    expect(others).toEqual([
      { name: 'off', skipped: 'the entry has disabled: 1' },
      { name: 'default', skipped: 'it is the route itself' },
      { name: 'backup', skipped: 'it stands there twice' },
      expect.objectContaining({ name: 'last', route: expect.objectContaining({ mailer: 'AmazonSES' }) }),
    ]);
  });

  test('takes an entry of mailertable for another than that of the same name in sendermt', async () => {
    const mailertable = { 'example.jp': { mailer: 'Discard' } };
    const sendermt = { 'example.jp': { mailer: 'Kept', fallback: ['example.jp'] } };
    const made = await told({}, { mailertable, sendermt });
    expect(made.fallbacks).toMatchObject([{ name: 'example.jp', route: { entry: 'example.jp' } }]);
  });

  test('names the way in each warning', async () => {
    const made = await told(
      {},
      {
        mailertable: {
          default: { mailer: 'Kept', auth: 'Nobody', fallback: ['backup'] },
          backup: { mailer: 'Kept', auth: 'Somebody' },
        },
      },
    );
    expect(made.warnings).toMatchObject([
      { entry: 'default', message: "No credential 'Nobody' in authinfo" },
      { entry: 'backup', message: "No credential 'Somebody' in authinfo" },
    ]);
  });
});
