import { setTimeout as sleep } from 'node:timers/promises';
import { describe, test } from 'vitest';
import { xoauth2Response } from '../../functions/relay/oauth2/xoauth2-response.ts';
import { deliveryBy, inOneLine, routeTo, send, wireOf } from './deliveries.ts';
import { startRealServer } from './real-server.ts';
import { type ScriptedServer, startScriptedServer } from './scripted-server.ts';
import { granting, startTokenServer, type TokenServer } from './token-server.ts';

const TAKEN = 'accepted 250 2.0.0 QUIT 2.0.0 Taken';
const MAIL = '@envelope\n@data\n-- mail\nS: 250 2.0.0 Taken\n';
const HELLO = '@hello AUTH LOGIN PLAIN XOAUTH2\n';
const USER = 'neko@example.jp';
const LONG = `eyJ0eXAiOiJKV1Qi.${'x'.repeat(1500)}`;
const authOf = (token: string) => `C: AUTH XOAUTH2 ${xoauth2Response(USER, token)}\n`;
const yes = (token: string) => `${HELLO}${authOf(token)}S: 235 2.7.0 Accepted\n${MAIL}-- close\n`;
const NO = 'S: 535 5.7.8 Username and Password not accepted\nC: QUIT\nS: 221 Bye\n-- close\n';
const no = (token: string) => `${HELLO}${authOf(token)}${NO}`;
const NEXT = '-- connection\n';
const REFUSED = 'deferred 535 5.7.8 AUTH 5.7.8 Username and Password not accepted';

/** Runs a test with a token server that grants these tokens, and an SMTP server that follows a script. */
async function using(
  granted: readonly string[],
  script: string,
  run: (
    mail: (keys?: object) => ReturnType<typeof send>,
    smtp: ScriptedServer,
    tokens: TokenServer,
  ) => Promise<void>,
): Promise<void> {
  const tokens = await startTokenServer(granted.map((token) => granting(token)));
  const smtp = await startScriptedServer(script);
  const mail = (keys = {}) =>
    send(deliveryBy(routeTo(smtp.port, { auth: tokens.credential.name, ...keys })), tokens.credential);
  try {
    await run(mail, smtp, tokens);
  } finally {
    await Promise.all([tokens.close(), smtp.close()]);
  }
}

