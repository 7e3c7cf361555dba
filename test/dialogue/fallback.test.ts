import { describe, test } from 'vitest';
import type { TableSource } from '../../functions/store/source.ts';
import { world } from '../unit/app/world.ts';
import { NEKO } from './deliveries.ts';
import { type ScriptedServer, startScriptedServer } from './scripted-server.ts';

const MAIL = '@envelope\n@data\n-- mail\nS: 250 2.0.0 Taken\n';
const LOGIN = '@hello AUTH PLAIN\nC: AUTH PLAIN *\n';

/** The app with a route to a first server and a fallback to a second one. */
async function using(
  scripts: readonly [first: string, second: string],
  run: (
    ask: (source?: Partial<TableSource>) => Promise<Record<string, unknown>>,
    first: ScriptedServer,
    second: ScriptedServer,
  ) => Promise<void>,
  keys: object = {},
) {
  const [first, second] = await Promise.all(scripts.map((script) => startScriptedServer(script)));
  if (!first || !second) throw new Error('no servers');
  const route = { host: '127.0.0.1', timeout: 5, sleep: 0 };
  const tables = {
    'haineko.cf': { hostname: 'haineko.test' },
    mailertable: {
      default: { ...route, port: first.port, fallback: ['second'], ...keys },
      second: { ...route, port: second.port },
    },
    authinfo: { neko: { username: NEKO.username, password: NEKO.password } },
  };
  const ask = async (source: Partial<TableSource> = {}) => {
    const { context } = world(tables);
    const { json, status } = await world(tables, { source: { ...context.source, ...source } }).ask();
    return { status, ...(json['smtp.response'] as object) };
  };
  try {
    await run(ask, first, second);
  } finally {
    await Promise.all([first.close(), second.close()]);
  }
}

describe.concurrent('two servers, the second a fallback', () => {
  test('nobody listens: the second takes the mail', async ({ expect }) =>
    using(['', `@hello\n${MAIL}`], async (ask, first, second) => {
      await first.close();
      expect(await ask()).toMatchObject({
        status: 200,
        code: '250',
        port: second.port,
        entry: 'second',
        before: [{ entry: 'default', host: '127.0.0.1', port: first.port, code: '421', command: 'CONN' }],
      });
      expect([second.accepted(), second.faults]).toEqual([1, []]);
    }));

  test('it greets with 554: the second takes the mail', async ({ expect }) =>
    using(['S: 554 5.3.2 Closed', `@hello\n${MAIL}`], async (ask, _first, second) => {
      expect(await ask()).toMatchObject({ status: 200, before: [{ code: '554', command: 'CONN' }] });
      expect(second.accepted()).toBe(1);
    }));

  test('it is silent: the second takes the mail in the time that is left for it', async ({ expect }) =>
    using(
      ['-- hang', `@hello\n${MAIL}`],
      async (ask, _first, second) => {
        expect(await ask()).toMatchObject({ status: 200, before: [{ code: '421', command: 'CONN' }] });
        expect(second.accepted()).toBe(1);
      },
      { timeout: 0.5 },
    ));

  test('it is lost before the mail: the second takes it', async ({ expect }) =>
    using(['@hello\n@envelope\nC: DATA\n-- reset', `@hello\n${MAIL}`], async (ask, first, second) => {
      expect(await ask()).toMatchObject({ status: 200, before: [{ dsn: '4.4.2', command: 'DATA' }] });
      expect([first.accepted(), second.accepted()]).toEqual([0, 1]);
    }));

  test('it throttles: the second takes the mail', async ({ expect }) =>
    using(
      ['@hello\nC: MAIL*\nS: 452 4.3.1 Not now\nC: QUIT', `@hello\n${MAIL}`],
      async (ask, first, second) => {
        expect(await ask()).toMatchObject({ status: 200, before: [{ code: '452', command: 'MAIL' }] });
        expect([first.faults, second.accepted()]).toEqual([[], 1]);
      },
    ));

  test.for([
    ['S: 450 4.7.1 Greylisted', 503, 'deferred'],
    ['S: 550 5.1.1 No such user', 422, 'rejected'],
  ] as const)(
    'it judges the recipient (%s): nobody asks the second',
    async ([line, status, outcome], { expect }) =>
      using([`@hello\nC: MAIL*\nS: 250 Ok\nC: RCPT*\n${line}\nC: QUIT`, ''], async (ask, _first, second) => {
        expect(await ask()).toMatchObject({ status, outcome, command: 'RCPT' });
        expect(second.connections()).toBe(0);
      }),
  );

  test('it resets after the final dot: unknown, and nobody asks the second', async ({ expect }) =>
    using(['@hello\n@envelope\n@data\n-- mail\n-- reset', ''], async (ask, first, second) => {
      expect(await ask()).toMatchObject({ status: 409, outcome: 'unknown' });
      expect([first.mails.length, second.connections()]).toEqual([1, 0]);
    }));

  test('it refuses the credential, and the newer one: the second takes the mail', async ({ expect }) => {
    const refused = `${LOGIN}S: 535 5.7.8 No\nC: QUIT\n-- close`;
    return using(
      [`${refused}\n-- connection\n${refused}`, `@hello\n${MAIL}`],
      async (ask, first, second) => {
        const answer = await ask({ refresh: async () => ({ ...NEKO, version: '2' }) });
        expect(answer).toMatchObject({
          status: 200,
          before: [{ entry: 'default', code: '535', dsn: '5.7.8', command: 'AUTH' }],
        });
        expect([first.connections(), first.faults, second.accepted()]).toEqual([2, [], 1]);
      },
      { auth: 'neko' },
    );
  });

  test('both have the same mail', async ({ expect }) => {
    const refused = '@hello\n@envelope\n@data\n-- mail\nS: 451 4.3.0 Disk full\nC: QUIT';
    return using([refused, `@hello\n${MAIL}`], async (ask, first, second) => {
      expect(await ask()).toMatchObject({ status: 200, before: [{ code: '451', command: 'DATA' }] });
      expect(first.mails[0]?.toString()).toBe(second.mails[0]?.toString());
      expect([first.accepted(), second.accepted()]).toEqual([0, 1]);
    });
  });
});
