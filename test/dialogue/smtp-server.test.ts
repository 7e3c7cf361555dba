import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { SMTPServerOptions } from 'smtp-server';
import { describe, test } from 'vitest';
import type { Delivery } from '../../functions/relay/relay.ts';
import type { Route } from '../../functions/tables/route-entry.ts';
import { deliveryBy, inOneLine, NEKO, routeTo, send, wireOf } from './deliveries.ts';
import { type RealServer, startRealServer } from './real-server.ts';

/** Runs a test with a server of its own. */
const using = (options: SMTPServerOptions, run: (server: RealServer) => Promise<void>) => async () => {
  const server = await startRealServer(options);
  try {
    await run(server);
  } finally {
    await server.close();
  }
};

const octets = ({ head, body }: Delivery) => Buffer.concat([head, body]);
const TAKEN = 'accepted 250 2.0.0 QUIT 2.0.0 Taken';

describe.concurrent('ESMTP against smtp-server', () => {
  for (const mechanism of ['PLAIN', 'LOGIN', 'CRAM-MD5']) {
    const keys: Partial<Route> = { starttls: 1, tls_verify: 0, auth: 'neko' };
    test(`send() authenticates by ${mechanism} under STARTTLS`, ({ expect }) =>
      using({ authMethods: [mechanism] }, async (server) => {
        const delivery = deliveryBy(routeTo(server.port, keys));
        expect(inOneLine(await send(delivery, NEKO))).toBe(TAKEN);
        expect(server.logins).toEqual([mechanism]);
        expect(server.taken[0]?.secure).toBe(true);
        expect(server.taken[0]?.octets.equals(octets(delivery))).toBe(true);
      })());

    test(`send() reports a refused password (${mechanism}), and asks for a new credential`, ({ expect }) =>
      using({ authMethods: [mechanism] }, async (server) => {
        const answer = await send(deliveryBy(routeTo(server.port, keys)), { ...NEKO, password: 'wan' });
        expect(answer).toMatchObject({
          outcome: 'deferred',
          code: '535',
          command: 'AUTH',
          credentialRefused: true,
        });
        expect(JSON.stringify(answer)).not.toContain('wan');
        expect(server.taken).toEqual([]);
      })());
  }

  test('send() prefers PLAIN under TLS', ({ expect }) =>
    using({ authMethods: ['CRAM-MD5', 'LOGIN', 'PLAIN'] }, async (server) => {
      await send(deliveryBy(routeTo(server.port, { starttls: 1, tls_verify: 0, auth: 'neko' })), NEKO);
      expect(server.logins).toEqual(['PLAIN']);
    })());

  test('send() upgrades where STARTTLS is offered (opportunistic)', ({ expect }) =>
    using({}, async (server) => {
      const route = routeTo(server.port, { starttls: 'opportunistic', tls_verify: 0 });
      expect(inOneLine(await send(deliveryBy(route)))).toBe(TAKEN);
      expect(server.taken[0]?.secure).toBe(true);
    })());

  test('send() keeps a connection under STARTTLS and AUTH for the next mail', ({ expect }) =>
    using({}, async (server) => {
      const route = routeTo(server.port, { starttls: 1, tls_verify: 0, auth: 'neko' });
      for (let count = 0; count < 3; count += 1)
        expect(inOneLine(await send(deliveryBy(route), NEKO))).toBe(TAKEN);
      expect([server.connections(), server.logins.length, server.taken.length]).toEqual([1, 1, 3]);
    })());

  test('send() speaks implicit TLS where the route says so', ({ expect }) =>
    using({ secure: true }, async (server) => {
      const route = routeTo(server.port, { tls_verify: 0, auth: 'neko', options: { implicit_tls: 1 } });
      expect(inOneLine(await send(deliveryBy(route), NEKO))).toBe(TAKEN);
      expect(server.taken[0]?.secure).toBe(true);
    })());

  test('send() refuses a certificate that nobody vouches for', ({ expect }) =>
    using({}, async (server) => {
      for (const starttls of [1, 'opportunistic'] as const) {
        const answer = await send(deliveryBy(routeTo(server.port, { starttls })));
        expect(inOneLine(answer)).toBe(
          'deferred 451 4.7.5 STARTTLS TLS failed: the certificate is not of a trusted authority',
        );
      }
      expect(server.taken).toEqual([]);
    })());

  test('send() refuses such a certificate under implicit TLS too', ({ expect }) =>
    using({ secure: true }, async (server) => {
      const answer = await send(deliveryBy(routeTo(server.port, { options: { implicit_tls: 1 } })));
      expect(inOneLine(answer)).toBe(
        'deferred 451 4.7.5 CONN TLS failed: the certificate is not of a trusted authority',
      );
    })());

  test('send() defers when a server in clear is taken for one of implicit TLS', ({ expect }) =>
    using({}, async (server) => {
      const answer = await send(deliveryBy(routeTo(server.port, { options: { implicit_tls: 1 } })));
      expect(inOneLine(answer)).toBe('deferred 451 4.7.5 CONN TLS failed: no handshake');
    })());

  test('send() trusts a certificate by its authority and its name, and a kept connection lets the process end', ({
    expect,
  }) =>
    using({}, async (server) => {
      const cert = fileURLToPath(new URL('tls/cert.pem', import.meta.url));
      const program = fileURLToPath(new URL('verify.ts', import.meta.url));
      const { stdout } = await promisify(execFile)(
        process.execPath,
        ['--import', 'tsx', program, String(server.port)],
        { env: { ...process.env, NODE_EXTRA_CA_CERTS: cert }, timeout: 15_000 },
      );
      expect(stdout.trim().split('\n')).toEqual([
        'deferred 451 4.7.5 STARTTLS TLS failed: the certificate is for another name',
        TAKEN,
      ]);
      expect(server.taken.map(({ secure }) => secure)).toEqual([true]);
    })());

  test('send() refuses what is over SIZE before it is sent', ({ expect }) =>
    using({ size: 1000 }, async (server) => {
      const answer = await send(deliveryBy(routeTo(server.port), 'x'.repeat(990)));
      expect(answer).toMatchObject({ outcome: 'rejected', code: '552', dsn: '5.3.4', command: 'MAIL' });
      expect(answer.relayed).toBeUndefined();
      expect(server.taken).toEqual([]);
    })());

  test('send() asks for DSN where it is offered', ({ expect }) =>
    using({ hideDSN: false }, async (server) => {
      expect(inOneLine(await send(deliveryBy(routeTo(server.port))))).toBe(TAKEN);
      expect(server.taken[0]?.envelope).toMatchObject({
        dsn: { ret: 'HDRS', envid: '6AMAPXi20090NAr8' },
        rcptTo: [{ dsn: { notify: ['FAILURE', 'DELAY'], orcpt: 'rfc822;mi-chan@example.org' } }],
      });
    })());

  test('send() delivers 4 MB octet by octet, several at the same time, none on the same connection', ({
    expect,
  }) =>
    using({}, async (server) => {
      const line = `.${'0123456789abcdef'.repeat(4)}\r\n`;
      const body = line.repeat(Math.ceil(4_194_304 / line.length));
      const route = routeTo(server.port, { timeout: 20 });
      const deliveries = [0, 1, 2, 3].map((index) => deliveryBy(route, body + index));
      const answers = await Promise.all(deliveries.map((delivery) => send(delivery)));
      expect(answers.map(inOneLine)).toEqual(Array(4).fill(TAKEN));
      expect(server.connections()).toBe(4);
      const came = server.taken.map((each) => each.octets.toString()).sort();
      // RFC 5321 4.1.1.4: the line that the dot stands on ends the mail's last line
      expect(came.every((each, index) => each === `${octets(deliveries[index] as Delivery)}\r\n`)).toBe(true);
    })());

  test('send() delivers lone dots, leading dots and long lines octet by octet', ({ expect }) =>
    using({}, async (server) => {
      const bodies = [
        '.\r\n',
        '..\r\n.\r\n...\r\n',
        'a\r\n.\r\nb\r\n',
        '.',
        'a\r\n.',
        `.${'x'.repeat(1200)}\r\n.\r\n`,
        '\x1b$B$K$c$"\x1b(B\r\n',
        `${'x'.repeat(64 * 1024 - 3)}\r\n.\r\n.`,
      ];
      for (const body of bodies) {
        const delivery = deliveryBy(routeTo(server.port), body);
        expect(inOneLine(await send(delivery))).toBe(TAKEN);
        const sent = octets(delivery).toString();
        expect(server.taken.at(-1)?.octets.toString()).toBe(sent.endsWith('\r\n') ? sent : `${sent}\r\n`);
      }
      expect(server.connections()).toBe(1);
    })());

  test('send() logs the dialogue of a route with debug: 1, without body and password', ({ expect }) =>
    using({ authMethods: ['LOGIN'], allowInsecureAuth: true }, async (server) => {
      const lines: string[] = [];
      const route = routeTo(server.port, { auth: 'neko', debug: 1 });
      await send(deliveryBy(route, 'my secret\r\n'), NEKO, wireOf({ log: (line) => lines.push(line) }));
      expect(lines).toContain('C: AUTH LOGIN');
      expect(lines.filter((line) => line === 'C: (secret)')).toHaveLength(2);
      expect(lines).toContain('C: RCPT TO:<mi-chan@example.org>');
      expect(lines.join('\n')).not.toMatch(/my secret|bmVrbw|bnlhYTo9Kw|nyaa:/);
    })());
});
