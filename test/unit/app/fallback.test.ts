import { generateKeyPairSync } from 'node:crypto';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { defineRelay } from '../../../functions/relay/define-relay.ts';
import type { Answer } from '../../../functions/relay/relay.ts';
import type { Outcome } from '../../../functions/smtp/reply.ts';
import { SourceUnavailable } from '../../../functions/store/source.ts';
import { MAIL, octets, world } from './world.ts';

const said = (code: string, dsn: string | null, command: string, outcome: Outcome = 'deferred'): Answer => ({
  code,
  dsn,
  command,
  message: [`${code} said`],
  outcome,
  relayed: true,
});
const DOWN: Answer = { ...said('421', null, 'CONN'), message: ['Cannot connect'], host: 'a.jp', port: 25 };
const GREYLISTED = said('450', '4.7.1', 'RCPT');
const UNKNOWN = said('421', '4.4.2', 'DATA', 'unknown');
const TO = 'mi-chan@example.org';

/** A route `default` with keys, and fallbacks `second` and `third`; each has a Kept mailer that answers for it. */
const routes = (first: object = {}, more: object = {}) => ({
  mailertable: {
    default: { mailer: 'Kept', keeper: 'first', sleep: 0, fallback: ['second', 'third'], ...first },
    second: { mailer: 'Kept', keeper: 'second', sleep: 0 },
    third: { mailer: 'Kept', keeper: 'third', sleep: 0 },
    ...more,
  },
});
type Made = ReturnType<typeof world>;
/** Who was asked, in order. */
const asked = ({ kept }: Made) => kept.map(({ route }) => route.options['keeper']);
const response = (json: Record<string, unknown>) => json['smtp.response'] as Record<string, unknown>;
const recipientsOf = ({ lines }: Made) =>
  (lines.find(({ message }) => message === 'session')?.['recipients'] ?? []) as Record<string, unknown>[];

afterEach(() => {
  vi.useRealTimers();
});

