import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { SMTPServerOptions } from 'smtp-server';
import { describe, test } from 'vitest';
import type { Route } from '../../functions/tables/route-entry.ts';
import { startDns } from '../doubles/dns.ts';
import { inOneLine } from './deliveries.ts';
import { type Exchangers, sendByMx, startExchangers } from './exchangers.ts';
import { type RealServer, startRealServer } from './real-server.ts';

const TAKEN = 'accepted 250 2.0.0 QUIT 2.0.0 Taken';
const MAIL = '@envelope\n@data\n-- mail\nS: 250 2.0.0 Taken';
const CLEAR = `-- connection\n@hello STARTTLS\n${MAIL}`;
const UNTRUSTED = 'deferred 451 4.7.5 STARTTLS TLS failed: the certificate is not of a trusted authority';
const STRICT: readonly Partial<Route>[] = [
  { tls_verify: 1 },
  { starttls: 1 },
  { starttls: 1, tls_verify: 1 },
];

const using = async (scripts: readonly string[], run: (there: Exchangers) => Promise<void>) => {
  const there = await startExchangers(scripts);
  try {
    await run(there);
  } finally {
    await there.close();
  }
};

/** Sends to npm's smtp-server, whose certificate nobody vouches for. */
const sendToReal = async (
  options: SMTPServerOptions,
  keys: Partial<Route>,
  check: (line: string, server: RealServer) => void,
) => {
  const server = await startRealServer(options);
  const dns = await startDns({ 'example.org': { A: ['127.0.0.1'] } });
  try {
    check(inOneLine(await sendByMx(dns, server.port, keys)), server);
  } finally {
    await Promise.all([server.close(), dns.close()]);
  }
};

describe.concurrent('MX and TLS', () => {
  for (const keys of [{}, { starttls: 1 }] as const) {
    test(`send() uses STARTTLS where it is offered, whatever the certificate (${JSON.stringify(keys)})`, ({
      expect,
    }) =>
      sendToReal({}, keys, (line, server) => {
        expect(line).toBe(TAKEN);
        expect(server.taken.map(({ secure }) => secure)).toEqual([true]);
        expect(server.connections()).toBe(1);
      }));
  }

  for (const keys of STRICT.filter((each) => each.tls_verify === 1)) {
    test(`send() sends nothing under a certificate that does not hold (${JSON.stringify(keys)})`, ({
      expect,
    }) =>
      sendToReal({}, keys, (line, server) => {
        expect(line).toBe(UNTRUSTED);
        expect([server.taken, server.connections()]).toEqual([[], 1]);
      }));
  }

  test('send() sends in the clear with starttls: 0, whatever is offered', ({ expect }) =>
    sendToReal({}, { starttls: 0, tls_verify: 1 }, (line, server) => {
      expect(line).toBe(TAKEN);
      expect(server.taken.map(({ secure }) => secure)).toEqual([false]);
    }));

  test('send() speaks implicit TLS on port 465 alone: to others a server of it is out of order', ({
    expect,
  }) =>
    sendToReal({ secure: true }, { timeout: 1 }, (line) => {
      expect(line).toBe('deferred 421 - CONN Cannot connect SMTP Server');
    }));

  test("send() trusts a certificate by its authority and the exchanger's name", async ({ expect }) => {
    const server = await startRealServer();
    const cert = fileURLToPath(new URL('tls/cert.pem', import.meta.url));
    const program = fileURLToPath(new URL('mx-verify.ts', import.meta.url));
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--import', 'tsx', program, String(server.port)],
      { env: { ...process.env, NODE_EXTRA_CA_CERTS: cert }, timeout: 15_000 },
    );
    await server.close();
    expect(stdout.trim().split('\n')).toEqual([
      TAKEN,
      'deferred 451 4.7.5 STARTTLS TLS failed: the certificate is for another name',
    ]);
    expect(server.taken.map(({ secure }) => secure)).toEqual([true]);
  });
});

