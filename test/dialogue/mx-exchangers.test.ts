import { setTimeout as sleep } from 'node:timers/promises';
import { describe, test } from 'vitest';
import type { Relayed } from '../../functions/relay/relay.ts';
import { inOneLine } from './deliveries.ts';
import { type Exchangers, inOrder, startExchangers } from './exchangers.ts';

const TAKEN = 'accepted 250 2.0.0 QUIT 2.0.0 Taken';
const MAIL = '@envelope\n@data\n-- mail\nS: 250 2.0.0 Taken';
const TAKES = `@hello\n${MAIL}`;
const UNKNOWN = 'unknown 421 4.4.2 DATA Connection lost after the final dot: the mail may have been sent';

/** What the first exchanger does, what comes of it, and whether the second is tried. */
const using = async (scripts: readonly string[], run: (there: Exchangers) => Promise<void>) => {
  const there = await startExchangers(scripts);
  try {
    await run(there);
  } finally {
    await there.close();
  }
};

const connections = ({ servers }: Exchangers) => servers.map((each) => each.connections());
const mails = ({ servers }: Exchangers) => servers.map((each) => each.accepted());

describe.concurrent('MX goes on to the next exchanger', () => {
  for (const [how, script] of [
    ['resets at once', '-- reset'],
    ['closes without a greeting', '-- close'],
    ['greets with 554', 'S: 554 5.7.1 No service for you'],
    ['greets with 521', 'S: 521 mx.test does not accept mail'],
    ['greets with 421', 'S: 421 4.3.2 Too busy'],
    ['is no SMTP server', 'S: SSH-2.0-OpenSSH_9.2'],
    ['refuses EHLO and HELO', 'S: 220 mx.test\nC: EHLO*\nS: 502 No\nC: HELO*\nS: 550 No'],
    ['is lost after EHLO', 'S: 220 mx.test\nC: EHLO*\n-- reset'],
    ['says 4yz to MAIL', '@hello\nC: MAIL*\nS: 451 4.7.1 Later'],
    [
      'says 4yz to RCPT',
      '@hello\nC: MAIL*\nS: 250 Ok\nC: RCPT*\nS: 450 4.2.0 Greylisted\nC: DATA\nS: 503 No',
    ],
    ['says 4yz to DATA', '@hello\n@envelope\nC: DATA\nS: 451 4.3.0 Later'],
    ['says 4yz to the final dot', '@hello\n@envelope\n@data\n-- mail\nS: 452 4.3.1 Disk full'],
    ['is lost at RCPT', '@hello\nC: MAIL*\nS: 250 Ok\nC: RCPT*\n-- reset'],
    ['closes after 354', '@hello\n@envelope\nC: DATA\nS: 421 4.3.2 Going down\n-- close'],
  ] as const) {
    test(`send() has the second take the mail when the first ${how}`, ({ expect }) =>
      using([script, TAKES], async (there) => {
        const answer = await there.send();
        expect(inOneLine(answer)).toBe(TAKEN);
        expect(answer).toMatchObject({ host: 'mx2.example.org', port: there.port });
        expect(answer.cause).toMatch(/^mx1\.example\.org \[127\.0\.0\.2\]: /);
        expect([connections(there), mails(there)]).toEqual([
          [1, 1],
          [0, 1],
        ]);
        expect(there.servers[1]?.faults).toEqual([]);
      }));
  }

  test('send() has the second take the mail when nobody listens at the first', ({ expect }) =>
    using([TAKES], async ({ port, dns, servers }) => {
      const MX = [
        [1, 'mx9.example.org'],
        [2, 'mx1.example.org'],
      ] as const;
      const there = await startExchangers([], { 'example.org': { MX } });
      const answer = await there.send({ port });
      expect(inOneLine(answer)).toBe(TAKEN);
      expect(answer.cause).toBe(
        `mx9.example.org [127.0.0.10]: CONN 421 connect ECONNREFUSED 127.0.0.10:${port}`,
      );
      expect([servers[0]?.accepted(), dns.asked]).toEqual([1, []]);
      await there.close();
    }));

  test('send() tries each address of an exchanger, IPv4 and IPv6 in turn', async ({ expect }) => {
    const there = await startExchangers(['S: 421 No', 'S: 421 No', TAKES], {
      'example.org': { A: ['127.0.0.2', '127.0.0.3', '127.0.0.4'], AAAA: ['::1'] },
    });
    const answer = await there.send();
    expect(inOneLine(answer)).toBe(TAKEN);
    expect(answer.cause?.replace(/CONN 421 connect.*?;/, '...;')).toBe(
      'example.org [127.0.0.2]: CONN 421; example.org [::1]: ...; example.org [127.0.0.3]: CONN 421',
    );
    await there.close();
  });

  test('send() tries at most ten addresses, some of each exchanger', async ({ expect }) => {
    const there = await startExchangers(['', '', TAKES], {
      'example.org': {
        MX: [
          [1, 'many.test'],
          [2, 'more.test'],
          [3, 'mx3.example.org'],
        ],
      },
      'many.test': { A: Array.from({ length: 20 }, (_, index) => `127.0.1.${index}`) },
      'more.test': { A: Array.from({ length: 20 }, (_, index) => `127.0.2.${index}`) },
    });
    const answer = await there.send();
    expect(inOneLine(answer)).toBe(TAKEN);
    expect(answer.cause?.match(/\[[\d.]+\]/g)).toEqual(
      ['1.0', '1.1', '1.2', '2.0', '2.1', '2.2'].map((end) => `[127.0.${end}]`),
    );
    await there.close();
  });
});

