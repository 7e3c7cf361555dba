import { describe, test } from 'vitest';
import { knownFrom } from '../../functions/app/known.ts';
import { relays } from '../../functions/relay/index.ts';
import { memorySource } from '../../functions/store/memory.ts';
import type { Route } from '../../functions/tables/route-entry.ts';
import { BASE, MAIL as SUBMISSION, world } from '../unit/app/world.ts';
import { deliveryBy, inOneLine, routeTo, send, wireOf } from './deliveries.ts';
import { type ScriptedServer, startScriptedServer } from './scripted-server.ts';
import { granting, startTokenServer, type TokenAnswer, type TokenServer } from './token-server.ts';

const TAKEN = 'accepted 250 2.0.0 QUIT 2.0.0 Taken';
const MAIL = '@envelope\n@data\n-- mail\nS: 250 2.0.0 Taken\n';
/** A connection that takes any token, and one mail. */
const SESSION = `@hello AUTH XOAUTH2\nC: AUTH XOAUTH2 *\nS: 235 2.7.0 Accepted\n${MAIL}-- close\n`;
const sessions = (count: number) => Array(count).fill(SESSION).join('-- connection\n');

/** Runs a test with a token server, and an SMTP server that follows a script. */
async function using(
  answers: readonly TokenAnswer[],
  script: string,
  run: (tokens: TokenServer, smtp: ScriptedServer) => Promise<void>,
  scheme: 'http' | 'https' = 'http',
): Promise<void> {
  const [tokens, smtp] = await Promise.all([startTokenServer(answers, scheme), startScriptedServer(script)]);
  try {
    await run(tokens, smtp);
  } finally {
    await Promise.all([tokens.close(), smtp.close()]);
  }
}

const deliveryTo = ({ port }: ScriptedServer, { credential }: TokenServer, keys: Partial<Route> = {}) =>
  deliveryBy(routeTo(port, { auth: credential.name, ...keys }));

