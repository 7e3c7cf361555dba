import { expect, test } from 'vitest';
import type { Route } from '../../functions/tables/route-entry.ts';
import { deliveryBy, NEKO, routeTo, send, wireOf } from './deliveries.ts';
import { startScriptedServer } from './scripted-server.ts';

const DIALOGUE = [
  'S: 220 mx.test',
  'C: EHLO*',
  'S: 250 mx.test',
  'C: MAIL*',
  'S: 250 ok',
  'C: RCPT*',
  'S: 250 ok',
  'C: DATA',
  'S: 354 go',
  '-- mail',
  'S: 250 taken',
  '-- hang',
].join('\n');

// What was agreed on a connection is not agreed for a route that wants something else of it.
test.each([
  ['starttls', { starttls: 'opportunistic' }],
  ['tls_verify', { tls_verify: 0 }],
] as const satisfies readonly (readonly [string, Partial<Route>])[])(
  'a route with another %s gets a connection of its own',
  async (_, keys) => {
    const server = await startScriptedServer(`${DIALOGUE}\n-- connection\n${DIALOGUE}`);
    expect(await send(deliveryBy(routeTo(server.port)))).toMatchObject({ outcome: 'accepted' });
    expect(await send(deliveryBy(routeTo(server.port, keys)))).toMatchObject({ outcome: 'accepted' });
    expect([server.connections(), server.accepted(), server.faults]).toEqual([2, 2, []]);
    await server.close();
  },
);

test('a connection made with another version of the credential is not used, and is closed', async () => {
  const login = (mail: string) => [
    'S: 220 mx.test',
    'C: EHLO*',
    'S: 250-mx.test',
    'S: 250 AUTH PLAIN',
    'C: AUTH PLAIN *',
    'S: 235 2.7.0 Ok',
    ...DIALOGUE.split('\n').slice(3, -2),
    `S: 250 2.0.0 ${mail}`,
  ];
  const script = [...login('One'), 'C: QUIT', 'S: 221 bye', '-- connection', ...login('Two'), '-- hang'];
  const server = await startScriptedServer(script.join('\n'));
  const delivery = deliveryBy(routeTo(server.port, { auth: 'neko' }));
  expect(await send(delivery, NEKO)).toMatchObject({ message: ['2.0.0 One'] });
  const second = { ...NEKO, version: '2', password: 'changed' };
  expect(await send(delivery, second)).toMatchObject({ message: ['2.0.0 Two'] });
  await expect.poll(() => server.transcript).toContain('C: QUIT');
  expect([server.connections(), server.faults]).toEqual([2, []]);
  await server.close();
});

test('PLAIN is for loopback by where the connection leads, not by what the host is called', async () => {
  const script = [
    'S: 220 mx.test',
    'C: EHLO*',
    'S: 250-mx.test',
    'S: 250 AUTH PLAIN',
    'C: AUTH PLAIN *',
    'S: 535 5.7.8 no',
    'C: QUIT',
    'S: 221 bye',
  ];
  const server = await startScriptedServer(script.join('\n'));
  // 0.0.0.0 is no loopback address by its name; connecting to it leads to 127.0.0.1 on this machine
  const answer = await send(
    deliveryBy(routeTo(server.port, { host: '0.0.0.0', auth: 'neko' })),
    NEKO,
    wireOf(),
  );
  expect(answer).toMatchObject({ code: '535', command: 'AUTH', credentialRefused: true });
  await server.close();
});
