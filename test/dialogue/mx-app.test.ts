import { expect, test } from 'vitest';
import { mx } from '../../functions/relay/mx.ts';
import type { Relay, Wire } from '../../functions/relay/relay.ts';
import { MAIL, world } from '../unit/app/world.ts';
import { startExchangers } from './exchangers.ts';

const TAKES =
  'S: 220 mx.test\nC: EHLO haineko.example.jp\nS: 250 mx.test\n@envelope\n@data\n-- mail\nS: 250 Taken';

test('POST /submit by MX tells the client which exchanger took the mail', async () => {
  const there = await startExchangers(['S: 554 No', TAKES]);
  const wires: Wire[] = [];
  const onLoopback: Relay = {
    ...mx,
    send(delivery, credential, wire) {
      wires.push(wire);
      const given = { ...wire, resolver: there.dns.resolver, loopbackExchangers: true as const };
      return mx.send(delivery, credential, given);
    },
  };
  const tables = { mailertable: { default: { mailer: 'MX', port: there.port } } };
  const relays = new Map([...world().context.relays, ['MX', onLoopback] as const]);
  const made = world(tables, { relays, random: (octets) => new Uint8Array(octets).fill(0x80) });
  const { status, json } = await made.post(MAIL);
  expect(status).toBe(200);
  expect(json['smtp.response']).toMatchObject({
    outcome: 'accepted',
    mailer: 'MX',
    host: 'mx2.example.org',
    port: there.port,
    rcpt: 'mi-chan@example.org',
  });
  expect(made.lines.at(-1)).toMatchObject({
    recipients: [{ host: `mx2.example.org:${there.port}`, cause: 'mx1.example.org [127.0.0.2]: CONN 554' }],
  });
  // lots are drawn from the context's randomness: from 0 up to 1
  const [wire] = wires;
  expect(wire?.random?.()).toBeCloseTo(0x80 / 0xff);
  expect([wire?.resolver, wire?.loopbackExchangers]).toEqual([undefined, undefined]);
  await there.close();
});