describe.concurrent('MX ends where an exchanger has decided', () => {
  for (const [how, script, expected] of [
    ['refuses the sender', '@hello\nC: MAIL*\nS: 550 5.7.1 No', 'rejected 550 5.7.1 MAIL 5.7.1 No'],
    [
      'refuses the recipient',
      '@hello\nC: MAIL*\nS: 250 Ok\nC: RCPT*\nS: 550 5.1.1 Nobody\nC: DATA\nS: 503 No',
      'rejected 550 5.1.1 RCPT 5.1.1 Nobody',
    ],
    [
      'refuses the mail',
      '@hello\n@envelope\n@data\n-- mail\nS: 554 5.6.0 Spam',
      'rejected 554 5.6.0 DATA 5.6.0 Spam',
    ],
    [
      'takes no mail so big',
      '@hello SIZE 10\nC: QUIT',
      "rejected 552 5.3.4 MAIL Message size 47 is over the server's limit 10",
    ],
    ['resets after the final dot', '@hello\n@envelope\n@data\n-- mail\n-- accepted\n-- reset', UNKNOWN],
    ['closes after the final dot', '@hello\n@envelope\n@data\n-- mail\n-- close', UNKNOWN],
    [
      'says nothing after the final dot',
      '@hello\n@envelope\n@data\n-- mail\n-- hang',
      'unknown 421 4.4.1 DATA No reply in time after the final dot: the mail may have been sent',
    ],
    [
      'answers the final dot with what is no reply',
      '@hello\n@envelope\n@data\n-- mail\nS: meow',
      'unknown 421 4.5.0 DATA Not a reply of SMTP after the final dot: the mail may have been sent',
    ],
  ] as const) {
    test(`send() asks no other when the first ${how}`, ({ expect }) =>
      using([script, TAKES], async (there) => {
        const answer = await there.send({ timeout: 1.5 });
        expect(inOneLine(answer)).toBe(expected);
        expect(answer.host).toBe('mx1.example.org');
        // an attempt at the second would be there by now
        await sleep(50);
        expect(connections(there)).toEqual([1, 0]);
      }));
  }

  test('send() counts a refusal by the second after the first had deferred', ({ expect }) =>
    using(['S: 421 No', '@hello\nC: MAIL*\nS: 550 5.7.1 No', TAKES], async (there) => {
      expect(inOneLine(await there.send())).toBe('rejected 550 5.7.1 MAIL 5.7.1 No');
      expect(connections(there)).toEqual([1, 1, 0]);
    }));
});