describe('deliver() with a fallback', () => {
  test('takes it when the route fails by its own fault, with the same octets, and says so', async () => {
    const made = world(routes());
    made.answers.set('first', DOWN);
    const { status, json } = await made.ask();
    expect(status).toBe(200);
    expect(asked(made)).toEqual(['first', 'second']);
    expect(new Set(made.kept.map(octets)).size).toBe(1);
    expect(response(json)).toEqual({
      dsn: '2.0.0',
      error: 0,
      message: ['2.0.0 Ok'],
      command: 'QUIT',
      code: '250',
      rcpt: TO,
      mailer: 'Kept',
      host: null,
      port: null,
      outcome: 'accepted',
      entry: 'second',
      before: [
        {
          entry: 'default',
          mailer: 'Kept',
          host: 'a.jp',
          port: 25,
          code: '421',
          dsn: null,
          command: 'CONN',
          message: ['Cannot connect'],
        },
      ],
    });
  });

  test('tells nothing of ways where the route was enough', async () => {
    const made = world(routes());
    const { json } = await made.ask();
    expect(asked(made)).toEqual(['first']);
    expect(Object.keys(response(json))).not.toContain('entry');
    expect(Object.keys(response(json))).not.toContain('before');
    expect(Object.keys(recipientsOf(made)[0] ?? {})).not.toContain('before');
  });

  test.each<[string, Answer, number]>([
    ['a verdict on the recipient', GREYLISTED, 503],
    ['a refusal', said('550', '5.1.1', 'RCPT', 'rejected'), 422],
    ['a mail that may have been sent', UNKNOWN, 409],
  ])('does not take it after %s', async (_name, answer, status) => {
    const made = world(routes());
    made.answers.set('first', answer);
    const answered = await made.ask();
    expect(answered.status).toBe(status);
    expect(asked(made)).toEqual(['first']);
    expect(Object.keys(response(answered.json))).not.toContain('before');
  });

  test('ends at the first verdict, and at the first way that may have sent the mail', async () => {
    for (const [answer, status] of [
      [GREYLISTED, 503],
      [UNKNOWN, 409],
    ] as const) {
      const made = world(routes());
      made.answers.set('first', DOWN).set('second', answer);
      const answered = await made.ask();
      expect(answered.status).toBe(status);
      expect(asked(made)).toEqual(['first', 'second']);
      expect(response(answered.json)).toMatchObject({ code: answer.code, before: [{ code: '421' }] });
    }
  });

  test('tells the last way, and those before it in order, where all fail', async () => {
    const made = world(routes());
    made.answers
      .set('first', { ...said('451', '4.4.5', 'POST'), retryAfter: 600 })
      .set('second', said('535', '5.7.8', 'AUTH'))
      .set('third', { ...said('452', '4.3.1', 'MAIL'), retryAfter: 90 });
    const { status, json, headers } = await made.ask();
    expect(status).toBe(503);
    expect(headers['retry-after']).toBe('90');
    expect(response(json)).toMatchObject({
      code: '452',
      outcome: 'deferred',
      entry: 'third',
      before: [
        { entry: 'default', code: '451', command: 'POST' },
        { entry: 'second', code: '535', command: 'AUTH' },
      ],
    });
  });

  test('uses up the retries of each way first', async () => {
    const made = world(routes({ retry: 2 }, { second: { mailer: 'Kept', keeper: 'second', sleep: 0 } }));
    made.answers.set('first', DOWN).set('second', DOWN);
    await made.ask();
    expect(asked(made)).toEqual(['first', 'first', 'first', 'second', 'third']);
    const [line] = recipientsOf(made);
    expect(line).toMatchObject({
      to: 'example.org',
      entry: 'third',
      outcome: 'accepted',
      tries: 1,
      before: [
        { entry: 'default', mailer: 'Kept', host: 'a.jp:25', code: '421', tries: 3 },
        { entry: 'second', tries: 1 },
      ],
    });
  });

  test('keeps what only the log may know of each way out of the answer', async () => {
    const made = world(routes());
    made.answers.set('first', { ...DOWN, cause: 'connect ECONNREFUSED' });
    const { body } = await made.ask();
    expect(body).not.toContain('ECONNREFUSED');
    expect(recipientsOf(made)).toMatchObject([{ before: [{ cause: 'connect ECONNREFUSED' }] }]);
  });

  test('logs no local part of an address, whoever names one', async () => {
    const made = world(routes());
    const said =
      'User: arn:aws:sts::1:assumed-role/R/f is not authorized: arn:aws:ses:eu:1:identity/kijitora@example.jp';
    made.answers
      .set('first', { ...DOWN, cause: said })
      .set('second', { ...DOWN, cause: '550 <a.b+c@x.jp>, "d e"@y.jp' });
    await made.ask();
    const logged = JSON.stringify(recipientsOf(made));
    expect(logged).toContain('arn:aws:ses:eu:1:***@example.jp');
    expect(logged).toContain('550 <***@x.jp>');
    expect(logged).not.toMatch(/kijitora|a\.b\+c|d e/);
    // whatever a server says, it costs no more than reading it
    const long = world(routes());
    const begun = performance.now();
    for (const text of ['a', '"', '"a"', 'a@', '"a']) {
      long.answers.set('first', { ...DOWN, cause: text.repeat(200_000) });
      await long.ask();
    }
    expect(performance.now() - begun).toBeLessThan(5000);
  });

  test('logs the domain of what is an address, and nothing of what is none', async () => {
    const made = world(routes({ keeper: undefined }));
    const rcpt = ['"a@b"@Example.org', 'bob@example.org;alice', 'alice@example.org bob', 'neko@[192.0.2.1]'];
    await made.post({ ...MAIL, rcpt }, {});
    const logged = recipientsOf(made);
    expect(new Set(logged.map(({ to }) => to))).toEqual(new Set(['example.org', '[192.0.2.1]', null]));
    expect(JSON.stringify(made.lines)).not.toMatch(/alice|bob|a@b/);
  });

  test('goes by each recipient alone', async () => {
    const made = world(routes({ keeper: undefined }));
    made.answers.set('a@example.org', DOWN).set('b@example.org', GREYLISTED).set('second', GREYLISTED);
    const { json } = await made.post({ ...MAIL, rcpt: ['a@example.org', 'b@example.org'] });
    expect(json['smtp.responses']).toMatchObject([
      { rcpt: 'a@example.org', entry: 'second' },
      { rcpt: 'b@example.org' },
    ]);
    expect(made.kept).toHaveLength(3);
  });

  test('does not follow the fallback of a fallback, nor come back to the route', async () => {
    const second = { mailer: 'Kept', keeper: 'second', fallback: ['third', 'default'] };
    const made = world(routes({ fallback: ['second', 'default', 'second'] }, { second }));
    made.answers.set('first', DOWN).set('second', DOWN);
    expect((await made.ask()).status).toBe(503);
    expect(asked(made)).toEqual(['first', 'second']);
  });

  test('leaves out a disabled entry', async () => {
    const made = world(routes({}, { second: { mailer: 'Kept', keeper: 'second', disabled: 1 } }));
    made.answers.set('first', DOWN);
    await made.ask();
    expect(asked(made)).toEqual(['first', 'third']);
  });

  test('leaves out a mailer that cannot express the mail: it would end a deferred mail with a refusal', async () => {
    const made = world(
      routes({ fallback: ['second'] }, { second: { mailer: 'Plain', keeper: 'second', sleep: 0 } }),
    );
    made.answers.set('first', DOWN);
    const { json } = await made.post({ ...MAIL, html: '<p>Nyaa' });
    expect(response(json)).toMatchObject({ outcome: 'deferred', code: '421' });
    expect(asked(made)).toEqual(['first']);
    expect(recipientsOf(made)).toMatchObject([{ cause: "fallback 'second': Plain cannot express: html" }]);
  });

  test('falls back from a route of sendermt', async () => {
    const made = world({
      ...routes(),
      sendermt: { 'example.jp': { mailer: 'Kept', keeper: 'sender', fallback: ['default'] } },
    });
    made.answers.set('sender', DOWN);
    const { json } = await made.ask();
    expect(asked(made)).toEqual(['sender', 'first']);
    expect(response(json)).toMatchObject({ entry: 'default', before: [{ entry: 'sendermt/example.jp' }] });
  });

  test('tells no more than five lines of what a failed way said', async () => {
    const made = world(routes());
    made.answers.set('first', { ...DOWN, message: ['1', '2', '3', '4', '5', '6'] });
    expect(response((await made.ask()).json)).toMatchObject({
      before: [{ message: ['1', '2', '3', '4', '5'] }],
    });
  });

  test('adds nothing to the 0.2.17 format', async () => {
    const made = world({
      ...routes(),
      'haineko.cf': { hostname: 'haineko.example.jp', reply_format: '0.2.17' },
    });
    made.answers.set('first', DOWN);
    const { json } = await made.ask();
    const [only] = json['response'] as Record<string, unknown>[];
    expect(Object.keys(only ?? {}).sort()).toEqual(
      ['code', 'command', 'dsn', 'error', 'host', 'mailer', 'message', 'port', 'rcpt'].sort(),
    );
  });
});