describe.concurrent('XOAUTH2', () => {
  test('send() gives user and token in the command', ({ expect }) =>
    using(['ya29.nyaa'], yes('ya29.nyaa'), async (mail, smtp) => {
      expect(inOneLine(await mail())).toBe(TAKEN);
      expect([smtp.accepted(), smtp.faults]).toEqual([1, []]);
    }));

  test('send() gives a long token in a line of its own (RFC 4954 4)', ({ expect }) => {
    const script = `${HELLO}C: AUTH XOAUTH2\nS: 334 \nC: ${xoauth2Response(USER, LONG)}\nS: 235 Ok\n${MAIL}`;
    return using([LONG], script, async (mail, smtp) => {
      expect(inOneLine(await mail())).toBe(TAKEN);
      expect([smtp.accepted(), smtp.faults]).toEqual([1, []]);
    });
  });

  test.for([
    [509, 'the command'],
    [513, 'a line of its own'],
  ] as const)(
    'send() puts what makes a command of %i octets and CRLF into %s',
    ([octets, where], { expect }) => {
      const token = 'x'.repeat(330);
      const lengthOf = (user: string) => `AUTH XOAUTH2 ${xoauth2Response(user, token)}`.length;
      const username =
        [...Array(40).keys()].map((count) => 'n'.repeat(count)).find((each) => lengthOf(each) === octets) ??
        '';
      const response = xoauth2Response(username, token);
      const auth =
        where === 'the command' ? `AUTH XOAUTH2 ${response}` : `AUTH XOAUTH2\nS: 334 \nC: ${response}`;
      return using([token], `${HELLO}C: ${auth}\nS: 235 Ok\n${MAIL}`, async (_mail, smtp, tokens) => {
        const delivery = deliveryBy(routeTo(smtp.port, { auth: tokens.credential.name }));
        const answer = await send(delivery, { ...tokens.credential, username });
        expect([inOneLine(answer), smtp.faults]).toEqual([TAKEN, []]);
      });
    },
  );

  test('send() answers the error challenge with an empty line, and logs what it says', ({ expect }) => {
    const said = Buffer.from('{"status":"401","schemes":"bearer","scope":"https://mail.google.com/"}');
    const script = `${HELLO}${authOf('ya29.nyaa')}S: 334 ${said.toString('base64')}\nC: \n${NO}`;
    return using(['ya29.nyaa'], script, async (mail, smtp) => {
      const answer = await mail();
      expect(inOneLine(answer)).toBe(REFUSED);
      expect(answer).toMatchObject({ credentialRefused: true, cause: said.toString(), relayed: true });
      await sleep(50);
      expect([smtp.connections(), smtp.faults]).toEqual([1, []]);
      expect(smtp.transcript.slice(-2)).toEqual(['C: QUIT', 'S: 221 Bye']);
    });
  });

  test('send() fetches another token where a kept one is refused, and tries once more', ({ expect }) =>
    using(
      ['first', 'second'],
      `${yes('first')}${NEXT}${no('first')}${NEXT}${yes('second')}`,
      async (mail, smtp, tokens) => {
        expect(inOneLine(await mail())).toBe(TAKEN);
        expect(inOneLine(await mail())).toBe(TAKEN);
        expect([tokens.asked.length, smtp.connections(), smtp.accepted(), smtp.faults]).toEqual([
          2,
          3,
          2,
          [],
        ]);
      },
    ));

  test('send() tries once more and not twice', ({ expect }) => {
    const script = [yes('first'), no('first'), no('second'), yes('third')].join(NEXT);
    return using(['first', 'second', 'third'], script, async (mail, smtp, tokens) => {
      expect(inOneLine(await mail())).toBe(TAKEN);
      const refused = await mail();
      expect(inOneLine(refused)).toBe(REFUSED);
      expect(refused.credentialRefused).toBe(true);
      expect([tokens.asked.length, smtp.connections()]).toEqual([2, 3]);
      // the second was not kept either
      expect(inOneLine(await mail())).toBe(TAKEN);
      expect([tokens.asked.length, smtp.accepted(), smtp.faults]).toEqual([3, 2, []]);
    });
  });

  test('send() asks for one token where several mails are refused a kept one', ({ expect }) => {
    const script = [yes('first'), no('first'), no('first'), yes('second'), yes('second')].join(NEXT);
    return using(['first', 'second'], script, async (mail, smtp, tokens) => {
      expect(inOneLine(await mail())).toBe(TAKEN);
      expect((await Promise.all([mail(), mail()])).map(inOneLine)).toEqual([TAKEN, TAKEN]);
      expect([tokens.asked.length, smtp.accepted()]).toEqual([2, 3]);
    });
  });

  test('send() keeps the token at a temporary refusal', ({ expect }) => {
    const busy = `${HELLO}${authOf('first')}S: 454 4.7.0 Later\nC: QUIT\nS: 221 Bye\n`;
    return using(['first'], `${busy}${NEXT}${yes('first')}`, async (mail, smtp, tokens) => {
      const answer = await mail();
      expect(inOneLine(answer)).toBe('deferred 454 4.7.0 AUTH 4.7.0 Later');
      expect(answer.credentialRefused).toBeUndefined();
      expect(inOneLine(await mail())).toBe(TAKEN);
      expect([tokens.asked.length, smtp.faults]).toEqual([1, []]);
    });
  });

  test('send() asks for no token for the next mail on a kept connection', ({ expect }) =>
    using(['ya29.nyaa'], yes('ya29.nyaa').replace('-- close', MAIL), async (_mail, smtp, tokens) => {
      let ahead = 0;
      const wire = wireOf({ now: () => Date.now() + ahead, deadline: Date.now() + 1e9 });
      const delivery = deliveryBy(routeTo(smtp.port, { auth: tokens.credential.name }));
      expect(inOneLine(await send(delivery, tokens.credential, wire))).toBe(TAKEN);
      ahead = 5000;
      expect(inOneLine(await send(delivery, tokens.credential, wire))).toBe(TAKEN);
      expect([tokens.asked.length, smtp.connections(), smtp.accepted()]).toEqual([1, 1, 2]);
    }));

  test.for([
    ['AUTH PLAIN LOGIN', 'XOAUTH2 is not among PLAIN, LOGIN'],
    ['SIZE 1000', 'the server does not offer AUTH'],
  ] as const)('send() gives the token to no other mechanism (%s)', ([offer, why], { expect }) =>
    using(['ya29.nyaa'], `@hello ${offer}\nC: QUIT\nS: 221 Bye`, async (mail, smtp, tokens) => {
      expect(inOneLine(await mail())).toBe(
        `deferred 451 4.7.0 AUTH Cannot use credential '${tokens.credential.name}': ${why}`,
      );
      await sleep(50);
      expect(smtp.faults).toEqual([]);
    }),
  );

  const auth = `${HELLO}${authOf('ya29.nyaa')}`;
  const error = 'S: 334 eyJzdGF0dXMiOiI0MDEifQ==\nC: \n';
  test.for<[string, string, string]>([
    ['no reply', `${auth}-- hang`, '421 4.4.1 AUTH No reply in time'],
    ['a reset', `${auth}-- reset`, '421 4.4.2 AUTH Connection lost'],
    ['an end', `${auth}-- close`, '421 4.4.2 AUTH Connection lost'],
    ['an end after the error', `${auth}${error}-- close`, '421 4.4.2 AUTH Connection lost'],
    ['what is no reply', `${auth}S: welcome`, '421 4.5.0 AUTH Not a reply of SMTP'],
    ['354', `${auth}S: 354 Go ahead`, '421 4.5.0 AUTH Not a reply of SMTP'],
    ['421', `${auth}S: 421 4.3.2 Closing`, '421 4.3.2 AUTH 4.3.2 Closing'],
    ['504', `${auth}S: 504 5.5.4 What?`, '504 5.5.4 AUTH 5.5.4 What?'],
    ['one error after the other', `${auth}${error}S: 334 eyJz`, '421 4.5.0 AUTH Not a reply of SMTP'],
    ['a yes after the error', `${auth}${error}S: 235 Ok`, '421 4.5.0 AUTH Not a reply of SMTP'],
  ])('send() defers at %s in reply to AUTH XOAUTH2', ([, script, expected], { expect }) =>
    using(['ya29.nyaa'], script, async (mail, smtp) => {
      const answer = await mail({ timeout: script.endsWith('hang') ? 1 : 10 });
      expect(inOneLine(answer)).toBe(`deferred ${expected}`);
      expect(answer.credentialRefused).toBeUndefined();
      expect([smtp.connections(), smtp.faults]).toEqual([1, []]);
    }),
  );

  test.for(['235 Ok', '250 Ok'])(
    'send() gives no token where %s stands for the empty challenge',
    (reply, { expect }) =>
      using([LONG], `${HELLO}C: AUTH XOAUTH2\nS: ${reply}\nC: QUIT`, async (mail, smtp) => {
        expect(inOneLine(await mail())).toBe('deferred 421 4.5.0 AUTH Not a reply of SMTP');
        await sleep(50);
        expect([smtp.faults, smtp.transcript.at(-1)]).toEqual([[], 'C: QUIT']);
      }),
  );

  test('send() tells nobody a token that the server repeats', ({ expect }) => {
    const token = 'ya29.a0AfB_nyaanyaanyaa';
    const echo = Buffer.from(`{"status":"400","was":"${token}"}`).toString('base64');
    const script = `${HELLO}${authOf(token)}S: 334 ${echo}\nC: \nS: 535 What is ${token} or ${xoauth2Response(USER, token)}?\nC: QUIT`;
    return using([token], script, async (_mail, smtp, tokens) => {
      const lines: string[] = [];
      const route = routeTo(smtp.port, { auth: tokens.credential.name, debug: 1 });
      const answer = await send(
        deliveryBy(route),
        tokens.credential,
        wireOf({ log: (line) => lines.push(line) }),
      );
      expect(inOneLine(answer)).toBe('deferred 535 - AUTH What is **** or ****?');
      expect(answer.cause).toBe('{"status":"400","was":"****"}');
      expect(lines).toContain('C: AUTH XOAUTH2');
      expect(lines.join('\n')).not.toMatch(/nyaanyaa|dXNlcj1uZWtvQ/);
    });
  });

  test('send() logs no token of a route with debug: 1 that has a line of its own', ({ expect }) => {
    const script = `${HELLO}C: AUTH XOAUTH2\nS: 334 \nC: *\nS: 235 Ok\n${MAIL}`;
    return using([LONG], script, async (_mail, smtp, tokens) => {
      const lines: string[] = [];
      const route = routeTo(smtp.port, { auth: tokens.credential.name, debug: 1 });
      await send(deliveryBy(route), tokens.credential, wireOf({ log: (line) => lines.push(line) }));
      expect(lines.slice(lines.indexOf('C: AUTH XOAUTH2')).slice(0, 3)).toEqual([
        'C: AUTH XOAUTH2',
        'S: 334 ',
        'C: (secret)',
      ]);
      expect(lines.join('\n')).not.toContain('xxxx');
    });
  });
});