describe.concurrent('MX whose exchangers have all deferred', () => {
  const report = ({ outcome, code, command, host, error }: Relayed) => ({
    outcome,
    code,
    command,
    host,
    error,
  });
  const LATER = '@hello\nC: MAIL*\nS: 250 Ok\nC: RCPT*\nS: 450 4.2.0 Greylisted\nC: DATA\nS: 503 No';
  const greylisted = { outcome: 'deferred', code: '450', command: 'RCPT', error: 1 };

  test('send() has tried every one, and tells of each in the cause', ({ expect }) =>
    using(['S: 554 No', '-- close', 'S: 421 4.3.2 Busy'], async (there) => {
      const answer = await there.send();
      expect(inOneLine(answer)).toBe('deferred 421 4.3.2 CONN 4.3.2 Busy');
      expect(answer.host).toBe('mx3.example.org');
      expect(connections(there)).toEqual([1, 1, 1]);
      expect(answer.cause?.match(/mx\d\.example\.org \[[\d.]+\]: CONN \d+/g)).toEqual([
        'mx1.example.org [127.0.0.2]: CONN 554',
        'mx2.example.org [127.0.0.3]: CONN 421',
        'mx3.example.org [127.0.0.4]: CONN 421',
      ]);
    }));

  test("send() reports a server's word on the mail rather than a connection that failed", ({ expect }) =>
    using([LATER, 'S: 554 No', '-- close'], async (there) => {
      expect(report(await there.send())).toEqual({ ...greylisted, host: 'mx1.example.org' });
      expect(connections(there)).toEqual([1, 1, 1]);
    }));

  test('send() reports the last of several such words', ({ expect }) =>
    using([LATER, LATER], async (there) => {
      expect(report(await there.send())).toEqual({ ...greylisted, host: 'mx2.example.org' });
    }));

  test('send() defers a 554 greeting of the only exchanger', ({ expect }) =>
    using(['S: 554 5.7.1 No'], async (there) => {
      expect(inOneLine(await there.send())).toBe('deferred 554 5.7.1 CONN 5.7.1 No');
    }));

  test('send() reports an exchanger that answered, not the DNS that did not for another', async ({
    expect,
  }) => {
    const there = await startExchangers(['S: 421 No'], {
      ...inOrder(2),
      'mx2.example.org': 'SERVFAIL',
    });
    const answer = await there.send();
    expect(inOneLine(answer)).toBe('deferred 421 - CONN No');
    expect(answer.cause).toContain('; A mx2.example.org: ESERVFAIL');
    await there.close();
  });
});

describe.concurrent('MX and its time', () => {
  test('send() leaves half of the time to the others when the first is a black hole', ({ expect }) =>
    using(['-- hang', TAKES], async (there) => {
      const begun = Date.now();
      expect(inOneLine(await there.send({ timeout: 2 }))).toBe(TAKEN);
      const took = Date.now() - begun;
      expect(took).toBeGreaterThan(900);
      expect(took).toBeLessThan(1800);
      expect(connections(there)).toEqual([1, 1]);
    }));

  test('send() leaves some to the fourth after three black holes', ({ expect }) =>
    using(['-- hang', '-- hang', '-- hang', TAKES], async (there) => {
      expect(inOneLine(await there.send({ timeout: 4 }))).toBe(TAKEN);
      expect(connections(there)).toEqual([1, 1, 1, 1]);
    }));

  test('send() gives the only exchanger more than half of it', ({ expect }) =>
    using([`-- wait 1300\n${TAKES}`], async (there) => {
      expect(inOneLine(await there.send({ timeout: 2.4 }))).toBe(TAKEN);
    }));

  test("send() ends by the request's deadline, whatever the route's timeout", ({ expect }) =>
    using(['-- hang', '-- hang', '-- hang'], async (there) => {
      const begun = Date.now();
      const answer = await there.send({ timeout: 30 }, undefined, { deadline: begun + 800 });
      expect(inOneLine(answer)).toBe('deferred 421 - CONN Cannot connect SMTP Server');
      expect(Date.now() - begun).toBeLessThan(3000);
    }));

  test('send() asks no further exchanger when a mail could not be handed over any more', ({ expect }) =>
    using(['@hello\nC: MAIL*\n-- hang', TAKES], async (there) => {
      const wire = { deadline: Date.now() + 900, answerReserve: 100 };
      expect(inOneLine(await there.send({}, undefined, wire))).toBe(
        'deferred 421 4.4.1 MAIL No reply in time',
      );
      expect(connections(there)).toEqual([1, 0]);
    }));

  test('send() writes the dialogue of each exchanger to the log of a route with debug: 1', ({ expect }) =>
    using(['S: 421 No', TAKES], async (there) => {
      const lines: string[] = [];
      await there.send({ debug: 1 }, undefined, { log: (line) => lines.push(line) });
      expect(lines.slice(0, 5)).toEqual([
        `* mx1.example.org [127.0.0.2]:${there.port}`,
        'S: 421 No',
        `* mx2.example.org [127.0.0.3]:${there.port}`,
        'S: 220 mx.test ESMTP',
        'C: EHLO haineko.test',
      ]);
    }));
});