describe('deliver() and the time of its ways', () => {
  /** A clock that the ways' mailers move, and the deadline that each of them is given. */
  const timed = (spend: number, left: number, names: readonly string[], more: object = {}) => {
    let now = 1_800_000_000_000;
    const given: number[] = [];
    const slow = defineRelay({
      name: 'Kept',
      description: 'Takes its time.',
      connects: false,
      example: { route: { mailer: 'Kept' } },
      send(_delivery, _credential, wire) {
        given.push(wire.deadline - now);
        now += spend;
        return DOWN;
      },
    });
    const table = routes({ fallback: names }, more);
    const made = world(table, { now: () => now });
    const context = { relays: new Map([...made.context.relays, ['Kept', slow]]) };
    const other = world(table, { now: () => now, ...context });
    return { given, ask: () => other.ask({ deadline: now + left }) };
  };

  test('leaves ten seconds for each way after it, as far as it has ten itself', async () => {
    for (const [left, names, expected] of [
      [28_000, ['second'], [18_000, 27_000]],
      [28_000, ['second', 'third'], [10_000, 17_000, 26_000]],
      [60_000, ['second', 'third'], [40_000, 49_000, 58_000]],
      [12_000, ['second'], [10_000, 11_000]],
      [8000, ['second'], [8000, 7000]],
      [28_000, [], [28_000]],
    ] as const) {
      const { given, ask } = timed(1000, left, names);
      await ask();
      expect(given).toEqual(expected);
    }
  });

  test('gives a way that is silent no more than that, and goes on', async () => {
    const { given, ask } = timed(18_000, 28_000, ['second']);
    await ask();
    expect(given).toEqual([18_000, 10_000]);
  });

  test('leaves no time for an entry that is disabled', async () => {
    const { given, ask } = timed(1000, 28_000, ['second'], { second: { mailer: 'Kept', disabled: 1 } });
    await ask();
    expect(given).toEqual([28_000]);
  });

  test('begins no way in which no mail could be handed over any more', async () => {
    const { given, ask } = timed(4000, 8000, ['second']);
    expect((await ask()).status).toBe(503);
    expect(given).toHaveLength(1);
  });

  test('goes to the fallback at once where a retry has no time: it waits as long as the server asks', async () => {
    const made = world(routes({ retry: 3 }));
    made.answers.set('first', { ...said('451', '4.4.5', 'POST'), retryAfter: 30 });
    expect((await made.ask()).status).toBe(200);
    expect(asked(made)).toEqual(['first', 'second']);
  });

  test.each([
    [1, 3, 3000],
    [2, 1, 2000],
    [1, undefined, 1000],
  ])('waits %i s, or %s s where the server asks for more', async (sleep, retryAfter, expected) => {
    vi.useFakeTimers();
    const made = world(routes({ retry: 1, sleep }));
    const at: number[] = [];
    made.answers.set('first', async () => {
      at.push(Date.now());
      return at.length === 1
        ? { ...said('451', '4.4.5', 'POST'), ...(retryAfter && { retryAfter }) }
        : said('250', null, 'QUIT', 'accepted');
    });
    const asking = made.ask();
    await vi.advanceTimersByTimeAsync(10_000);
    expect((await asking).status).toBe(200);
    expect((at[1] ?? 0) - (at[0] ?? 0)).toBe(expected);
  });
});

