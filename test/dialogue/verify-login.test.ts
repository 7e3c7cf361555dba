import { describe, test } from 'vitest';
import { xoauth2Response } from '../../functions/relay/oauth2/xoauth2-response.ts';
import { verifyCredential } from '../../functions/relay/verify-credential.ts';
import type { Credential } from '../../functions/tables/authinfo.ts';
import type { Route } from '../../functions/tables/route-entry.ts';
import { deliveryBy, inOneLine, NEKO, routeTo, send, wireOf } from './deliveries.ts';
import { startRealServer } from './real-server.ts';
import { type ScriptedServer, startScriptedServer } from './scripted-server.ts';
import { granting, startTokenServer, type TokenAnswer } from './token-server.ts';

const verify = (route: Route, credential: Credential = NEKO, keys = {}) =>
  verifyCredential(route, credential, { hostname: 'haineko.test', wire: wireOf(keys) });

/** Runs a test against a server that follows a script; whatever it is, no mail is begun. */
const using =
  (script: string, run: (server: ScriptedServer, auth: Partial<Route>) => Promise<void>) => async () => {
    const server = await startScriptedServer(script);
    try {
      await run(server, { auth: 'neko' });
      if (server.transcript.some((line) => /^C: (MAIL|RCPT|DATA)/.test(line)))
        throw new Error(`a mail was begun:\n${server.transcript.join('\n')}`);
    } finally {
      await server.close();
    }
  };

const HELLO = '@hello AUTH LOGIN PLAIN\nC: AUTH PLAIN AG5la28AbnlhYTo9Kw==\n';
const BYE = 'C: QUIT\nS: 221 Bye\n-- close\n';

describe.concurrent('ESMTP, verifyCredential()', () => {
  test('verifyCredential() says AUTH and QUIT, and nothing between', ({ expect }) =>
    using(`${HELLO}S: 235 2.7.0 Ok\n${BYE}`, async (server, auth) => {
      expect(await verify(routeTo(server.port, auth))).toEqual({
        verdict: 'good',
        told: [`AUTH at 127.0.0.1:${server.port}: taken`],
      });
      expect([server.faults, server.connections()]).toEqual([[], 1]);
      expect(server.transcript.slice(-2)).toEqual(['C: QUIT', 'S: 221 Bye']);
    })());

  test('verifyCredential() finds it refused at 535, and hides what the server repeats', ({ expect }) =>
    using(`${HELLO}S: 535 5.7.8 Not nyaa:=+ (AG5la28AbnlhYTo9Kw==)\n${BYE}`, async (server, auth) => {
      expect(await verify(routeTo(server.port, auth))).toEqual({
        verdict: 'refused',
        told: [`AUTH at 127.0.0.1:${server.port}: 535 5.7.8 Not **** (****)`],
      });
    })());

  test.for(['454 4.7.0 Later', '432 4.7.12 Change it', '534 5.7.9 Too weak', '421 4.3.2 Closing'])(
    'verifyCredential() makes no verdict of %s',
    (reply, { expect }) =>
      using(`${HELLO}S: ${reply}\n${BYE}`, async (server, auth) => {
        const { verdict, told } = await verify(routeTo(server.port, auth));
        expect(verdict).toBe('unknown');
        expect(told[0]).toContain(reply);
      })(),
  );

  test.for([
    ['no AUTH offered', '@hello', {}, 'the server does not offer AUTH'],
    ['no AUTH that we have', '@hello AUTH GSSAPI', {}, 'the server offers only GSSAPI'],
    ['no STARTTLS', '@hello AUTH PLAIN', { starttls: 1 }, 'the server does not offer STARTTLS'],
    ['refused at once', 'S: 554 5.7.1 Go away', {}, '554 5.7.1 Go away'],
    ['no SMTP', 'S: HTTP/1.1 400 Bad Request', {}, 'Cannot connect SMTP Server'],
    ['reset', '-- reset', {}, 'Cannot connect SMTP Server'],
    ['silence', '-- hang', { timeout: 0.3 }, 'Cannot connect SMTP Server'],
    ['silence at AUTH', `${HELLO}-- hang`, { timeout: 0.3 }, 'No reply in time'],
    ['lost at AUTH', `${HELLO}-- close`, {}, 'Connection lost'],
    ['no SMTP at AUTH', `${HELLO}S: nyaa`, {}, 'Not a reply of SMTP'],
  ] as const)('verifyCredential() knows nothing, and says why: %s', ([, script, keys, why], { expect }) =>
    using(script, async (server, auth) => {
      const { verdict, told } = await verify(routeTo(server.port, { ...auth, ...keys }));
      expect({ verdict, told: told.join('\n') }).toEqual({
        verdict: 'unknown',
        told: expect.stringContaining(why),
      });
      // what is ours is not told as the server's
      expect(told[0]).not.toMatch(/: 4[25]1 /);
    })(),
  );

  test('verifyCredential() knows nothing where nobody listens', async ({ expect }) => {
    const { verdict, told } = await verify(routeTo(1, { auth: 'neko' }));
    expect(verdict).toBe('unknown');
    expect(told.join('\n')).toContain('ECONNREFUSED');
  });

  test('verifyCredential() ends with the deadline', ({ expect }) =>
    using('-- hang', async (server, auth) => {
      const begun = Date.now();
      const keys = { deadline: begun + 300 };
      expect((await verify(routeTo(server.port, auth), NEKO, keys)).verdict).toBe('unknown');
      expect(Date.now() - begun).toBeLessThan(3000);
    })());

  test('verifyCredential() does not connect with a credential that has no username', ({ expect }) =>
    using('', async (server, auth) => {
      expect(await verify(routeTo(server.port, auth), { ...NEKO, username: '' })).toEqual({
        verdict: 'unknown',
        told: ["Credential 'neko' has no username"],
      });
      expect(server.connections()).toBe(0);
    })());

  test('verifyCredential() neither uses a kept connection nor leaves one', async ({ expect }) => {
    const server = await startRealServer();
    const route = routeTo(server.port, { starttls: 1, tls_verify: 0, auth: 'neko' });
    const mail = async () => inOneLine(await send(deliveryBy(route), NEKO));
    expect(await mail()).toBe('accepted 250 2.0.0 QUIT 2.0.0 Taken');
    expect((await verify(route)).verdict).toBe('good');
    expect([server.connections(), server.taken.length]).toEqual([2, 1]);
    expect((await verify(route, { ...NEKO, password: 'wan!wan!' })).verdict).toBe('refused');
    // the mails' own connection is still there
    await mail();
    expect([server.connections(), server.taken.length]).toEqual([3, 2]);
    await server.close();
  });

  test('verifyCredential() knows nothing of a server whose certificate does not hold', async ({ expect }) => {
    const server = await startRealServer();
    const { verdict, told } = await verify(routeTo(server.port, { starttls: 1, auth: 'neko' }));
    expect(verdict).toBe('unknown');
    expect(told[0]).toContain('TLS failed: the certificate is not of a trusted authority');
    expect(server.logins).toEqual([]);
    await server.close();
  });
});

