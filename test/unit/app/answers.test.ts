import { simpleParser } from 'mailparser';
import { describe, expect, test } from 'vitest';
import { answer } from '../../../functions/app/http.ts';
import { VERSION } from '../../../functions/app/version.ts';
import type { Answer } from '../../../functions/relay/relay.ts';
import type { Outcome } from '../../../functions/smtp/reply.ts';
import packageJson from '../../../package.json' with { type: 'json' };
import { basic, MAIL, octets, world } from './world.ts';

const ending = (outcome: Outcome, code: string, more: Partial<Answer> = {}): Answer => ({
  code,
  dsn: null,
  command: 'DATA',
  message: [`said ${code}`],
  outcome,
  relayed: true,
  ...more,
});

const two = { ...MAIL, rcpt: ['a@example.org', 'b@example.org'] };

describe('answer() on /submit', () => {
  test("answers in the slides' keys", async () => {
    const { ask } = world();
    const { status, json } = await ask({
      headers: { 'user-agent': 'neko/1.0', referer: 'http://ref.example.jp/' },
    });
    expect(status).toBe(200);
    expect(Object.keys(json)).toEqual([
      'smtp.queueid',
      'smtp.response',
      'smtp.responses',
      'smtp.useragent',
      'smtp.recipient',
      'smtp.addresser',
      'smtp.remotehost',
      'smtp.remoteport',
      'smtp.timestamp',
      'smtp.referer',
    ]);
    expect(json).toMatchObject({
      'smtp.queueid': expect.stringMatching(/^[0-9A-Za-x]{16}$/),
      'smtp.response': {
        dsn: '2.0.0',
        error: 0,
        message: ['2.0.0 Ok'],
        command: 'QUIT',
        code: '250',
        rcpt: 'mi-chan@example.org',
        mailer: 'Kept',
        host: null,
        port: null,
        outcome: 'accepted',
      },
      'smtp.useragent': 'neko/1.0',
      'smtp.recipient': ['mi-chan@example.org'],
      'smtp.addresser': 'kijitora@example.jp',
      'smtp.remotehost': '127.0.0.1',
      'smtp.remoteport': 49989,
      'smtp.timestamp': {
        datetime: expect.stringMatching(/^\w{3} \w{3} [ \d]\d \d\d:\d\d:\d\d \d{4}$/),
        unixtime: expect.stringMatching(/^\d{10}$/),
      },
      'smtp.referer': 'http://ref.example.jp/',
    });
    expect(json['smtp.responses']).toEqual([json['smtp.response']]);
  });

  const A = ending('accepted', '250');
  const Q = ending('queued', '250');
  const R = ending('rejected', '550');
  const D = ending('deferred', '451');
  const U = ending('unknown', '421');
  test.each([
    [200, 1, [A, ending('accepted', '251')]],
    [202, 1, [Q, A]],
    [207, 1, [A, R]],
    [207, 1, [Q, D]],
    [207, 1, [A, U]],
    [409, 1, [R, U]],
    [409, 1, [D, U]],
    [503, 0, [D, R]],
    [422, 0, [R, ending('rejected', '552')]],
  ])(
    'answers %i, response %i foremost, by what became of all recipients',
    async (status, foremost, [first, second]) => {
      const { post, answers } = world();
      if (first) answers.set('a@example.org', first);
      if (second) answers.set('b@example.org', second);
      const made = await post(two);
      expect(made.status).toBe(status);
      expect(made.json['smtp.responses']).toMatchObject([
        { rcpt: 'a@example.org' },
        { rcpt: 'b@example.org' },
      ]);
      expect(made.json['smtp.response']).toEqual((made.json['smtp.responses'] as unknown[])[foremost]);
      expect('retry-after' in made.headers).toBe(status === 503);
    },
  );

  test("passes on a provider's Retry-After, the longest", async () => {
    const { post, answers } = world();
    answers.set('a@example.org', ending('deferred', '451', { retryAfter: 7 }));
    answers.set('b@example.org', ending('deferred', '451', { retryAfter: 90 }));
    expect((await post(two)).headers['retry-after']).toBe('90');
  });

  test("keeps the request's order, refused recipients among them, repeated ones once", async () => {
    const { post, kept } = world();
    const rcpt = [
      'x@example.net',
      'a@example.org',
      'bad',
      'a@EXAMPLE.org',
      'sabatora@example.jp',
      'a@example.org',
    ];
    const { status, json } = await post({ ...MAIL, rcpt: rcpt });
    expect(status).toBe(207);
    expect(json['smtp.recipient']).toEqual(['x@example.net', 'a@example.org', 'bad', 'sabatora@example.jp']);
    expect((json['smtp.responses'] as { code: string }[]).map(({ code }) => code)).toEqual([
      '553',
      '250',
      '553',
      '250',
    ]);
    expect(kept.map(({ envelope }) => envelope.rcpt[0])).toEqual(['a@example.org', 'sabatora@example.jp']);
  });

  test('keeps the case of a local part on the wire, and takes another case for the same domain only', async () => {
    const { post, kept } = world();
    await post({ ...MAIL, rcpt: ['Mi-Chan@example.org', 'mi-chan@example.org'] });
    expect(kept.map(({ envelope }) => envelope.rcpt[0])).toEqual([
      'Mi-Chan@example.org',
      'mi-chan@example.org',
    ]);
  });

  test('takes aliases, null as absent, one recipient as a text', async () => {
    const { post } = world();
    const { ehlo, mail, header, body } = MAIL;
    expect(
      (await post({ ehlo: null, helo: ehlo, send: mail, recv: 'a@example.org', header, body })).status,
    ).toBe(200);
    expect(
      (await post({ helo: ehlo, mail: null, from: mail, to: ['a@example.org'], header, body })).status,
    ).toBe(200);
  });

  test.each([
    ['JSON with a byte order mark', `\uFEFF${JSON.stringify(MAIL)}`],
    ['the same in octets', Buffer.from(`\uFEFF${JSON.stringify(MAIL)}`)],
    [
      'unquoted keys',
      '{ ehlo: "[127.0.0.1]", mail: "a@example.jp", rcpt: [ "a@example.org" ], body: "x", header: { subject: "y" } }',
    ],
    [
      'unquoted keys without spaces',
      '{ehlo:"[127.0.0.1]",mail:"a@example.jp",rcpt:["a@example.org"],body:"x",header:{subject:"y"}}',
    ],
    [
      'single quotes',
      "{'ehlo':'[127.0.0.1]','mail':'a@example.jp','rcpt':['a@example.org'],'body':'x','header':{'subject':'it\\'s'}}",
    ],
    [
      'a YAML mapping',
      'ehlo: "[127.0.0.1]"\nmail: a@example.jp\nrcpt:\n  - a@example.org\nbody: |\n  x\n  y\nheader: { subject: 123 }\n',
    ],
  ])('takes %s', async (_, body) => {
    const { ask } = world();
    expect((await ask({ body })).status).toBe(200);
  });

  test("takes the slide's own mail, word for word", async () => {
    const { ask, kept } = world({ recipients: { 'open-relay': 1 } });
    const body = `{ ehlo: "[127.0.0.1]", mail: "neko@example.jp",
        rcpt: [ "kijitora@example.org", "mikeneko@example.com" ],
        body: "メールの本文です。", header: { subject: "テスト!" } }`;
    expect((await ask({ body: Buffer.from(body) })).status).toBe(200);
    const parsed = await simpleParser(octets(kept[1] as never));
    expect(parsed).toMatchObject({ subject: 'テスト!', text: 'メールの本文です。\n' });
    expect(parsed.to).toMatchObject({ text: 'mikeneko@example.com' });
    expect(parsed.from).toMatchObject({ text: 'neko@example.jp' });
  });

  test('says when the text does not fit the charset', async () => {
    const { post } = world();
    const { json } = await post({ ...MAIL, body: '猫', header: { ...MAIL.header, charset: 'ISO-8859-1' } });
    expect(json['smtp.notes']).toEqual([expect.stringContaining('ISO-8859-1')]);
  });

  test('never says more than "Internal Server Error" of a defect', async () => {
    const broken = { ...world().context.source, tables: () => Promise.reject(new Error('secret kijitora')) };
    const { ask, lines } = world({}, { source: broken });
    const made = await ask();
    expect(made).toMatchObject({
      status: 500,
      json: { 'smtp.response': { code: '500', command: 'HTTP', message: ['Internal Server Error'] } },
    });
    expect(made.body).not.toContain('kijitora');
    expect(lines).toMatchObject([{ level: 'error', cause: expect.stringContaining('secret kijitora') }]);
  });

  test('logs one line, without local parts, subject, body or credentials', async () => {
    const { ask, lines } = world();
    await ask({
      headers: { ...basic('haineko', 'kijitora') },
      body: JSON.stringify({ ...MAIL, body: 'geheim', header: { subject: 'geheim' } }),
    });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({
      message: 'session',
      client: '127.0.0.1',
      user: 'haineko',
      from: 'example.jp',
      status: 200,
      outcome: 'accepted',
      recipients: [{ to: 'example.org', mailer: 'Kept', outcome: 'accepted' }],
    });
    expect(JSON.stringify(lines)).not.toMatch(/geheim|kijitora|mi-chan/);
  });
});

