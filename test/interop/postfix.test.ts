import { describe, expect, test } from 'vitest';
import type { Route } from '../../functions/tables/route-entry.ts';
import { inOneLine, NEKO, send, wireOf } from '../dialogue/deliveries.ts';
import { answerTo, fresh, type Given, mailBy, nothingOf, relay, TAKEN } from './mails.ts';
import { arrived, connectionsTo, log, type Service } from './postfix.ts';

const AUTH: Partial<Route> = { auth: 'neko' };
const IMPLICIT_TLS: Partial<Route> = { options: { implicit_tls: 1 } };

describe('ESMTP and Postfix: TLS and AUTH', () => {
  test.for([
    ['neither', 'bare', {}, 'ESMTP'],
    ['AUTH', 'plain', AUTH, 'ESMTPA'],
    ['STARTTLS', 'small', { starttls: 1 }, 'ESMTPS'],
    ['STARTTLS and AUTH', 'plain', { ...AUTH, starttls: 1 }, 'ESMTPSA'],
    ['STARTTLS and AUTH, by name', 'plain', { ...AUTH, starttls: 1, host: 'localhost' }, 'ESMTPSA'],
    ['STARTTLS and AUTH, both required', 'submission', { ...AUTH, starttls: 1 }, 'ESMTPSA'],
    ['STARTTLS as it is offered', 'submission', { ...AUTH, starttls: 'opportunistic' }, 'ESMTPSA'],
    ['no STARTTLS as none is offered', 'bare', { starttls: 'opportunistic' }, 'ESMTP'],
    ['implicit TLS and AUTH', 'smtps', { ...AUTH, ...IMPLICIT_TLS }, 'ESMTPSA'],
  ] as const)('send() relays with %s, certificates verified', async ([, service, keys, protocol]) => {
    const { envelope } = await relay(mailBy(service, keys));
    const received = envelope.get('Received');
    expect(received).toContain(`from haineko.test (unknown [127.0.0.1])`);
    expect(received).toContain(`(Postfix) with ${protocol} id `);
    expect(/\(using TLSv1\.[23] /.test(received ?? '')).toBe(protocol.includes('S', 2));
    expect(received?.includes('(Authenticated sender: neko@test.local)')).toBe(protocol.endsWith('A'));
  });

  test.for([
    ['PLAIN', 'plain', 0],
    ['PLAIN', 'plain', 1],
    ['LOGIN', 'login', 0],
    ['LOGIN', 'login', 1],
    ['CRAM-MD5', 'cram', 0],
    ['CRAM-MD5', 'cram', 1],
  ] as const)('send() authenticates by %s (%s, starttls: %i)', async ([mechanism, service, starttls]) => {
    const mail = mailBy(service, { ...AUTH, starttls });
    const { envelope } = await relay(mail);
    const id = / id (\w+) /.exec(envelope.get('Received') ?? '')?.[1];
    expect(log()).toContain(
      `${id}: client=unknown[127.0.0.1], sasl_method=${mechanism}, sasl_username=neko@test.local`,
    );
    const stranger = mailBy(service, { ...AUTH, starttls });
    const answer = await send(stranger, { ...NEKO, version: '2', password: 'nyaa:=-' });
    expect(answer).toMatchObject({
      outcome: 'deferred',
      code: '535',
      dsn: '5.7.8',
      command: 'AUTH',
      credentialRefused: true,
    });
    expect(JSON.stringify(answer)).not.toMatch(/nyaa|bnlh/);
    await nothingOf(stranger);
  });

  test.for([
    ['stranger', { starttls: 1 }, 'STARTTLS TLS failed: the certificate is not of a trusted authority'],
    [
      'stranger',
      { starttls: 'opportunistic' },
      'STARTTLS TLS failed: the certificate is not of a trusted authority',
    ],
    ['plain', IMPLICIT_TLS, 'CONN TLS failed: no handshake'],
  ] as const)('send() defers where TLS fails (%s, %o)', async ([service, keys, answer]) => {
    const mail = mailBy(service, keys);
    expect(await answerTo(mail)).toBe(`deferred 451 4.7.5 ${answer}`);
    await nothingOf(mail);
  });

  test('send() takes any certificate where the route says so', async () => {
    const { envelope } = await relay(mailBy('stranger', { starttls: 1, tls_verify: 0 }));
    expect(envelope.get('Received')).toContain('with ESMTPS id ');
  });

  test.for([
    ['bare', { starttls: 1 }, '451 4.7.0 STARTTLS starttls is 1, but the server does not offer STARTTLS'],
    ['bare', AUTH, "451 4.7.0 AUTH Cannot use credential 'neko': the server does not offer AUTH"],
    // offered under TLS only
    ['submission', AUTH, "451 4.7.0 AUTH Cannot use credential 'neko': the server does not offer AUTH"],
    // both wait for the other
    ['smtps', { timeout: 0.5 }, '421 - CONN Cannot connect SMTP Server'],
  ] as const)(
    'send() defers where what the route wants is not there (%s, %o)',
    async ([service, keys, answer]) => {
      const mail = mailBy(service, keys);
      expect(await answerTo(mail)).toBe(`deferred ${answer}`);
      await nothingOf(mail);
    },
  );

  test.for([
    ['plain', 'rejected 554 5.7.1 RCPT 5.7.1 <RCPT>: Relay access denied'],
    ['submission', 'deferred 530 5.7.0 MAIL 5.7.0 Must issue a STARTTLS command first'],
  ] as const)('send() reports what %s says to a route without auth', async ([service, answer]) => {
    const mail = mailBy(service);
    expect(await answerTo(mail)).toBe(answer.replace('RCPT>', `${mail.rcpt}>`));
    await nothingOf(mail);
  });
});

// with PIPELINING, and without
describe.each([
  ['plain', AUTH],
  ['bare', {}],
] as const)('ESMTP and Postfix: refusals of %s', (service, keys) => {
  const refused = 'Recipient address rejected:';
  test.for([
    ['busy', `deferred 450 4.2.1 RCPT 4.2.1 <RCPT>: ${refused} Mailbox busy`],
    ['greylist', `deferred 451 4.7.1 RCPT 4.7.1 <RCPT>: ${refused} Greylisted`],
    ['hangup', `deferred 421 4.3.2 RCPT 4.3.2 <RCPT>: ${refused} Come back later`],
    ['nobody', `rejected 550 5.1.1 RCPT 5.1.1 <RCPT>: ${refused} User unknown`],
    ['full', `rejected 552 5.2.2 RCPT 5.2.2 <RCPT>: ${refused} Mailbox full`],
  ] as const)('send() passes on what it says about the recipient (%s)', async ([name, answer]) => {
    const mail = mailBy(service, keys, { rcpt: fresh(name) });
    expect(await answerTo(mail)).toBe(answer.replace('RCPT>', `${mail.rcpt}>`));
    await nothingOf(mail);
  });

  // most servers wait for RCPT before they refuse a sender
  const delayed = service === 'plain' ? 'RCPT' : 'MAIL';
  test.for([
    ['stolen', `rejected 553 5.7.1 ${delayed} 5.7.1 <MAIL>: Sender address rejected: Not owned by user`],
    ['no-data', 'deferred 451 4.7.1 DATA 4.7.1 <MAIL>: Sender address rejected: Not now'],
    ['no-dot', 'deferred 452 4.3.1 DATA 4.3.1 <MAIL>: Sender address rejected: Disk full'],
  ] as const)('send() passes on what it says about the sender (%s)', async ([name, answer]) => {
    const mail = mailBy(service, keys, { mail: fresh(name) });
    expect(await answerTo(mail)).toBe(answer.replace('MAIL>', `${mail.envelope.mail}>`));
    await nothingOf(mail);
  });

  test('send() passes on what it says about the mail', async () => {
    const mail = mailBy(service, keys, { head: 'Subject: Nasty\r\n\r\n' });
    expect(await answerTo(mail)).toBe('rejected 550 5.7.1 DATA 5.7.1 Not here');
    await nothingOf(mail);
  });

  test('send() speaks as the server wants it', async () => {
    const lines: string[] = [];
    const mail = mailBy(service, { ...keys, debug: 1 });
    const log = (line: string) => lines.push(/^\S+ \S+/.exec(line)?.[0] ?? line);
    const credential = service === 'plain' ? NEKO : undefined;
    expect(inOneLine(await send(mail, credential, wireOf({ log })))).toMatch(TAKEN);
    const dialogue =
      service === 'plain'
        ? ['C: MAIL', 'C: RCPT', 'C: DATA', 'S: 250', 'S: 250', 'S: 354', 'S: 250']
        : ['C: MAIL', 'S: 250', 'C: RCPT', 'S: 250', 'C: DATA', 'S: 354', 'S: 250'];
    expect(lines.slice(lines.indexOf('C: MAIL'))).toEqual(dialogue);
  });
});

describe('ESMTP and Postfix: SIZE', () => {
  const sized = (octets: number): Given => ({
    head: 'Subject: x\r\n\r\n',
    body: `${'x'.repeat(octets - 16)}\r\n`,
  });

  test('send() relays what is hardly smaller than the server takes', async () => {
    await relay(mailBy('small', {}, sized(99_000)));
  });

  test('send() refuses what is larger before it is sent', async () => {
    const mail = mailBy('small', {}, sized(100_001));
    const answer = await send(mail);
    expect(inOneLine(answer)).toBe(
      "rejected 552 5.3.4 MAIL Message size 100001 is over the server's limit 100000",
    );
    expect(answer.relayed).toBeUndefined();
    await nothingOf(mail);
  });

  test.for([
    // Postfix counts the field Received that it adds
    ['small', 100_000],
    // offers no SIZE, and has a limit all the same
    ['bare', 5_100_000],
  ] as const)('send() passes on that %s does not take %i octets', async ([service, octets]) => {
    const mail = mailBy(service, {}, sized(octets));
    expect(await answerTo(mail)).toBe('rejected 552 5.3.4 DATA 5.3.4 Error: message file too big');
    await nothingOf(mail);
  });
});

describe('ESMTP and Postfix: mails', () => {
  test.for<[string, string | Uint8Array]>([
    ['a lone dot', '.\r\n'],
    ['dots', '..\r\n.\r\n...\r\na\r\n.\r\nb\r\n'],
    ['a dot at the end', 'a\r\n.'],
    ['a dot on the border of two chunks', `${'x'.repeat(64 * 1024 - 3)}\r\n.\r\n.`],
    ['long lines', `.${'x'.repeat(997)}\r\n${'y'.repeat(1200)}\r\n`],
    ['From at the head of a line', 'From me\r\n>From you\r\n'],
    ['ISO-2022-JP', '\x1b$B$K$c$"\x1b(B\r\n'],
    ['every octet from 0x80', Uint8Array.from({ length: 128 }, (_, index) => 128 + index)],
    ['blanks and empty lines', '\r\n\r\n a \t\r\n\r\n'],
    ['no body', ''],
  ])('send() delivers %s octet by octet', async ([, body]) => {
    for (const service of ['bare', 'small'] as const) await relay(mailBy(service, {}, { body }));
  });

  test.for([
    ['bare', {}],
    ['smtps', { ...AUTH, ...IMPLICIT_TLS }],
  ] as const)('send() delivers 4 MB octet by octet (%s)', async ([service, keys]) => {
    const line = `.${'0123456789abcdef'.repeat(4)}\r\n`;
    await relay(mailBy(service, { ...keys, timeout: 20 }, { body: line.repeat(62_600) }));
  });

  test('send() delivers each of many at the same time once', async () => {
    await Promise.all(Array.from({ length: 12 }, () => relay(mailBy('plain', { ...AUTH, starttls: 1 }))));
  });

  test('send() keeps the envelope as it is given', async () => {
    const { envelope } = await relay(
      mailBy('bare', {}, { rcpt: fresh('Mi+Chan.=/?'), mail: '"a b"@example.jp' }),
    );
    expect(envelope.get('Delivered-To')).toMatch(/^Mi\+Chan\.=\/\?@/);
    // the null sender of a bounce
    await relay(mailBy('bare', {}, { mail: '' }));
    await relay(mailBy('plain', AUTH, { mail: '' }));
  });

  test('send() asks for reports that name the mail and hold its header alone', async () => {
    const mail = mailBy('plain', AUTH, { rcpt: fresh('gone'), mail: fresh('neko') });
    expect(await answerTo(mail)).toMatch(TAKEN);
    const report = (await arrived(mail.envelope.mail ?? '')).octets.toString();
    expect(report).toContain(`Original-Envelope-Id: ${mail.queueid}\r\n`);
    expect(report).toContain(`Original-Recipient: rfc822;${mail.rcpt}\r\n`);
    expect(report).toContain('Content-Type: text/rfc822-headers');
    expect(report).toContain('Subject: Nyaa\r\n');
    expect(report).not.toContain('Nyaa.\r\n');
  });
});

describe('ESMTP and Postfix: kept connections', () => {
  const connectionsFor = async (service: Service, run: () => Promise<unknown>) => {
    const before = connectionsTo(service);
    await run();
    return connectionsTo(service) - before;
  };

  test.for([
    ['in clear', 'small', {}],
    ['under STARTTLS and AUTH', 'login', { ...AUTH, starttls: 1 }],
    ['under implicit TLS and AUTH', 'smtps', { ...AUTH, ...IMPLICIT_TLS }],
  ] as const)('send() relays mails one after the other on one connection, %s', async ([, service, keys]) => {
    // no connection that an earlier test left is of this name
    const hostname = `${service}.haineko.test`;
    const count = await connectionsFor(service, async () => {
      for (let index = 0; index < 5; index += 1) await relay({ ...mailBy(service, keys), hostname });
    });
    expect(count).toBe(1);
  });

  test('send() takes a new connection where Postfix closed the kept one', async () => {
    const count = await connectionsFor('hasty', async () => {
      await relay(mailBy('hasty'));
      await expect.poll(log, { timeout: 8000 }).toContain('timeout after END-OF-MESSAGE from');
      await relay(mailBy('hasty'));
    });
    expect(count).toBe(2);
  });
});