describe('deliver() and the credentials of its ways', () => {
  const credential = (name: string, version = '1') => ({ name, version, username: 'u', password: 'p' });

  test('takes the fallback when a credential was refused twice, and reads its own', async () => {
    const second = { mailer: 'Kept', keeper: 'second', auth: 'Other' };
    const made = world(routes({ auth: 'Google' }, { second }));
    const read: string[] = [];
    const source = {
      ...made.context.source,
      credential: async (name: string) => {
        read.push(name);
        return credential(name);
      },
      refresh: async (name: string) => credential(name, '2'),
    };
    const other = world(routes({ auth: 'Google' }, { second }), { source });
    other.answers.set('first', { ...said('535', '5.7.8', 'AUTH'), credentialRefused: true });
    const { json } = await other.ask();
    expect(asked(other)).toEqual(['first', 'first', 'second']);
    expect(read).toEqual(['Google', 'Other']);
    expect(response(json)).toMatchObject({ entry: 'second', before: [{ code: '535', dsn: '5.7.8' }] });
  });

  test('takes the fallback when the credential is not there, or cannot be read', async () => {
    const absent = world(routes({ auth: 'Google' }));
    const { json } = await absent.ask();
    expect(asked(absent)).toEqual(['second']);
    expect(response(json)).toMatchObject({ before: [{ code: '451', dsn: '4.7.0', command: 'AUTH' }] });

    const cloud = { second: { mailer: 'Cloud', keeper: 'second' } };
    for (const key of ['auth', 'dkim']) {
      const made = world(routes());
      const source = {
        ...world(routes({ [key]: 'Google', fallback: ['second'] }, cloud)).context.source,
        credential: () => Promise.reject(new SourceUnavailable('SSM is throttled')),
      };
      const other = world({}, { ...made.context, source });
      const answered = await other.ask();
      expect(response(answered.json)).toMatchObject({
        outcome: 'accepted',
        before: [{ code: '451', dsn: '4.3.0', command: 'AUTH' }],
      });
      expect(recipientsOf(made)).toMatchObject([{ before: [{ cause: 'SSM is throttled', tries: 1 }] }]);
      expect(made.kept).toHaveLength(1);
    }
  });

  test("signs with the way's own key, and goes on where there is none", async () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
    const key = {
      domain: 'example.jp',
      selector: 's1',
      privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }),
    };
    const second = { mailer: 'Kept', keeper: 'second', dkim: 'There' };
    const made = world({
      ...routes({ dkim: 'Absent' }, { second, third: { mailer: 'Cloud', keeper: 'third' } }),
      authinfo: { There: key },
    });
    made.answers.set('second', DOWN);
    const { json } = await made.ask();
    // the first is not even asked; the second's signature is not the third's
    expect(asked(made)).toEqual(['second', 'third']);
    expect(made.kept.map(octets).map((mail) => mail.startsWith('DKIM-Signature:'))).toEqual([true, false]);
    expect(response(json)).toMatchObject({ entry: 'third', before: [{ dsn: '4.7.0' }, { code: '421' }] });
  });

  test('never waits past the request for a credential that does not come', async () => {
    vi.useFakeTimers();
    const made = world(routes({ auth: 'Google', fallback: [] }));
    const never = () => new Promise<never>(() => undefined);
    const source = { ...made.context.source, credential: never, refresh: never };
    const answered = world({}, { ...made.context, source }).ask({ deadline: made.context.now() + 3000 });
    await vi.advanceTimersByTimeAsync(3000);
    expect(response((await answered).json)).toMatchObject({
      outcome: 'deferred',
      code: '451',
      dsn: '4.3.0',
      command: 'AUTH',
    });
    expect(made.kept).toEqual([]);
  });
});
