import { expect, test } from 'vitest';
import { knownFrom } from '../../functions/app/known.ts';
import { milters } from '../../functions/milter/index.ts';
import { cutIntoShards } from '../../functions/store/cut-into-shards.ts';
import { shardDocument, shardIndexOf, shardOf } from '../../functions/store/shards.ts';
import { world } from '../unit/app/world.ts';
import { PREFIX, ssmWorld } from './ssm-world.ts';

const BACKUP = 'backup.example.net';

/** A mailertable in shards: its default falls back to an entry that is nowhere, and to one in a shard. */
const mailertable = {
  default: { mailer: 'Kept', keeper: 'first', fallback: ['nowhere.example.net', BACKUP] },
  [BACKUP]: { mailer: 'Kept', keeper: 'second', auth: 'Backup' },
  ...Object.fromEntries(
    Array.from({ length: 600 }, (_, n) => [`${n}.example.com`, { mailer: 'Discard', timeout: 30 }]),
  ),
};
const pieces = cutIntoShards('mailertable', mailertable);
const index = shardIndexOf('mailertable', JSON.parse(pieces.at(-1)?.value ?? '{}'));
const shard = shardDocument('mailertable', (index?.from ?? 0) + shardOf(BACKUP, index?.shards ?? 1));

/** The app over SSM, where the first way has no connection. */
async function sharded(pieces = cutIntoShards('mailertable', mailertable)) {
  const { context } = world();
  const known = knownFrom([...context.relays.values()], milters, { deployed: false, machine: 'localhost' });
  const lay = Object.fromEntries(pieces.map(({ name, value }) => [name, value]));
  const others = {
    'haineko.cf': { hostname: 'a.example.jp' },
    recipients: { domainpart: ['example.org'] },
    authinfo: { Backup: { username: 'neko', password: 'nyanko22' } },
  };
  const made = await ssmWorld({ lay: { ...lay, ...others }, known });
  const app = world({}, { source: made.source });
  app.answers.set('first', {
    code: '421',
    dsn: null,
    command: 'CONN',
    message: ['Cannot connect'],
    outcome: 'deferred',
  });
  const causes = () =>
    app.lines.flatMap(({ recipients }) => recipients as { cause?: string }[]).map(({ cause }) => cause);
  return { ...made, ...app, causes };
}

test('answer() finds a fallback in another shard, with its credential, and says in the log which it does not', async () => {
  expect(pieces.length).toBeGreaterThan(3);
  const { ask, kept, calls, causes } = await sharded();
  const { status, json } = await ask();
  expect(status).toBe(200);
  expect(kept.map(({ route }) => route.options['keeper'])).toEqual(['first', 'second']);
  expect(json['smtp.response']).toMatchObject({ entry: BACKUP, before: [{ entry: 'default', code: '421' }] });
  expect(causes()).toEqual(["fallback 'nowhere.example.net': no such entry in mailertable"]);
  expect(calls().flat()).toContain(shard);
  // in memory now
  await ask();
  expect(calls()).toEqual([]);
});

test('answer() leaves a fallback out by which a signed mail would go unsigned, and says so', async () => {
  const signed = { ...mailertable, default: { ...mailertable.default, dkim: 'OurKey' } };
  const { ask, kept, causes } = await sharded(cutIntoShards('mailertable', signed));
  expect((await ask()).json['smtp.response']).toMatchObject({
    code: '451',
    dsn: '4.7.0',
    outcome: 'deferred',
  });
  expect(kept).toEqual([]);
  expect(causes()).toEqual([expect.stringContaining(`fallback '${BACKUP}': it has no dkim`)]);
});

test('answer() goes by the route alone where the shard of its fallback is not there, and says so', async () => {
  const { ssm, ask, answers, kept, causes } = await sharded();
  ssm.remove(PREFIX + shard);
  const made = await ask();
  expect(made.status).toBe(503);
  expect(made.json['smtp.response']).toMatchObject({ code: '421', outcome: 'deferred' });
  expect(causes()).toEqual([expect.stringContaining(`fallback '${BACKUP}': ${shard}: expected a shard`)]);
  // a mail that needs no fallback is none the worse for it
  answers.clear();
  expect((await ask()).status).toBe(200);
  expect(kept).toHaveLength(2);
  expect(causes().at(-1)).toBeUndefined();
});