const STARTTLS = '@hello STARTTLS\nC: STARTTLS\n';
const FAULTS = [
  ['fails in its handshake', `${STARTTLS}S: 220 Go\n-- wait 50\nS: meow meow meow`],
  ['goes on in the clear', `${STARTTLS}S: 220 Go\nS: 250 mx.test`],
  ['resets in its handshake', `${STARTTLS}S: 220 Go\n-- reset`],
  ['closes in its handshake', `${STARTTLS}S: 220 Go\n-- close`],
  ['refuses STARTTLS for now', `${STARTTLS}S: 454 4.7.0 TLS not available`],
  ['refuses STARTTLS for good', `${STARTTLS}S: 502 5.5.1 What?`],
] as const;

describe.concurrent('MX and a TLS that fails', () => {
  for (const [how, script] of FAULTS) {
    test(`send() comes back in the clear to a server that ${how}`, ({ expect }) =>
      using([`${script}\n${CLEAR}`, ''], async (there) => {
        const answer = await there.send();
        expect(inOneLine(answer)).toBe(TAKEN);
        expect(answer.host).toBe('mx1.example.org');
        expect(there.servers.map((each) => each.connections())).toEqual([2, 0]);
        expect([there.servers[0]?.accepted(), there.servers[0]?.faults]).toEqual([1, []]);
        expect(there.servers[0]?.transcript.filter((line) => line === 'C: STARTTLS')).toHaveLength(1);
      }));

    for (const keys of STRICT) {
      test(`send() does not where the route says ${JSON.stringify(keys)}: the server ${how}`, ({ expect }) =>
        using([`${script}\n${CLEAR}`, `${script}\n${CLEAR}`], async (there) => {
          const answer = await there.send(keys);
          expect(answer).toMatchObject({ outcome: 'deferred', command: 'STARTTLS', host: 'mx2.example.org' });
          for (const { connections, transcript } of there.servers) {
            expect(connections()).toBe(1);
            expect(transcript.join('\n')).not.toContain('MAIL FROM');
          }
        }));
    }
  }

  test.for([1, 2])(
    'send() comes back in the clear when the handshake hangs (%i exchangers)',
    (count, { expect }) =>
      using([`${STARTTLS}S: 220 Go\n-- hang\n${CLEAR}`, ''].slice(0, count), async (there) => {
        expect(inOneLine(await there.send({ timeout: 2 }))).toBe(TAKEN);
        expect(there.servers.map((each) => each.connections())).toEqual([2, 0].slice(0, count));
      }),
  );

  for (const keys of STRICT) {
    test(`send() sends nothing to a server without STARTTLS (${JSON.stringify(keys)})`, ({ expect }) =>
      using(['@hello SIZE 100'], async (there) => {
        const answer = await there.send(keys);
        expect(inOneLine(answer)).toBe(
          'deferred 451 4.7.0 STARTTLS starttls is 1, but the server does not offer STARTTLS',
        );
        expect(there.servers[0]?.connections()).toBe(1);
      }));
  }

  test('send() tries the next exchanger when the clear fails too', ({ expect }) =>
    using([`${FAULTS[0][1]}\n-- connection\nS: 421 No`, `@hello\n${MAIL}`], async (there) => {
      const answer = await there.send();
      expect(inOneLine(answer)).toBe(TAKEN);
      expect(answer.host).toBe('mx2.example.org');
      expect(there.servers.map((each) => each.connections())).toEqual([2, 1]);
    }));

  test('send() does not come back in the clear for what is no fault of TLS', ({ expect }) =>
    using(['S: 220 mx.test\nC: EHLO*\nS: 421 Busy', 'S: 421 Busy'], async (there) => {
      expect(inOneLine(await there.send())).toBe('deferred 421 - CONN Busy');
      expect(there.servers.map((each) => each.connections())).toEqual([1, 1]);
    }));

  test('send() writes to the log of a route with debug: 1 that it comes back', ({ expect }) =>
    using([`${FAULTS[0][1]}\n${CLEAR}`], async (there) => {
      const lines: string[] = [];
      await there.send({ debug: 1 }, undefined, { log: (line) => lines.push(line) });
      expect(lines).toContain('* TLS failed: no handshake: once more in the clear');
    }));
});
