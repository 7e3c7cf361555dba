import { describe, expect, test } from 'vitest';
import type { HttpRequest } from '../../../functions/app/context.ts';
import type { Answer } from '../../../functions/relay/relay.ts';
import { basic, MAIL, octets, world } from './world.ts';

const cf = (settings: object) => ({ 'haineko.cf': { hostname: 'haineko.example.jp', ...settings } });
const recipients = (count: number) => Array.from({ length: count }, (_, at) => `r${at}@example.org`);

describe('answer() keeps to its limits', () => {
  test('takes any number of recipients with max_rcpts_per_message 0', async () => {
    const { post, kept } = world(cf({ max_rcpts_per_message: 0 }));
    expect((await post({ ...MAIL, rcpt: recipients(50) })).status).toBe(200);
    expect(kept).toHaveLength(50);
  });

  test('relays at most max_workers at the same time', async () => {
    for (const most of [1, 3]) {
      const { post, answers } = world(cf({ max_rcpts_per_message: 0, max_workers: most }));
      let now = 0;
      let seen = 0;
      const slow = async (): Promise<Answer> => {
        seen = Math.max(seen, ++now);
        await new Promise((resolve) => setImmediate(resolve));
        now--;
        return { code: '250', dsn: null, command: 'QUIT', message: ['Ok'], outcome: 'accepted' };
      };
      for (const each of recipients(8)) answers.set(each, slow);
      await post({ ...MAIL, rcpt: recipients(8) });
      expect(seen).toBe(most);
    }
  });

  test('tells what is no address cut short: an answer must fit what Lambda returns', async () => {
    const { post } = world();
    const made = await post({ ...MAIL, rcpt: ['mi-chan@example.org', 'x'.repeat(4_000_000)] });
    expect(made.status).toBe(207);
    expect(made.body.length).toBeLessThan(10_000);
    const crowd = await post({ ...MAIL, rcpt: recipients(100_000) });
    expect(crowd.status).toBe(403);
    expect(crowd.body.length).toBeLessThan(100_000);
  });

  test('logs nothing of a recipient that is no address', async () => {
    const { post, lines } = world();
    await post({ ...MAIL, rcpt: 'secretlocalpart' });
    expect(JSON.stringify(lines)).not.toContain('secretlocalpart');
  });

  test.each([
    [
      'header fields that are too large together',
      { header: { ...MAIL.header, 'x-a': 'a'.repeat(70_000), 'x-b': 'b'.repeat(70_000) } },
      '552',
    ],
    [
      'an address list that is too large',
      { header: { ...MAIL.header, to: 'a@example.org,'.repeat(200_000) } },
      '552',
    ],
    [
      'a domain of hundreds of thousands of characters',
      { header: { ...MAIL.header, from: `x@${'漢字'.repeat(15_000)}.jp` } },
      '553',
    ],
    [
      'a loop of too many servers',
      { header: { ...MAIL.header, 'x-haineko-loop': 'a.b,'.repeat(1_000_000) } },
      '421',
    ],
    [
      'a loop of one server too many',
      {
        header: {
          ...MAIL.header,
          'x-haineko-loop': Array.from({ length: 101 }, (_, at) => `s${at}.jp`).join(),
        },
      },
      '421',
    ],
    [
      'too many header fields',
      { header: Object.fromEntries(Array.from({ length: 501 }, (_, at) => [`x-${at}`, 'x'])) },
      '421',
    ],
    ['too many attachments', { attachments: Array(101).fill({ content: '' }) }, '421'],
  ])('refuses %s at once', async (_, changes, code) => {
    const begun = Date.now();
    const { post, kept } = world();
    const made = await post({ ...MAIL, ...changes });
    expect(made).toMatchObject({ status: 400, json: { 'smtp.response': { code } } });
    expect(kept).toEqual([]);
    expect(Date.now() - begun).toBeLessThan(2000);
  });

  test('answers by its deadline where the tables do not come', async () => {
    const never = { ...world().context.source, tables: () => new Promise<never>(() => {}) };
    const { ask, context } = world({}, { source: never });
    const begun = Date.now();
    expect(await ask({ deadline: context.now() + 50 })).toMatchObject({
      status: 503,
      headers: { 'retry-after': '60' },
      json: { 'smtp.response': { command: 'CONF', outcome: 'deferred' } },
    });
    expect(Date.now() - begun).toBeLessThan(2000);
  });

  test('says in Retry-After how long an address must wait that guessed too often', async () => {
    const { ask } = world();
    const guess = () => ask({ headers: basic('haineko', 'wrong') });
    for (let at = 0; at < 10; at++) expect((await guess()).headers['retry-after']).toBeUndefined();
    expect(Number((await guess()).headers['retry-after'])).toBeGreaterThan(50);
  });

  test('does not begin a second try with a renewed credential when no time is left', async () => {
    let now = 1_000_000;
    const made = world({ mailertable: { default: { mailer: 'Kept', auth: 'Google' } } }, { now: () => now });
    const credential = (version: string) => ({ name: 'Google', version, username: 'u', password: 'p' });
    Object.assign(made.context.source, {
      credential: async () => credential('1'),
      refresh: async () => credential('2'),
    });
    made.answers.set('mi-chan@example.org', async () => {
      now += 9500;
      return {
        code: '535',
        dsn: null,
        command: 'AUTH',
        message: ['no'],
        outcome: 'deferred',
        credentialRefused: true,
      };
    });
    await made.ask({ deadline: 1_010_000 });
    expect(made.kept).toHaveLength(1);
  });
});

