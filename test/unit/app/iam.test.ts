import { describe, expect, test } from 'vitest';
import { fromHttpApi, type HttpApiEvent } from '../../../functions/app/api-gateway.ts';
import type { Milter } from '../../../functions/milter/milter.ts';
import type { AllDocuments } from '../../../functions/store/snapshot.ts';
import { basic, MAIL, world } from './world.ts';

const ACCOUNT = '123456789012';
const MIKE = `arn:aws:iam::${ACCOUNT}:user/cats/mike`;
const session = (role: string, name = 'i-0123456789abcdef0') =>
  `arn:aws:sts::${ACCOUNT}:assumed-role/${role}/${name}`;
const password = {
  haineko: '{SSHA}9p2euyteR33mp0TYKjmYhTlIt1ctxuRn',
  [MIKE]: { admin: 1 },
  [`arn:aws:iam::${ACCOUNT}:role/service/Mailer`]: { senders: ['example.jp'] },
  [session('Mailer', 'nightly')]: { senders: ['example.net'] },
  [`arn:aws:sts::${ACCOUNT}:federated-user/sabatora`]: {},
};
const abroad = { remote: { address: '203.0.113.9', port: null } };
const by = (principal: string, headers: Record<string, string> = {}) => ({ ...abroad, principal, headers });
const iam = (tables: AllDocuments = {}) => world({ password, ...tables });
const DENIED = { code: '500', dsn: '5.7.1', command: 'AUTH', message: ['Access denied'] };

describe('a request that IAM knows the caller of', () => {
  test.each([MIKE, session('Mailer'), `arn:aws:sts::${ACCOUNT}:federated-user/sabatora`])(
    'is that of the user %s, who passes relayhosts',
    async (arn) => {
      const { ask, lines } = iam();
      expect((await ask(by(arn))).status).toBe(200);
      expect(lines.find(({ message }) => message === 'session')).toMatchObject({ user: arn });
    },
  );

  test.each([
    `arn:aws:iam::${ACCOUNT}:user/mike`,
    `arn:aws:iam::${ACCOUNT}:user/cats/Mike`,
    `arn:aws:iam::${ACCOUNT}:root`,
    'arn:aws:iam::210987654321:user/cats/mike',
    'arn:aws:sts::210987654321:assumed-role/Mailer/i-0',
    `arn:aws-cn:sts::${ACCOUNT}:assumed-role/Mailer/i-0`,
    session('mailer'),
    `arn:aws:sts::${ACCOUNT}:federated-user/mike`,
    'haineko',
    '',
  ])('is refused without an entry (%j), whatever relayhosts says', async (arn) => {
    const { ask, kept, lines } = iam({ relayhosts: { 'open-relay': 1 } });
    const { status, json, body } = await ask({ principal: arn });
    expect(status).toBe(403);
    expect(json['smtp.response']).toMatchObject(DENIED);
    expect(body).not.toContain('no entry');
    expect(kept).toEqual([]);
    // the operator is told whose entry is wanting
    const cause = `no entry in password for ${arn || 'a caller without an ARN'}`;
    expect(lines).toMatchObject([{ message: 'session', status: 403, recipients: [{ cause }] }]);
    expect((await ask({ principal: arn, method: 'GET', path: '/neko', body: '' })).status).toBe(403);
  });

  test('does not look at Basic credentials, right or wrong ones', async () => {
    const { ask } = iam();
    expect((await ask(by(MIKE, basic('haineko', 'wrong')))).status).toBe(200);
    expect((await ask(by(session('Nobody'), basic('haineko', 'kijitora')))).status).toBe(403);
    for (let guess = 0; guess < 12; guess++) await ask(by(session('Nobody')));
    // and takes no guesses from who has a password
    expect((await ask({ ...abroad, headers: basic('haineko', 'kijitora') })).status).toBe(200);
  });

  test('has what require_auth wants', async () => {
    const { ask } = iam({ 'haineko.cf': { hostname: 'haineko.example.jp', require_auth: 1 } });
    expect((await ask(by(MIKE))).status).toBe(200);
    expect((await ask(abroad)).status).toBe(401);
  });

  test("may send as its entry's senders: a session by its own entry, else by its role's", async () => {
    const { post } = iam();
    const from = async (mail: string, arn: string) => (await post({ ...MAIL, mail }, by(arn))).status;
    expect(await from('neko@example.jp', session('Mailer'))).toBe(200);
    expect(await from('neko@example.net', session('Mailer'))).toBe(400);
    expect(await from('neko@example.net', session('Mailer', 'nightly'))).toBe(200);
    expect(await from('neko@example.jp', session('Mailer', 'nightly'))).toBe(400);
    expect(await from('neko@example.com', MIKE)).toBe(200);
  });

  test('may see /conf with admin alone; it shows who has no password, and masks who has', async () => {
    const { ask } = iam();
    const conf = { method: 'GET', path: '/conf', body: '' };
    const { status, json } = await ask({ ...by(MIKE), ...conf });
    expect(status).toBe(200);
    expect(json['password']).toMatchObject({ haineko: '****', [MIKE]: { admin: 1 } });
    expect(json['password']).not.toHaveProperty([MIKE, 'password']);
    expect((await ask({ ...by(session('Mailer')), ...conf })).status).toBe(403);
  });

  test('is told to milters by the whole ARN', async () => {
    const seen: (string | undefined)[] = [];
    const milter: Milter = {
      name: 'Watch',
      description: 'Watches.',
      conn: (_, { user }) => void seen.push(user),
    };
    const cf = { hostname: 'haineko.example.jp', milter: { conn: ['Watch'] } };
    const { ask } = world({ password, 'haineko.cf': cf }, {}, [milter]);
    expect((await ask(by(session('Mailer')))).status).toBe(200);
    expect(seen).toEqual([session('Mailer')]);
  });

  test('no password fits an ARN by Basic authentication', async () => {
    const { ask } = iam();
    for (const given of ['', 'undefined', 'null']) {
      expect((await ask({ ...abroad, headers: basic(MIKE, given) })).status).toBe(401);
    }
  });
});

describe('fromHttpApi()', () => {
  const event = (authorizer?: HttpApiEvent['requestContext']['authorizer']): HttpApiEvent => ({
    rawPath: '/submit',
    headers: { authorizer: MIKE, principal: MIKE },
    requestContext: {
      domainName: 'api.example.jp',
      http: { method: 'POST', sourceIp: '192.0.2.1' },
      ...(authorizer !== undefined && { authorizer }),
    },
  });
  const principal = (given: HttpApiEvent) => fromHttpApi(given, 1000, 0).principal;

  test('takes the principal from the authorizer alone', () => {
    expect(principal(event({ iam: { userArn: MIKE } }))).toBe(MIKE);
    for (const none of [undefined, null, {}, { iam: null }]) expect(principal(event(none))).toBeUndefined();
  });

  test('takes who has no signature for nobody, where the API wants one', () => {
    for (const none of [undefined, null, {}, { iam: null }])
      expect(fromHttpApi(event(none), 1000, 0, true).principal).toBe('');
    expect(fromHttpApi(event({ iam: { userArn: MIKE } }), 1000, 0, true).principal).toBe(MIKE);
  });

  test('never takes a signature without an ARN for no signature', () => {
    for (const nameless of [{}, { userArn: null }, { userArn: '' }])
      expect(principal(event({ iam: nameless }))).toBe('');
  });
});
