import { describe, expect, test } from 'vitest';
import type { HttpRequest } from '../../../functions/app/context.ts';
import { knownFrom } from '../../../functions/app/known.ts';
import { type Measured, metricsDocument } from '../../../functions/app/metrics.ts';
import { measureSession } from '../../../functions/app/session-metrics.ts';
import type { Answer } from '../../../functions/relay/relay.ts';
import type { Outcome } from '../../../functions/smtp/reply.ts';
import { memorySource } from '../../../functions/store/memory.ts';
import { SourceUnavailable } from '../../../functions/store/source.ts';
import { readMetrics } from './embedded-metrics.ts';
import { basic, MAIL, world } from './world.ts';

const said = (code: string, command: string, outcome: Outcome, more: Partial<Answer> = {}): Answer => ({
  code,
  dsn: null,
  command,
  message: [`${code} said`],
  outcome,
  relayed: true,
  ...more,
});
const ACCEPTED = said('250', 'QUIT', 'accepted');
const REJECTED = said('550', 'RCPT', 'rejected');
const DOWN = said('421', 'CONN', 'deferred');

/** A world whose clock stands still but while a mailer works: `working` takes so many milliseconds. */
function timed(tables: Parameters<typeof world>[0] = {}) {
  let time = Date.now();
  const made = world(tables, { now: () => time });
  const working = (ms: number, answer: Answer) => async () => {
    time += ms;
    return answer;
  };
  return { ...made, working };
}

const ONE = { Submissions: 1, TableAge: 0 };
const REFUSED = [{ ...ONE, mailer: 'none', outcome: 'rejected', Replies: 1 }];
const HELD = { mailer: 'none', outcome: 'deferred', Replies: 1 };

