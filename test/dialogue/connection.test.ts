import { networkInterfaces } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, test } from 'vitest';
import { closeConnections } from '../../functions/relay/close-connections.ts';
import { deliveryBy, inOneLine, NEKO, routeTo, send, wireOf } from './deliveries.ts';
import { type ScriptedServer, startScriptedServer } from './scripted-server.ts';

const using = async (script: string, run: (server: ScriptedServer) => Promise<void>) => {
  const server = await startScriptedServer(script);
  try {
    await run(server);
  } finally {
    await server.close();
  }
};

const hasIpv6 = Object.values(networkInterfaces()).some((each) =>
  each?.some(({ address }) => address === '::1'),
);
const TAKEN = 'accepted 250 2.0.0 QUIT 2.0.0 Taken';
const MAIL = '@envelope\n@data\n-- mail\nS: 250 2.0.0 Taken\n';
const SLOW_354 = '@hello\n@envelope\nC: DATA\n-- wait 400\nS: 354 Go ahead\n-- mail\nS: 250 2.0.0 Taken\n';

describe.concurrent('ESMTP and its connections', () => {
  test('send() defers when nobody listens', async ({ expect }) => {
    const server = await startScriptedServer('');
    await server.close();
    const answer = await send(deliveryBy(routeTo(server.port)));
    expect(inOneLine(answer)).toBe('deferred 421 - CONN Cannot connect SMTP Server');
    expect(answer.cause).toContain('ECONNREFUSED');
    expect(answer).toMatchObject({ host: '127.0.0.1', port: server.port, mailer: 'ESMTP', error: 1 });
    expect(answer.relayed).toBeUndefined();
  });

  test('send() marks codes of the server as relayed', ({ expect }) =>
    using(`@hello\n${MAIL}`, async ({ port }) => {
      const answer = await send(deliveryBy(routeTo(port)));
      expect(answer).toMatchObject({ relayed: true, error: 0, rcpt: 'mi-chan@example.org' });
    }));

  test.skipIf(!hasIpv6)('send() reaches a server by its IPv6 address', async ({ expect }) => {
    const server = await startScriptedServer(`@hello\n${MAIL}`, '::1');
    expect(inOneLine(await send(deliveryBy(routeTo(server.port, { host: '::1' }))))).toBe(TAKEN);
    await server.close();
  });

  test("send() keeps to the request's deadline, however long the route's timeout", ({ expect }) =>
    using('@hello\nC: MAIL*\n-- hang', async ({ port }) => {
      const begun = Date.now();
      const wire = wireOf({ deadline: begun + 800 });
      const answer = await send(deliveryBy(routeTo(port, { timeout: 30 })), undefined, wire);
      expect(inOneLine(answer)).toBe('deferred 421 4.4.1 MAIL No reply in time');
      expect(Date.now() - begun).toBeLessThan(5000);
    }));

  test('send() defers at once when the deadline has passed', ({ expect }) =>
    using('-- hang', async ({ port }) => {
      const answer = await send(deliveryBy(routeTo(port)), undefined, wireOf({ deadline: Date.now() - 1 }));
      expect(inOneLine(answer)).toBe('deferred 421 - CONN Cannot connect SMTP Server');
    }));

  test('send() holds the final dot back with less than 5 s to the deadline', ({ expect }) =>
    using(`@hello\n${MAIL}`, async (server) => {
      const { answerReserve: _, ...wire } = wireOf({ deadline: Date.now() + 4900 });
      const answer = await send(deliveryBy(routeTo(server.port)), undefined, wire);
      expect(inOneLine(answer)).toBe(
        'deferred 451 4.4.7 DATA Too little time left for the reply: the mail was not sent',
      );
      await sleep(50);
      expect(server.mails).toEqual([]);
    }));

  test("send() holds the final dot back when half of a short route's timeout is over", ({ expect }) =>
    using(SLOW_354, async (server) => {
      const { answerReserve: _, ...wire } = wireOf();
      const answer = await send(deliveryBy(routeTo(server.port, { timeout: 0.6 })), undefined, wire);
      expect(answer).toMatchObject({ outcome: 'deferred', dsn: '4.4.7' });
      await sleep(50);
      expect(server.mails).toEqual([]);
    }));

  test('send() does not connect when the credential of the route is absent', ({ expect }) =>
    using('', async (server) => {
      const answer = await send(deliveryBy(routeTo(server.port, { auth: 'Google' })));
      expect(inOneLine(answer)).toBe("deferred 451 4.7.0 AUTH No credential 'Google' in authinfo");
      expect(server.connections()).toBe(0);
    }));

  test('send() does not connect with a credential that has no username', ({ expect }) =>
    using('', async (server) => {
      const answer = await send(deliveryBy(routeTo(server.port, { auth: 'neko' })), {
        ...NEKO,
        username: '',
      });
      expect(inOneLine(answer)).toBe("deferred 451 4.7.0 AUTH Credential 'neko' has no username");
      expect(server.connections()).toBe(0);
    }));

  test('send() opens a fresh connection when the kept one was idle for 10 s by the wall clock', ({
    expect,
  }) =>
    using(`@hello\n${MAIL}C: QUIT\n-- connection\n@hello\n${MAIL}`, async (server) => {
      let ahead = 0;
      const wire = wireOf({ now: () => Date.now() + ahead, deadline: Date.now() + 1e9 });
      expect(inOneLine(await send(deliveryBy(routeTo(server.port)), undefined, wire))).toBe(TAKEN);
      // thawed three hours later
      ahead = 3 * 3_600_000;
      expect(inOneLine(await send(deliveryBy(routeTo(server.port)), undefined, wire))).toBe(TAKEN);
      await sleep(20);
      expect([server.connections(), server.accepted(), server.faults]).toEqual([2, 2, []]);
      expect(server.transcript).toContain('C: QUIT');
    }));

  test('send() opens a fresh connection when the credential has changed', ({ expect }) => {
    const login = '@hello AUTH PLAIN\nC: AUTH PLAIN *\nS: 235 2.7.0 Ok\n';
    return using(`${login}${MAIL}-- connection\n${login}${MAIL}`, async (server) => {
      const delivery = deliveryBy(routeTo(server.port, { auth: 'neko' }));
      expect(inOneLine(await send(delivery, NEKO))).toBe(TAKEN);
      expect(inOneLine(await send(delivery, { ...NEKO, version: '2' }))).toBe(TAKEN);
      expect([server.connections(), server.faults]).toEqual([2, []]);
    });
  });

  test.for(['', ' PIPELINING'])('send() says QUIT after a refusal (%s)', (extensions, { expect }) => {
    const rest = extensions === '' ? '' : 'C: DATA\nS: 554 5.5.1 Nobody\n';
    const script = `@hello${extensions}\nC: MAIL*\nS: 250 Ok\nC: RCPT*\nS: 550 No\n${rest}C: QUIT\nS: 221 Bye`;
    return using(script, async (server) => {
      expect(inOneLine(await send(deliveryBy(routeTo(server.port))))).toBe('rejected 550 - RCPT No');
      await sleep(50);
      expect(server.faults).toEqual([]);
      expect(server.transcript.slice(-2)).toEqual(['C: QUIT', 'S: 221 Bye']);
    });
  });

  test('send() says no word more where DATA is granted for nobody', ({ expect }) => {
    const script = '@hello PIPELINING\nC: MAIL*\nS: 250 Ok\nC: RCPT*\nS: 550 No\nC: DATA\nS: 354 Go\nC: *';
    return using(script, async (server) => {
      expect(inOneLine(await send(deliveryBy(routeTo(server.port))))).toBe('rejected 550 - RCPT No');
      await sleep(50);
      expect(server.transcript.at(-1)).toBe('S: 354 Go');
    });
  });

  test('send() says QUIT when no mechanism will do, and after a refused password', ({ expect }) => {
    const first = '@hello AUTH GSSAPI\nC: QUIT\nS: 221 Bye\n-- connection\n';
    return using(`${first}@hello AUTH PLAIN\nC: AUTH*\nS: 535 No\nC: QUIT\nS: 221 Bye`, async (server) => {
      const delivery = deliveryBy(routeTo(server.port, { auth: 'neko' }));
      for (const dsn of ['4.7.0', null]) expect((await send(delivery, NEKO)).dsn).toBe(dsn);
      await sleep(50);
      expect([server.faults, server.transcript.filter((line) => line === 'S: 221 Bye').length]).toEqual([
        [],
        2,
      ]);
    });
  });

  test('send() never gives one connection to two mails at the same time', ({ expect }) =>
    using(`@hello\n${MAIL}${MAIL}-- connection\n@hello\n${MAIL}`, async (server) => {
      const delivery = deliveryBy(routeTo(server.port));
      expect(inOneLine(await send(delivery))).toBe(TAKEN);
      const both = await Promise.all([send(delivery), send(delivery)]);
      expect(both.map(inOneLine)).toEqual([TAKEN, TAKEN]);
      expect([server.connections(), server.accepted(), server.faults]).toEqual([2, 3, []]);
    }));
});

test('closeConnections() says QUIT', async ({ expect }) =>
  using(`@hello\n${MAIL}C: QUIT\nS: 221 2.0.0 Bye\n-- close`, async (server) => {
    await send(deliveryBy(routeTo(server.port)));
    await closeConnections();
    expect(server.transcript.slice(-2)).toEqual(['C: QUIT', 'S: 221 2.0.0 Bye']);
  }));
