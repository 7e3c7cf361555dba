import { networkInterfaces } from 'node:os';
import { afterAll, beforeAll, describe, test } from 'vitest';
import type { Address } from '../../functions/mail/address.ts';
import { mx } from '../../functions/relay/mx.ts';
import { type DnsDouble, startDns } from '../doubles/dns.ts';
import { deliveryBy, inOneLine, routeTo, wireOf } from './deliveries.ts';
import { inOrder, sendByMx, startExchangers } from './exchangers.ts';
import { startScriptedServer } from './scripted-server.ts';

const TAKEN = 'accepted 250 2.0.0 QUIT 2.0.0 Taken';
const TAKES = '@hello\n@envelope\n@data\n-- mail\nS: 250 2.0.0 Taken\nC: QUIT\nS: 221 Bye';
const NO_ANSWER = 'deferred 451 4.4.3 CONN The DNS does not answer for';
const UNUSABLE = 'rejected 550 5.4.4 RCPT Domain';
const hasIpv6 = Object.values(networkInterfaces()).some((each) =>
  each?.some(({ address }) => address === '::1'),
);

describe.concurrent('MX and a DNS that says no', () => {
  let dns: DnsDouble;
  beforeAll(async () => {
    dns = await startDns({
      'null.test': { MX: [[0, '.']], A: ['127.0.0.2'] },
      'servfail.test': { MX: 'SERVFAIL', A: ['127.0.0.2'] },
      'refused.test': { MX: 'REFUSED', A: ['127.0.0.2'] },
      'garbage.test': 'garbage',
      'silent.test': { MX: 'silence', A: ['127.0.0.2'] },
      'empty.test': {},
      'alias-of-nothing.test': { CNAME: 'empty.test' },
      'gone.test': { MX: [[10, 'absent.test']], A: ['127.0.0.2'] },
      'bare.test': { MX: [[10, 'empty.test']] },
      'address.test': { MX: [[10, '127.0.0.2']] },
      'octets.test': { MX: [[10, 'a b\n.test']] },
      'half.test': {
        MX: [
          [10, 'absent.test'],
          [20, 'host-servfail.test'],
        ],
      },
      'host-servfail.test': { A: 'SERVFAIL', AAAA: 'SERVFAIL' },
      'no-aaaa.test': { MX: 'NXDOMAIN', AAAA: 'SERVFAIL' },
      'unsure.test': { AAAA: 'SERVFAIL' },
      'own.test': {
        MX: [
          [20, 'mx2.own.test'],
          [10, 'HAINEKO.test'],
        ],
      },
      'haineko.test': { A: ['127.0.0.2'] },
    });
  });
  afterAll(() => dns.close());

  for (const [domain, expected] of [
    ['null.test', 'rejected 556 5.1.10 RCPT Domain null.test does not accept mail (null MX)'],
    ['nowhere.test', 'rejected 550 5.1.2 RCPT Domain nowhere.test does not exist'],
    ['no-aaaa.test', 'rejected 550 5.1.2 RCPT Domain no-aaaa.test does not exist'],
    ['servfail.test', `${NO_ANSWER} servfail.test`],
    ['refused.test', `${NO_ANSWER} refused.test`],
    ['garbage.test', `${NO_ANSWER} garbage.test`],
    ['silent.test', `${NO_ANSWER} silent.test`],
    ['half.test', `${NO_ANSWER} half.test`],
    ['unsure.test', `${NO_ANSWER} unsure.test`],
    ['empty.test', `${UNUSABLE} empty.test has no mail exchanger with a usable address`],
    [
      'alias-of-nothing.test',
      `${UNUSABLE} alias-of-nothing.test has no mail exchanger with a usable address`,
    ],
    ['gone.test', `${UNUSABLE} gone.test has no mail exchanger with a usable address`],
    ['bare.test', `${UNUSABLE} bare.test has no mail exchanger with a usable address`],
    ['address.test', `${UNUSABLE} address.test has no mail exchanger with a usable address`],
    ['octets.test', `${UNUSABLE} octets.test has no mail exchanger with a usable address`],
    ['own.test', 'rejected 554 5.4.6 RCPT The mail exchanger of own.test is this server, haineko.test'],
    [
      'haineko.test',
      'rejected 554 5.4.6 RCPT The mail exchanger of haineko.test is this server, haineko.test',
    ],
  ]) {
    test(`send() to ${domain}: ${expected}`, async ({ expect }) => {
      const answer = await sendByMx(dns, 1, {}, `mi-chan@${domain}`);
      expect(inOneLine(answer)).toBe(expected);
      expect(answer).toMatchObject({ mailer: 'MX', error: 1 });
      expect(answer).not.toHaveProperty('host');
    });
  }

  test('send() says in the cause what the DNS did', async ({ expect }) => {
    expect((await sendByMx(dns, 1, {}, 'mi-chan@servfail.test')).cause).toBe('MX servfail.test: ESERVFAIL');
    expect((await sendByMx(dns, 1, {}, 'mi-chan@half.test')).cause).toBe(
      'A host-servfail.test: ESERVFAIL, AAAA host-servfail.test: ESERVFAIL',
    );
  });

  test("send() does not wait for the DNS longer than the route's timeout allows", async ({ expect }) => {
    const begun = Date.now();
    const answer = await sendByMx(dns, 1, { timeout: 0.4 }, 'mi-chan@silent.test');
    expect(inOneLine(answer)).toBe(`${NO_ANSWER} silent.test`);
    expect(answer.cause).toBe('MX silent.test: no answer in time');
    expect(Date.now() - begun).toBeLessThan(900);
  });

  test('send() asks nobody when the time is too short to hand a mail over', async ({ expect }) => {
    const wire = { deadline: Date.now() + 1000, answerReserve: 5000 };
    const answer = await sendByMx(dns, 1, {}, 'mi-chan@unasked.test', wire);
    expect(inOneLine(answer)).toBe('deferred 451 4.4.7 CONN Too little time left: the mail was not sent');
    expect(dns.asked).not.toContain('MX unasked.test');
  });

  test('send() asks nobody about an address that SMTP cannot carry', async ({ expect }) => {
    const answer = await sendByMx(dns, 1, {}, '"<"@unasked.test');
    expect(inOneLine(answer)).toBe('rejected 553 5.1.3 RCPT Recipient address cannot be relayed');
    expect(dns.asked).not.toContain('MX unasked.test');
  });
});