describe.concurrent('ESMTP with a token, verifyCredential()', () => {
  const withTokens = async (
    answers: readonly TokenAnswer[],
    script: string,
    run: (trial: () => ReturnType<typeof verify>, asked: () => number) => Promise<void>,
  ) => {
    const tokens = await startTokenServer(answers);
    await using(script, async (server) => {
      const { credential } = tokens;
      await run(
        () => verify(routeTo(server.port, { auth: credential.name }), credential),
        () => tokens.asked.length,
      );
    })().finally(() => tokens.close());
  };
  const XOAUTH2 = '@hello AUTH XOAUTH2\n';
  const authOf = (token: string) => `C: AUTH XOAUTH2 ${xoauth2Response('neko@example.jp', token)}\n`;

  test('verifyCredential() fetches a token each time, and logs in with it', ({ expect }) => {
    const taken = (token: string) => `${XOAUTH2}${authOf(token)}S: 235 Ok\n${BYE}`;
    const script = `${taken('first')}-- connection\n${taken('second')}`;
    return withTokens([granting('first'), granting('second')], script, async (trial, asked) => {
      expect((await trial()).verdict).toBe('good');
      expect((await trial()).verdict).toBe('good');
      expect(asked()).toBe(2);
    });
  });

  test('verifyCredential() finds it refused where its token is, and hides the token', ({ expect }) => {
    const no = `${XOAUTH2}${authOf('ya29.nyaa-nyaa')}S: 535 5.7.8 Not with ya29.nyaa-nyaa\n${BYE}`;
    return withTokens([granting('ya29.nyaa-nyaa')], no, async (trial) => {
      const { verdict, told } = await trial();
      expect(verdict).toBe('refused');
      expect(told.join()).toContain('535 5.7.8 Not with ****');
    });
  });

  test('verifyCredential() finds it refused where the token server says so', ({ expect }) =>
    withTokens([{ status: 400, body: { error: 'invalid_grant' } }], '', async (trial) => {
      const { verdict, told } = await trial();
      expect(verdict).toBe('refused');
      expect(told.join()).toContain('invalid_grant');
    }));

  test.for<[TokenAnswer, string]>([
    [{ status: 503 }, 'HTTP 503'],
    ['reset', 'was lost'],
  ])(
    'verifyCredential() knows nothing where the token server says nothing: %j',
    ([answer, why], { expect }) =>
      withTokens([answer], '', async (trial) => {
        const { verdict, told } = await trial();
        expect(verdict).toBe('unknown');
        expect(told.join()).toContain(why);
      }),
  );
});