describe.concurrent('accessToken()', () => {
  test('accessToken() asks with the refresh token, and the mail goes', ({ expect }) =>
    using([granting('ya29.nyaa')], SESSION, async (tokens, smtp) => {
      expect(inOneLine(await send(deliveryTo(smtp, tokens), tokens.credential))).toBe(TAKEN);
      expect(tokens.asked).toEqual([
        [
          ['', 'POST /token application/x-www-form-urlencoded'],
          ['grant_type', 'refresh_token'],
          ['refresh_token', '1//04mikechan-refresh'],
          ['client_id', 'client-1'],
          ['client_secret', 'GOCSPX-nekochan22'],
        ],
      ]);
    }));

  test('accessToken() asks as the client itself where there is no refresh token', ({ expect }) =>
    using([granting('eyJ0.nyaa')], SESSION, async (tokens, smtp) => {
      const scope = 'https://outlook.office365.com/.default';
      const { refreshToken: _, ...oauth2 } = tokens.credential.oauth2;
      const credential = { ...tokens.credential, oauth2: { ...oauth2, scope } };
      expect(inOneLine(await send(deliveryTo(smtp, tokens), credential))).toBe(TAKEN);
      expect(Object.fromEntries(tokens.asked[0] ?? [])).toMatchObject({
        grant_type: 'client_credentials',
        scope,
      });
    }));

  test('accessToken() keeps a token for the next mail, on another connection', ({ expect }) =>
    using([granting('ya29.nyaa')], sessions(2), async (tokens, smtp) => {
      for (let count = 0; count < 2; count += 1)
        expect(inOneLine(await send(deliveryTo(smtp, tokens), tokens.credential))).toBe(TAKEN);
      expect([tokens.asked.length, smtp.connections(), smtp.faults]).toEqual([1, 2, []]);
    }));

  test('accessToken() asks once for mails at the same time', ({ expect }) =>
    using([granting('ya29.nyaa')], sessions(3), async (tokens, smtp) => {
      const mails = [0, 1, 2].map(() => send(deliveryTo(smtp, tokens), tokens.credential));
      expect((await Promise.all(mails)).map(inOneLine)).toEqual([TAKEN, TAKEN, TAKEN]);
      expect([tokens.asked.length, smtp.connections(), smtp.accepted()]).toEqual([1, 3, 3]);
    }));

  test('accessToken() asks anew a minute before a token ends, by the wall clock', ({ expect }) =>
    using([granting('first'), granting('second')], sessions(3), async (tokens, smtp) => {
      let ahead = 0;
      const wire = wireOf({ now: () => Date.now() + ahead, deadline: Date.now() + 1e9 });
      for (const seconds of [0, 3400, 3540]) {
        ahead = seconds * 1000;
        expect(inOneLine(await send(deliveryTo(smtp, tokens), tokens.credential, wire))).toBe(TAKEN);
      }
      expect(tokens.asked.length).toBe(2);
      const said = smtp.transcript.filter((line) => line.startsWith('C: AUTH'));
      expect(new Set(said).size).toBe(2);
      expect(said[1]).toBe(said[0]);
    }));

  test('accessToken() asks anew with a credential that has changed', ({ expect }) =>
    using([granting('first'), granting('second')], sessions(2), async (tokens, smtp) => {
      for (const version of ['1', '2']) {
        const credential = { ...tokens.credential, version };
        expect(inOneLine(await send(deliveryTo(smtp, tokens), credential))).toBe(TAKEN);
      }
      expect(tokens.asked.length).toBe(2);
    }));

  test('accessToken() keeps no failure', ({ expect }) =>
    using([{ status: 500 }, granting('ya29.nyaa')], SESSION, async (tokens, smtp) => {
      expect(await send(deliveryTo(smtp, tokens), tokens.credential)).toMatchObject({ code: '451' });
      expect(inOneLine(await send(deliveryTo(smtp, tokens), tokens.credential))).toBe(TAKEN);
    }));

  test('accessToken() asks for itself where a mail with less time asked in vain', ({ expect }) =>
    using(['hang', granting('ya29.nyaa')], SESSION, async (tokens, smtp) => {
      const hasty = send(deliveryTo(smtp, tokens, { timeout: 0.4 }), tokens.credential);
      const patient = send(deliveryTo(smtp, tokens, { timeout: 8 }), tokens.credential);
      expect(inOneLine(await hasty)).toContain('deferred 451 4.4.1 AUTH');
      expect(inOneLine(await patient)).toBe(TAKEN);
      expect(tokens.asked.length).toBe(2);
    }));

  test('accessToken() waits for no other mail longer than its own time', ({ expect }) =>
    using([{ ...granting('ya29.nyaa'), after: 1500 }], SESSION, async (tokens, smtp) => {
      const patient = send(deliveryTo(smtp, tokens, { timeout: 8 }), tokens.credential);
      const begun = Date.now();
      const hasty = await send(deliveryTo(smtp, tokens, { timeout: 0.4 }), tokens.credential);
      expect(inOneLine(hasty)).toContain('deferred 451 4.4.1 AUTH');
      expect(Date.now() - begun).toBeLessThan(1200);
      expect(inOneLine(await patient)).toBe(TAKEN);
      expect(tokens.asked.length).toBe(1);
    }));

  test('accessToken() does not ask where too little time is left for the mail', ({ expect }) =>
    using([granting('ya29.nyaa')], '', async (tokens, smtp) => {
      const { answerReserve: _, ...wire } = wireOf({ deadline: Date.now() + 4000 });
      const answer = await send(deliveryTo(smtp, tokens), tokens.credential, wire);
      expect(inOneLine(answer)).toBe(
        `deferred 451 4.4.7 AUTH No token for credential '${tokens.credential.name}': too little time is left`,
      );
      expect([tokens.asked.length, smtp.connections()]).toEqual([0, 0]);
    }));

  for (const tls_verify of [0, 1] as const) {
    test(`accessToken() trusts no certificate that nobody vouches for (tls_verify: ${tls_verify})`, ({
      expect,
    }) =>
      using(
        [granting('ya29.nyaa')],
        '',
        async (tokens, smtp) => {
          const answer = await send(deliveryTo(smtp, tokens, { tls_verify }), tokens.credential);
          expect(inOneLine(answer)).toBe(
            `deferred 451 4.7.5 AUTH No token for credential '${tokens.credential.name}': TLS with the token server failed: the certificate is not of a trusted authority`,
          );
          expect(tokens.asked).toEqual([]);
        },
        'https',
      ));
  }
});

const REFUSED = 'deferred 535 5.7.8 AUTH';
const json = (status: number, error: string): TokenAnswer => ({
  status,
  body: { error, error_description: 'No: GOCSPX-nekochan22, 1//04mikechan-refresh' },
});
const html = { 'content-type': 'text/html' };