describe('answer() in the 0.2.17 format', () => {
  const old = { 'haineko.cf': { hostname: 'haineko.example.jp', reply_format: '0.2.17' } };

  test('answers in its keys, 200 whenever relaying was tried', async () => {
    const { post, answers } = world(old);
    answers.set('b@example.org', ending('rejected', '550'));
    const { status, json } = await post({
      ...two,
      rcpt: ['b@example.org', 'x@example.net', 'a@example.org'],
    });
    expect(status).toBe(200);
    expect(Object.keys(json).sort()).toEqual([
      'addresser',
      'queueid',
      'recipient',
      'referer',
      'remoteaddr',
      'remoteport',
      'response',
      'timestamp',
      'useragent',
    ]);
    expect(json['recipient']).toEqual(['b@example.org', 'a@example.org']);
    expect(json['response']).toMatchObject([
      { code: 553, rcpt: 'x@example.net', mailer: null, dsn: '5.7.1', error: 1, host: null, port: null },
      { code: '550', rcpt: 'b@example.org', mailer: 'Kept' },
      { code: '250', rcpt: 'a@example.org', mailer: 'Kept' },
    ]);
  });

  test('ignores header names that no client may give', async () => {
    const { post, kept } = world(old);
    expect(
      (await post({ ...MAIL, header: { ...MAIL.header, bcc: 'evil@example.net', date: 'x' } })).status,
    ).toBe(200);
    expect(octets(kept[0] as never)).not.toContain('evil');
  });

  test('gives a request without authentication the bare reply', async () => {
    const { ask } = world(old, { requireAuth: true });
    expect((await ask()).json).toEqual({
      code: 500,
      dsn: '5.7.1',
      error: 1,
      message: ['Access denied. Proper authentication required.'],
      command: 'AUTH',
    });
  });
});