describe('a submission measures', () => {
  test('itself once, and its reply with the time of the relaying', async () => {
    const { ask, answers, measured, working } = timed();
    answers.set('mi-chan@example.org', working(250, ACCEPTED));
    await ask();
    expect(measured).toEqual([{ ...ONE, mailer: 'Kept', outcome: 'accepted', Replies: 1, RelayTime: [250] }]);
  });

  test('its replies by mailer and outcome, a line each', async () => {
    const { post, answers, measured, working } = timed({
      'haineko.cf': { hostname: 'haineko.example.jp', max_workers: 1, max_rcpts_per_message: 9 },
      mailertable: { default: { mailer: 'Kept' }, 'example.com': { mailer: 'Plain' } },
      recipients: { domainpart: ['example.org', 'example.com'] },
    });
    answers.set('a@example.org', working(1, ACCEPTED));
    answers.set('b@example.com', working(20, ACCEPTED));
    answers.set('c@example.org', working(300, REJECTED));
    answers.set('d@example.org', working(4000, ACCEPTED));
    await post({
      ...MAIL,
      rcpt: ['a@example.org', 'b@example.com', 'c@example.org', 'neko@example.net', 'd@example.org'],
    });
    expect(measured).toEqual([
      { ...ONE, mailer: 'Kept', outcome: 'accepted', Replies: 2, RelayTime: [1, 4000] },
      { mailer: 'Plain', outcome: 'accepted', Replies: 1, RelayTime: [20] },
      { mailer: 'Kept', outcome: 'rejected', Replies: 1, RelayTime: [300] },
      { mailer: 'none', outcome: 'rejected', Replies: 1 },
    ]);
  });

  test('the time of all ways and tries, by the mailer of the reply', async () => {
    const { ask, answers, measured, working } = timed({
      mailertable: {
        default: { mailer: 'Kept', keeper: 'first', retry: 1, sleep: 0, fallback: ['second'] },
        second: { mailer: 'Cloud', keeper: 'second' },
      },
    });
    answers.set('first', working(30, DOWN));
    answers.set('second', working(7, ACCEPTED));
    await ask();
    expect(measured).toEqual([{ ...ONE, mailer: 'Cloud', outcome: 'accepted', Replies: 1, RelayTime: [67] }]);
  });

  test('no time where none was left to try', async () => {
    const { ask, context, measured } = timed();
    await ask({ deadline: context.now() + 500 });
    expect(measured).toEqual([{ ...ONE, mailer: 'Kept', outcome: 'deferred', Replies: 1 }]);
  });

  test('no more than a hundred times in a line, and itself still once', async () => {
    const { post, measured } = timed({
      'haineko.cf': { hostname: 'haineko.example.jp', max_rcpts_per_message: 0 },
    });
    await post({ ...MAIL, rcpt: Array.from({ length: 201 }, (_, at) => `neko${at}@example.org`) });
    expect(measured.map((each) => ('Replies' in each ? each.Replies : 0))).toEqual([100, 100, 1]);
    expect(measured.filter((each) => 'Submissions' in each)).toHaveLength(1);
    for (const each of measured) readMetrics(JSON.stringify(metricsDocument(each, 'test', 1)));
  });

  test.each<[string, Partial<HttpRequest>, object?]>([
    ['a method', { method: 'PUT' }],
    ['a size', { body: 'x'.repeat(101) }, { hostname: 'a.example.jp', max_request_size: 100 }],
    ['a wrong password', { headers: basic('haineko', 'wrong') }],
    ['a client that relayhosts does not have', { remote: { address: '203.0.113.1', port: 1 } }],
    ['a body that is no JSON', { body: '{' }],
    ['all recipients', { body: JSON.stringify({ ...MAIL, rcpt: ['neko@example.net'] }) }],
  ])('one refused reply of no mailer where we refuse %s', async (_, request, config) => {
    const { ask, measured } = timed(config ? { 'haineko.cf': config } : {});
    expect((await ask(request)).status).toBeGreaterThanOrEqual(400);
    expect(measured).toEqual(REFUSED);
  });

  test('one deferred reply of no mailer, and no age, where a table is wrong and none was ever good', async () => {
    const { ask, measured } = timed({ relayhosts: { relayhosts: ['neko'] } });
    expect((await ask()).status).toBe(500);
    expect(measured).toEqual([{ Submissions: 1, ...HELD }]);
  });

  test('the same where the tables cannot be had, before the session and within it', async () => {
    const { context } = timed();
    const unavailable = async () => {
      throw new SourceUnavailable('SSM: closed');
    };
    const before = world({}, { source: { ...context.source, tables: unavailable } });
    expect((await before.ask()).status).toBe(503);
    expect(before.measured).toMatchObject([{ Submissions: 1, ...HELD }]);
    const tables = { ...(await context.source.tables()), need: unavailable };
    const within = world({}, { source: { ...context.source, tables: async () => tables } });
    expect((await within.ask()).status).toBe(503);
    expect(within.measured).toMatchObject([{ Submissions: 1, ...HELD }]);
  });

  test('an unknown reply where the mail may have been sent', async () => {
    const { ask, answers, measured } = timed();
    answers.set('mi-chan@example.org', said('421', 'DATA', 'unknown'));
    await ask();
    expect(measured).toMatchObject([{ mailer: 'Kept', outcome: 'unknown', Replies: 1 }]);
  });

  test('how old its tables are', async () => {
    const { context } = timed();
    const { ask, measured } = world({}, { source: { ...context.source, age: () => 181 } });
    await ask();
    expect(measured).toMatchObject([{ Submissions: 1, TableAge: 181 }]);
  });

  test('a refused credential, which is asked for anew', async () => {
    const credential = { name: 'Google', version: '1', username: 'u', password: 'p' };
    const source = {
      ...world({ mailertable: { default: { mailer: 'Kept', auth: 'Google' } } }).context.source,
      credential: async () => credential,
      refresh: async () => ({ ...credential, version: '2' }),
    };
    const { ask, answers, measured } = world({}, { source });
    answers.set('mi-chan@example.org', { ...DOWN, code: '535', command: 'AUTH', credentialRefused: true });
    await ask();
    // each of the two versions
    expect(measured).toMatchObject([
      { CredentialRefreshes: 1 },
      { CredentialRefreshes: 1 },
      { Submissions: 1, mailer: 'Kept', outcome: 'deferred', Replies: 1 },
    ]);
  });
});

test('what is no submission measures nothing', async () => {
  const { ask, measured } = timed();
  for (const path of ['/', '/neko', '/nowhere', '/dump']) await ask({ path, method: 'GET', body: '' });
  const wrong = timed({ relayhosts: { relayhosts: ['neko'] } });
  await wrong.ask({ path: '/neko', method: 'GET', body: '' });
  expect([...measured, ...wrong.measured]).toEqual([]);
});

test('measureSession() counts the time of the ways that were tried, where the last one had none left', () => {
  const measured: Measured[] = [];
  const reply = (code: string) => ({ ...said(code, 'CONN', 'deferred'), error: 1 as const, mailer: 'ESMTP' });
  const last = reply('451');
  const way = { entry: null, reply: reply('421'), ms: 300, attempts: [{ time: 0, reply: reply('421') }] };
  measureSession([last], [{ entry: 'second', reply: last, ms: 0, attempts: [], before: [way] }], {
    source: memorySource({}, knownFrom([], [], { deployed: false, machine: 'h' })),
    measure: (each) => void measured.push(each),
  });
  expect(measured).toMatchObject([{ outcome: 'deferred', RelayTime: [300] }]);
});