describe.concurrent('send() without a token', () => {
  test.for<[string, TokenAnswer, string]>([
    ['400 invalid_grant', json(400, 'invalid_grant'), `${REFUSED} : invalid_grant`],
    ['401 invalid_client', json(401, 'invalid_client'), `${REFUSED} : invalid_client`],
    ['400 unauthorized_client', json(400, 'unauthorized_client'), `${REFUSED} : unauthorized_client`],
    ['401 and nothing else', { status: 401 }, `${REFUSED} : HTTP 401`],
    ['429', { status: 429 }, 'deferred 451 4.7.0 AUTH : the token server says HTTP 429'],
    ['500', json(500, 'internal_failure'), 'deferred 451 4.7.0 AUTH : the token server says HTTP 500'],
    [
      '400 temporarily_unavailable',
      json(400, 'temporarily_unavailable'),
      'deferred 451 4.7.0 AUTH : the token server says HTTP 400',
    ],
    ['no answer', 'hang', 'deferred 451 4.4.1 AUTH : no answer of the token server in time'],
    ['a reset', 'reset', 'deferred 451 4.4.2 AUTH : the connection to the token server was lost'],
    ['half an answer', 'cut', 'deferred 451 4.4.2 AUTH : the connection to the token server was lost'],
    [
      'a page',
      { headers: html, body: '<html>Welcome' },
      'deferred 451 4.7.0 AUTH : the answer of the token server has none',
    ],
    [
      'a token of another type',
      granting('ya29.nyaa', { token_type: 'mac' }),
      'deferred 451 4.7.0 AUTH : the answer of the token server has none',
    ],
    [
      'a redirect to itself',
      { status: 307, headers: { location: '/token' } },
      'deferred 451 4.3.5 AUTH : HTTP 307, a redirect is not followed',
    ],
    ['404', { status: 404, body: 'Nyaa?' }, 'deferred 451 4.3.5 AUTH : HTTP 404, is tokenUrl right?'],
  ])('send() answers where the token server gives %s', ([, given, expected], { expect }) =>
    using([given, granting('ya29.too-late')], '', async (tokens, smtp) => {
      const timeout = given === 'hang' ? 0.4 : 5;
      const answer = await send(deliveryTo(smtp, tokens, { timeout }), tokens.credential);
      const name = `No token for credential '${tokens.credential.name}'`;
      expect(inOneLine(answer)).toBe(expected.replace(' : ', ` ${name}: `));
      expect(answer.credentialRefused).toBe(expected.startsWith(REFUSED) ? true : undefined);
      expect(answer.cause).toContain(`${tokens.url}: `);
      expect(JSON.stringify(answer)).not.toMatch(/nekochan22|mikechan/);
      expect([tokens.asked.length, smtp.connections()]).toEqual([1, 0]);
    }),
  );

  test('send() passes on when the token server wants to be asked again', ({ expect }) =>
    using([{ status: 429, headers: { 'retry-after': '17' } }], '', async (tokens, smtp) => {
      const answer = await send(deliveryTo(smtp, tokens), tokens.credential);
      expect(answer).toMatchObject({ outcome: 'deferred', code: '451', retryAfter: 17 });
    }));

  test('send() answers where no token server listens', ({ expect }) =>
    using([], '', async (tokens, smtp) => {
      await tokens.close();
      const answer = await send(deliveryTo(smtp, tokens), tokens.credential);
      expect(inOneLine(answer)).toBe(
        `deferred 451 4.4.1 AUTH No token for credential '${tokens.credential.name}': cannot connect to the token server`,
      );
      expect(answer.cause).toContain('ECONNREFUSED');
    }));
});

describe.concurrent('deliver()', () => {
  test('deliver() reads authinfo anew when the refresh token is refused, and sends with the new one', ({
    expect,
  }) =>
    using([json(400, 'invalid_grant'), granting('ya29.nyaa')], SESSION, async (tokens, smtp) => {
      const { name, username, oauth2 } = tokens.credential;
      const documents = (refreshToken: string) => ({
        ...BASE,
        'haineko.cf': { hostname: 'haineko.test' },
        mailertable: { default: { host: '127.0.0.1', port: smtp.port, auth: name } },
        authinfo: { [name]: { username, oauth2: { ...oauth2, refreshToken } } },
      });
      const known = knownFrom(relays, [], { deployed: false, machine: 'localhost' });
      const source = memorySource(documents('revoked'), known);
      const refresh: typeof source.refresh = (...given) => {
        source.replace(documents('new'));
        return source.refresh(...given);
      };
      const { post } = world({}, { source: { ...source, refresh } });
      const { json: report } = await post(SUBMISSION);
      expect(report['smtp.response']).toMatchObject({ outcome: 'accepted', mailer: 'ESMTP' });
      expect(tokens.asked.map((form) => Object.fromEntries(form)['refresh_token'])).toEqual([
        'revoked',
        'new',
      ]);
    }));
});