describe.concurrent('XOAUTH2 against smtp-server', () => {
  test.for(['ya29.nyaa', LONG])(
    'send() authenticates under STARTTLS, and reports a refusal',
    async (token, { expect }) => {
      const seen: unknown[] = [];
      const server = await startRealServer({
        authMethods: ['PLAIN', 'XOAUTH2'],
        onAuth({ method, username, accessToken }, { secure }, callback) {
          seen.push({ method, username, accessToken, secure });
          if (accessToken === token) return callback(null, { user: 'neko' });
          return callback(null, { data: { status: '401', schemes: 'bearer', scope: 'mail' } });
        },
      });
      const tokens = await startTokenServer([granting(token), granting('another'), granting('another')]);
      const { credential } = tokens;
      const delivery = deliveryBy(
        routeTo(server.port, { starttls: 1, tls_verify: 0, auth: credential.name }),
      );
      expect(inOneLine(await send(delivery, credential))).toBe(TAKEN);
      expect(seen).toEqual([{ method: 'XOAUTH2', username: USER, accessToken: token, secure: true }]);
      expect(server.taken.length).toBe(1);

      const answer = await send(delivery, { ...credential, version: '2' });
      expect(answer).toMatchObject({
        outcome: 'deferred',
        code: '535',
        command: 'AUTH',
        credentialRefused: true,
      });
      expect(answer.cause).toBe('{"status":"401","schemes":"bearer","scope":"mail"}');
      expect([seen.length, server.taken.length, tokens.asked.length]).toEqual([2, 1, 2]);
      await Promise.all([server.close(), tokens.close()]);
    },
  );
});
