import { expect, test } from 'vitest';
import type { Asked } from '../../functions/app/explain/asked.ts';
import { explain } from '../../functions/app/explain.ts';
import { knownFrom } from '../../functions/app/known.ts';
import { milters } from '../../functions/milter/index.ts';
import { cutIntoShards } from '../../functions/store/cut-into-shards.ts';
import { shardDocument, shardIndexOf, shardOf } from '../../functions/store/shards.ts';
import { SourceUnavailable } from '../../functions/store/source.ts';
import { world } from '../unit/app/world.ts';
import { PREFIX, ssmWorld } from './ssm-world.ts';

const BACKUP = 'backup.example.net';
const GONE = 'gone.example.net';
const numbered = <T>(count: number, each: (n: number) => T) =>
  Array.from({ length: count }, (_, n) => each(n));
const hash = '{SSHA}9p2euyteR33mp0TYKjmYhTlIt1ctxuRn';
const tables = {
  mailertable: {
    default: { mailer: 'Kept', fallback: [BACKUP, GONE] },
    [BACKUP]: { mailer: 'Kept', auth: 'Backup' },
    ...Object.fromEntries(numbered(600, (n) => [`${n}.example.com`, { mailer: 'Discard', timeout: 30 }])),
  },
  sendermt: Object.fromEntries(numbered(600, (n) => [`${n}.example.jp`, { mailer: 'Screen', timeout: 30 }])),
  recipients: { domainpart: numbered(1500, (n) => `${n}.example.com`), recipients: ['neko@example.org'] },
  password: Object.fromEntries(numbered(600, (n) => [`user${n}`, hash])),
};

/** The shard that a key of a table is in. */
function shardWith(table: keyof typeof tables, key: string): string {
  const index = shardIndexOf(table, JSON.parse(cutIntoShards(table, tables[table]).at(-1)?.value ?? '{}'));
  return shardDocument(table, (index?.from ?? 0) + shardOf(key, index?.shards ?? 1));
}

/** explain() over SSM, where every table stands in shards. */
async function sharded() {
  const { context } = world();
  const known = knownFrom([...context.relays.values()], milters, { deployed: false, machine: 'localhost' });
  const cut = Object.entries(tables).flatMap(([name, table]) =>
    cutIntoShards(name as keyof typeof tables, table),
  );
  const made = await ssmWorld({
    lay: {
      ...Object.fromEntries(cut.map(({ name, value }) => [name, value])),
      'haineko.cf': { hostname: 'a.example.jp' },
      authinfo: { Backup: { username: 'neko@example.jp', password: 'nyanko22' } },
    },
    known,
  });
  const { source } = made;
  const told = async (asked: Partial<Asked>) =>
    explain(
      { from: 'a@example.net', to: 'neko@example.org', client: '127.0.0.1', ehlo: '[127.0.0.1]', ...asked },
      await source.tables(),
      { ...context, source },
    );
  return { ...made, told };
}

test('explain() loads the shards that it looks at: routes, recipients, users, fallbacks and their credentials', async () => {
  const { told, calls } = await sharded();
  const byDefault = await told({ user: 'user599' });
  expect(byDefault).toMatchObject({ route: { entry: 'default' }, refusals: [], warnings: [] });
  expect(byDefault.fallbacks).toMatchObject([
    { name: BACKUP, credential: { found: true, version: '1', username: 'n****@example.jp' } },
    { name: GONE, skipped: 'no such entry in mailertable' },
  ]);
  expect(calls().flat()).toContain(shardWith('mailertable', BACKUP));
  expect(await told({ to: 'neko@599.example.com' })).toMatchObject({
    route: { entry: '599.example.com', mailer: 'Discard' },
    refusals: [],
  });
  expect(await told({ from: 'neko@42.example.jp' })).toMatchObject({
    route: { entry: 'sendermt/42.example.jp', mailer: 'Screen' },
  });
  expect((await told({ user: 'user600', to: 'mike@example.org' })).refusals).toMatchObject([
    { phase: 'auth', status: 401 },
    { phase: 'rcpt', why: "recipients has neither 'mike@example.org' nor its domain" },
  ]);
});

test('explain() tells of a shard that is not there where submit() would', async () => {
  const { told, ssm } = await sharded();
  ssm.remove(PREFIX + shardWith('recipients', '7.example.com'));
  ssm.remove(PREFIX + shardWith('mailertable', BACKUP));
  const made = await told({ to: 'neko@7.example.com', from: 'neko@42.example.jp' });
  expect(made.refusals).toMatchObject([
    { phase: 'rcpt', status: 500, command: 'CONF', why: expect.stringContaining('a shard of recipients') },
  ]);
  expect((await told({})).fallbacks).toMatchObject([
    { name: BACKUP, skipped: expect.stringContaining('a shard of mailertable') },
    { name: GONE },
  ]);
});

test('explain() rejects where the routes cannot be read, as submit() does', async () => {
  const { told, ssm, source } = await sharded();
  await source.tables();
  ssm.failAll('access-denied');
  await expect(told({ to: 'neko@300.example.com' })).rejects.toThrow(SourceUnavailable);
});