describe('answer() takes a request as it is meant', () => {
  test('prefers a field to its aliases, in their order', async () => {
    const { post, kept } = world();
    const { ehlo, header, body } = MAIL;
    await post({
      to: 'c@example.org',
      recv: 'b@example.org',
      rcpt: 'a@example.org',
      from: 'c@example.jp',
      send: 'b@example.jp',
      mail: 'a@example.jp',
      ehlo,
      header,
      body,
    });
    await post({
      to: 'c@example.org',
      recv: 'b@example.org',
      from: 'c@example.jp',
      send: 'b@example.jp',
      ehlo,
      header,
      body,
    });
    expect(kept.map(({ envelope }) => [envelope.mail, ...envelope.rcpt])).toEqual([
      ['a@example.jp', 'a@example.org'],
      ['b@example.jp', 'b@example.org'],
    ]);
  });

  test('numbers Message-Ids by recipient, and not where all get the same mail', async () => {
    const { post, kept } = world();
    const rcpt = ['a@example.org', 'b@example.org'];
    await post({ ...MAIL, rcpt });
    await post({ ...MAIL, rcpt, header: { ...MAIL.header, to: 'list@example.org' } });
    const numbers = kept.map(
      (delivery) => /^Message-Id: <\w{16}\.\d{10}\.(\d{3})@/m.exec(octets(delivery))?.[1],
    );
    expect(numbers).toEqual(['000', '001', '000', '000']);
    expect(octets(kept[3] as never)).toContain('To: list@example.org\r\n');
  });

  test('leaves out what tells of the client with trace_headers 0, but not the loop', async () => {
    const { ask, kept } = world(cf({ trace_headers: 0 }));
    const trace: Partial<HttpRequest> = {
      headers: { 'user-agent': 'neko/1.0', referer: 'http://ref.example.jp/' },
      remote: { address: '192.0.2.9', port: 1 },
    };
    await ask(trace);
    const mail = octets(kept[0] as never);
    expect(mail).not.toMatch(
      /192\.0\.2\.9|\[127\.0\.0\.1\]|neko\/1\.0|ref\.example|X-SMTP-Engine|X-Mailer|X-Originating/,
    );
    expect(mail).toMatch(/^Received: from unknown by haineko\.example\.jp with HTTP id/);
    expect(mail).toContain('X-Haineko-Loop: haineko.example.jp\r\n');
  });

  test('carries the loop on', async () => {
    const { post, kept } = world();
    await post({
      ...MAIL,
      header: { ...MAIL.header, 'x-haineko-loop': ['one.example.jp', 'two.example.jp\r\nX: y'] },
    });
    expect(octets(kept[0] as never)).toContain('X-Haineko-Loop: one.example.jp, haineko.example.jp\r\n');
  });

  test('writes a subject of blanks', async () => {
    const { post, kept } = world();
    expect((await post({ ...MAIL, header: { subject: ' ' } })).status).toBe(200);
    expect(octets(kept[0] as never)).toMatch(/^Subject:/m);
  });

  test('refuses a header field that is given twice', async () => {
    const { post } = world();
    const made = await post({ ...MAIL, header: { subject: 'a', Subject: 'b' } });
    expect(made).toMatchObject({
      status: 400,
      json: { 'smtp.response': { message: ['Malformed JSON string', 'header.subject: given twice'] } },
    });
    expect(
      (await post({ ...MAIL, header: { subject: 'a', replyto: 'a@example.jp', 'reply-to': 'b@example.jp' } }))
        .status,
    ).toBe(200);
  });

  test('tells an IPv4 client of a dual-stack socket as IPv4', async () => {
    const { ask } = world();
    const made = await ask({ remote: { address: '::ffff:192.0.2.9', port: 1 } });
    expect(made).toMatchObject({ status: 200, json: { 'smtp.remotehost': '192.0.2.9' } });
  });

  test('sends once to a mailbox that is written in several ways', async () => {
    const { post, kept } = world();
    await post({
      ...MAIL,
      rcpt: ['neko@example.org', '"neko"@EXAMPLE.org', '"ne\\ko"@example.org', 'Neko@example.org'],
    });
    expect(kept.map(({ envelope }) => envelope.rcpt[0])).toEqual(['neko@example.org', 'Neko@example.org']);
  });

  test('does not let a spelling that is not listed stand for one that is', async () => {
    const { post, kept } = world();
    const made = await post({ ...MAIL, rcpt: ['"sabatora"@example.jp', 'sabatora@example.jp'] });
    expect(made.json['smtp.responses']).toMatchObject([
      { code: '553' },
      { code: '250', rcpt: 'sabatora@example.jp' },
    ]);
    expect(kept).toHaveLength(1);
  });

  test('never writes what only looks like an encoded word as it is', async () => {
    const { post, kept } = world();
    for (const name of ['=?utf-8?B?,ceo@bank.example,?=', '=?utf-8?B?(x?=', '=?utf-8?B?"?=']) {
      kept.length = 0;
      const made = await post({ ...MAIL, header: { ...MAIL.header, from: `${name} <me@example.jp>` } });
      if (made.status !== 200) continue;
      const from = /^From: ((?:.|\r\n[ \t])*)$/m.exec(octets(kept[0] as never))?.[1] ?? '';
      expect(from).toMatch(/<me@example\.jp>$/);
      expect(from).not.toContain('ceo@bank.example,');
      expect(from).not.toContain(name);
    }
  });
});