describe('answer() on the other paths', () => {
  test('tells name and version, the one of package.json', async () => {
    const { ask } = world();
    expect((await ask({ method: 'GET', path: '/', body: '' })).json).toEqual({
      name: 'Haineko',
      version: VERSION,
    });
    expect(VERSION).toBe(packageJson.version);
  });

  test('logs a line for each request', async () => {
    const { ask, lines } = world();
    await ask({ method: 'GET', path: '/neko', body: '' });
    await ask({ method: 'GET', path: '/nyaa', body: '' });
    expect(lines).toEqual([
      { level: 'info', message: 'request', method: 'GET', path: '/neko', client: '127.0.0.1', status: 200 },
      { level: 'info', message: 'request', method: 'GET', path: '/nyaa', client: '127.0.0.1', status: 404 },
    ]);
  });

  test('mews', async () => {
    const { ask } = world();
    expect(await ask({ method: 'GET', path: '/neko', body: '' })).toMatchObject({
      status: 200,
      headers: { 'content-type': 'text/plain' },
      body: 'Nyaaaaa',
    });
    expect(await ask({ method: 'HEAD', path: '/neko', body: '' })).toMatchObject({ status: 200, body: '' });
  });

  test('gives samples that /submit accepts', async () => {
    const { ask, post } = world({ recipients: { 'open-relay': 1 } });
    const { json } = await ask({ method: 'GET', path: '/sample/mail', body: '' });
    const samples = Object.values(json);
    expect(samples).toHaveLength(2);
    for (const sample of samples) expect((await post(sample)).status).toBe(200);
  });

  const get = (path: string, more: object = {}) => ({ method: 'GET', path, body: '', ...more });
  const abroad = { remote: { address: '192.0.2.9', port: 1 } };

  test.each(['/conf', '/dump'])('shows %s to loopback and to admins, without a secret', async (path) => {
    const { ask } = world();
    for (const more of [{}, { ...abroad, headers: basic('admin', 'kijitora') }]) {
      const made = await ask(get(path, more));
      expect(made.status).toBe(200);
      expect(made.body).not.toContain('9p2euyteR33mp0TYKjmYhTlIt1ctxuRn');
    }
    for (const more of [
      abroad,
      { ...abroad, headers: basic('haineko', 'kijitora') },
      { ...abroad, headers: { 'x-forwarded-for': '127.0.0.1' } },
    ]) {
      expect(await ask(get(path, more))).toMatchObject({
        status: 403,
        json: { 'smtp.response': { message: ['Access denied'] } },
      });
    }
  });

  test('shows the tables in force on /conf, hashes masked', async () => {
    const { json } = await world().ask(get('/conf'));
    expect(json).toMatchObject({
      'haineko.cf': { hostname: 'haineko.example.jp', max_workers: 4 },
      relayhosts: { relayhosts: ['127.0.0.1', '192.0.2.0/24'] },
      password: { haineko: '****', admin: { password: '****', admin: 1 } },
    });
  });

  test('wants authentication on every path where it is required', async () => {
    const { ask } = world({}, { requireAuth: true });
    for (const path of ['/', '/neko', '/conf', '/nyaa']) {
      expect(await ask(get(path))).toMatchObject({
        status: 401,
        headers: { 'www-authenticate': 'Basic realm="Haineko", charset="UTF-8"' },
      });
      expect((await ask(get(path, { headers: basic('haineko', 'kijitora') }))).status).not.toBe(401);
    }
  });

  test('takes GET /submit with a body in development only', async () => {
    expect((await world({}, { development: true }).ask({ method: 'GET' })).status).toBe(200);
    expect((await world({}, { development: true }).ask({ method: 'GET', body: '' })).status).toBe(405);
    expect((await world().ask({ method: 'GET' })).headers['allow']).toBe('POST');
  });
});

describe('answer() where something of ours breaks', () => {
  test('has a queueid in every answer to a submission: without one it is the platform’s', async () => {
    const wrong = await world({ mailertable: { default: 1 } }).ask();
    expect(wrong).toMatchObject({
      status: 500,
      json: { 'smtp.queueid': expect.stringMatching(/^[0-9A-Za-x]{16}$/) },
    });
  });

  test('calls a mail unknown that a defect overtook on its way, and its status is none that clients repeat', async () => {
    const { ask, context, kept } = world();
    const failing = { ...context, log: () => {} };
    let calls = 0;
    failing.log = () => {
      // the session's line comes after the relaying
      if (++calls === 1) throw new Error('boom');
    };
    expect((await ask()).status).toBe(200);
    const made = await answer(
      {
        method: 'POST',
        path: '/submit',
        headers: {},
        body: JSON.stringify(MAIL),
        remote: { address: '127.0.0.1', port: 1 },
        deadline: Date.now() + 20_000,
      },
      failing,
    );
    expect(kept).toHaveLength(2);
    expect(made.status).toBe(409);
    expect(JSON.parse(made.body)).toMatchObject({ 'smtp.response': { outcome: 'unknown', code: '451' } });
  });
});
