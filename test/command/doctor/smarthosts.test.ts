import type { SMTPServerOptions } from 'smtp-server';
import { afterEach, describe, expect, test } from 'vitest';
import { type RealServer, startRealServer } from '../../dialogue/real-server.ts';
import { type Patient, patient, SMARTHOST } from './patient.ts';

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()));
});

async function behind(
  options: SMTPServerOptions,
  route: object = {},
): Promise<{ server: RealServer; stage: Patient }> {
  const [server, stage] = await Promise.all([startRealServer(options), patient()]);
  stops.push(() => server.close(), stage.stop);
  const { port } = server;
  stage.lay('mailertable', { default: { ...SMARTHOST, port, tls_verify: 0, ...route } });
  return { server, stage };
}

async function greeted(stage: Patient) {
  const found = await stage.findings(['--connect', '--timeout', '5']);
  return found.filter(({ check }) => check === 'smarthosts').slice(1);
}

describe('haineko doctor --connect', () => {
  test('greets a smarthost, and neither logs in nor sends', async () => {
    const { server, stage } = await behind({});
    const found = await stage.findings(['--connect']);
    expect(found.filter(({ check }) => check === 'smarthosts')).toMatchObject([
      {
        level: 'note',
        what: expect.stringContaining('from this machine: to Lambda they may answer otherwise'),
      },
      { level: 'ok', what: expect.stringMatching(/^smtp\.example\.org:\d+ answers: TLS, LOGIN PLAIN$/) },
    ]);
    expect([server.connections(), server.logins, server.taken]).toEqual([1, [], []]);
  });

  test('leaves smarthosts alone without it', async () => {
    const { server, stage } = await behind({});
    expect((await stage.findings()).map(({ check }) => check)).not.toContain('smarthosts');
    expect(server.connections()).toBe(0);
  });

  test.each([
    ['a certificate for another name', {}, { tls_verify: 1 }, 'error', /454|TLS failed: the certificate/],
    [
      'no TLS from the first octet',
      {},
      { implicit_tls: 1, starttls: 0 },
      'error',
      /TLS failed: no handshake/,
    ],
    ['no STARTTLS', { hideSTARTTLS: true }, {}, 'error', /the server does not offer STARTTLS/],
    [
      'no AUTH',
      { disabledCommands: ['AUTH'] },
      {},
      'error',
      /offers no AUTH, and the route has a credential/,
    ],
    [
      'STARTTLS that is not used',
      {},
      { starttls: 0, auth: undefined },
      'note',
      /offers STARTTLS, and the route does not use it/,
    ],
    ['a port where nobody is', {}, { port: 1 }, 'warning', /Cannot connect SMTP Server; .*ECONNREFUSED/],
  ] as const)('tells of %s', async (_title, options, route, level, what) => {
    const { stage } = await behind(options as SMTPServerOptions, route);
    expect(await greeted(stage)).toContainEqual(
      expect.objectContaining({ level, what: expect.stringMatching(what) }),
    );
  });
});