describe.concurrent('MX and a DNS that knows the way', () => {
  test('send() delivers to the exchanger, says where, and says QUIT', async ({ expect }) => {
    const there = await startExchangers([TAKES]);
    const answer = await there.send();
    expect(inOneLine(answer)).toBe(TAKEN);
    expect(answer).toMatchObject({ host: 'mx1.example.org', port: there.port, mailer: 'MX', relayed: true });
    expect(answer.cause).toBeUndefined();
    await expect.poll(() => there.servers[0]?.transcript.at(-1)).toBe('S: 221 Bye');
    expect([there.servers[0]?.accepted(), there.servers[0]?.faults]).toEqual([1, []]);
    expect(there.dns.asked).toEqual(['MX example.org', 'A mx1.example.org', 'AAAA mx1.example.org']);
    await there.close();
  });

  test('send() opens a connection of its own for each mail', async ({ expect }) => {
    const there = await startExchangers([`${TAKES}\n-- connection\n${TAKES}`]);
    expect([inOneLine(await there.send()), inOneLine(await there.send())]).toEqual([TAKEN, TAKEN]);
    expect(there.servers[0]?.connections()).toBe(2);
    await there.close();
  });

  test('send() prefers the lower preference, in whichever order the records come', async ({ expect }) => {
    const MX = [
      [20, 'mx1.example.org'],
      [5, 'MX2.example.org.'],
      [10, 'mx3.example.org'],
    ] as const;
    const there = await startExchangers(['', TAKES, ''], { 'example.org': { MX } });
    expect(await there.send()).toMatchObject({ outcome: 'accepted', host: 'mx2.example.org' });
    expect(there.servers.map((each) => each.connections())).toEqual([0, 1, 0]);
    await there.close();
  });

  test('send() follows an alias of the domain', async ({ expect }) => {
    const there = await startExchangers([TAKES], { ...inOrder(1), 'alias.test': { CNAME: 'example.org' } });
    expect(inOneLine(await there.send({}, 'mi-chan@Alias.test'))).toBe(TAKEN);
    await there.close();
  });

  test('send() takes the domain for its own exchanger where it has no MX (A)', async ({ expect }) => {
    const there = await startExchangers([TAKES], { 'example.org': { A: ['127.0.0.2'] } });
    const answer = await there.send();
    expect(inOneLine(answer)).toBe(TAKEN);
    expect(answer.host).toBe('example.org');
    await there.close();
  });

  test.skipIf(!hasIpv6)(
    'send() takes the domain for its own exchanger where it has no MX (AAAA)',
    async ({ expect }) => {
      const server = await startScriptedServer(TAKES, '::1');
      const dns = await startDns({ 'example.org': { AAAA: ['::1'] } });
      expect(inOneLine(await sendByMx(dns, server.port))).toBe(TAKEN);
      await Promise.all([server.close(), dns.close()]);
    },
  );

  test('send() uses the addresses of one family when the DNS does not answer for the other', async ({
    expect,
  }) => {
    const there = await startExchangers([TAKES], {
      'example.org': { A: ['127.0.0.2'], AAAA: 'SERVFAIL' },
    });
    const answer = await there.send();
    expect(inOneLine(answer)).toBe(TAKEN);
    expect(answer.cause).toBe('AAAA example.org: ESERVFAIL');
    await there.close();
  });

  test('send() passes over an exchanger that has no address', async ({ expect }) => {
    const MX = [
      [1, 'absent.test'],
      [2, '.'],
      [3, 'mx1.example.org'],
    ] as const;
    const there = await startExchangers([TAKES], { 'example.org': { MX } });
    expect(await there.send()).toMatchObject({ outcome: 'accepted', host: 'mx1.example.org' });
    await there.close();
  });

  test('send() passes over us and whoever comes after us in the list', async ({ expect }) => {
    const MX = [
      [10, 'mx1.example.org'],
      [20, 'haineko.test'],
      [20, 'mx2.example.org'],
      [30, 'mx3.example.org'],
    ] as const;
    const there = await startExchangers(['S: 421 No', '', ''], { 'example.org': { MX } });
    expect(inOneLine(await there.send())).toBe('deferred 421 - CONN No');
    expect(there.servers.map((each) => each.connections())).toEqual([1, 0, 0]);
    await there.close();
  });

  test('send() goes straight to the address of an address literal', async ({ expect }) => {
    const there = await startExchangers([TAKES], {});
    const answer = await there.send({}, 'mi-chan@[127.0.0.2]');
    expect(inOneLine(answer)).toBe(TAKEN);
    expect(answer).toMatchObject({ host: '127.0.0.2', port: there.port });
    expect(there.servers[0]?.transcript).toContain('C: RCPT TO:<mi-chan@[127.0.0.2]>');
    expect(there.dns.asked).toEqual([]);
    await there.close();
  });

  test.skipIf(!hasIpv6)('send() goes straight to the address of an IPv6 literal', async ({ expect }) => {
    const server = await startScriptedServer(TAKES, '::1');
    const dns = await startDns({});
    const answer = await sendByMx(dns, server.port, {}, 'mi-chan@[IPv6:::1]');
    expect(inOneLine(answer)).toBe(TAKEN);
    expect([answer.host, dns.asked]).toEqual(['::1', []]);
    await Promise.all([server.close(), dns.close()]);
  });
});

describe.concurrent('MX and exchangers that are this machine', () => {
  const sendTo = async (rcpt: string, port: number, dns: DnsDouble) => {
    const delivery = deliveryBy(routeTo(port, { mailer: 'MX' }));
    const envelope = { ...delivery.envelope, rcpt: [rcpt as Address] as const };
    return mx.send({ ...delivery, envelope }, undefined, wireOf({ resolver: dns.resolver }));
  };

  for (const rcpt of ['a@trap.test', 'a@[127.0.0.2]', 'a@[IPv6:::1]', 'a@[IPv6:::ffff:127.0.0.2]']) {
    test(`send() does not connect to this machine by ${rcpt}`, async ({ expect }) => {
      const there = await startExchangers([TAKES], {
        'trap.test': { MX: [[10, 'localhost.trap.test']] },
        'localhost.trap.test': { A: ['127.0.0.2', '169.254.169.254', '0.0.0.0'], AAAA: ['::1', 'fe80::1'] },
      });
      const answer = await sendTo(rcpt, there.port, there.dns);
      expect(answer).toMatchObject({ outcome: 'rejected', code: '550', dsn: '5.4.4', command: 'RCPT' });
      expect(there.servers[0]?.connections()).toBe(0);
      await there.close();
    });
  }
});
