import { describe, expect, test } from 'vitest';
import { addressOf } from '../../functions/mail/address.ts';
import { cutIntoShards } from '../../functions/store/cut-into-shards.ts';
import { buildShardedTables } from '../../functions/store/sharded-tables.ts';
import { shardDocument, shardIndexOf, shardOf } from '../../functions/store/shards.ts';
import { knownFor } from './known.ts';
import { ssmWorld } from './ssm-world.ts';

const hash = `{SSHA}${Buffer.alloc(28, 7).toString('base64')}`;
const many = (count: number) => Array.from({ length: count }, (_, number) => number);

test.each([
  [{ shards: 0 }, 'mailertable: shards: expected a whole number from 1 to 256, got 0'],
  [{ shards: 2, from: 'neko' }, 'mailertable: from: expected a whole number from 0 to 9999999, got "neko"'],
])('an index %j is refused', (mailertable, message) => {
  expect(() =>
    buildShardedTables(
      { mailertable },
      knownFor(),
      () => expect.fail(),
      async () => undefined,
    ),
  ).toThrow(message);
});

describe('a source over shards', () => {
  const documents = {
    'haineko.cf': { hostname: 'relay.example.jp' },
    mailertable: {
      default: { mailer: 'Discard' },
      ...Object.fromEntries(
        many(2000).map((n) => [`${n}.example.com`, { host: `mx${n}.example.net`, auth: `c${n % 40}` }]),
      ),
    },
    recipients: {
      domainpart: many(1000).map((n) => `${n}.example.com`),
      recipients: many(1000).map((n) => `u${n}@example.org`),
    },
    password: Object.fromEntries(many(2000).map((n) => [`user${n}`, hash])),
    relayhosts: { relayhosts: many(1000).map((n) => `10.${n >> 8}.${n & 255}.0/24`) },
  };
  const pieces = [
    ...cutIntoShards('haineko.cf', documents['haineko.cf']),
    ...(['mailertable', 'recipients', 'password', 'relayhosts'] as const).flatMap((name) =>
      cutIntoShards(name, documents[name]),
    ),
  ];
  const world = () =>
    ssmWorld({
      deployed: true,
      lay: {
        ...Object.fromEntries(pieces.map(({ name, value }) => [name, value])),
        authinfo: { c7: { username: 'c7', password: 'x' } },
      },
    });
  const address = (text: string) => addressOf(text) ?? expect.fail(text);
  const needed = {
    mailertable: ['7.example.com'],
    recipients: ['neko@7.example.com', 'U5@Example.org'],
    password: ['user9'],
  };

  test('loads a shard when a key in it is first needed, and looks up from memory then', async () => {
    const { source, calls } = await world();
    const tables = await source.tables();
    // relayhosts has no key: its shards come with the documents
    expect(calls()[0]).toHaveLength(6);
    expect(tables.relayhosts.permits('10.2.3.4')).toBe(true);
    expect(tables.relayhosts.permits('10.200.3.4')).toBe(false);
    expect(tables.mailertable.get('default')?.mailer).toBe('Discard');
    expect(() => tables.mailertable.get('7.example.com')).toThrow('without need()');
    await tables.need(needed);
    expect(calls()).toHaveLength(1);
    expect(tables.need(needed)).toBeUndefined();
    expect(tables.mailertable.get('7.example.com')?.host).toBe('mx7.example.net');
    expect(tables.recipients.permits(address('neko@7.example.com'))).toBe(true);
    expect(tables.recipients.permits(address('U5@Example.org'))).toBe(true);
    expect(tables.password.get('user9')?.hash).toBe(hash);
    // a route in a shard names its credential
    expect((await source.credential('c7'))?.username).toBe('c7');
  });

  test('finds all of 2,000 entries', async () => {
    const { source } = await world();
    const tables = await source.tables();
    for (const name of ['mailertable', 'password'] as const) {
      const keys = Object.keys(documents[name]);
      await tables.need({ [name]: keys });
      expect(keys.filter((key) => tables[name].get(key) === undefined)).toEqual([]);
    }
    await tables.need({ recipients: documents.recipients.recipients });
    expect(documents.recipients.recipients.every((each) => tables.recipients.permits(address(each)))).toBe(
      true,
    );
    await tables.need({
      recipients: ['neko@example.net'],
      mailertable: ['example.net'],
      password: ['nobody'],
    });
    expect(tables.recipients.permits(address('neko@example.net'))).toBe(false);
    expect(tables.mailertable.get('example.net')).toBeUndefined();
    expect(tables.password.get('nobody')).toBeUndefined();
  });

  test('a shard ages: a change is seen, a broken one keeps the last good one', async () => {
    const { source, put, pass, reported } = await world();
    const tables = await source.tables();
    await tables.need(needed);
    const index = shardIndexOf(
      'mailertable',
      JSON.parse(pieces.find(({ name }) => name === 'mailertable')?.value ?? ''),
    );
    const name = shardDocument(
      'mailertable',
      (index?.from ?? 0) + shardOf('7.example.com', index?.shards ?? 0),
    );
    put(name, { '7.example.com': { host: 'new.example.net' } });
    pass(61);
    await (await source.tables()).need(needed);
    expect(tables.mailertable.get('7.example.com')?.host).toBe('new.example.net');
    put(name, { '7.example.com': { port: 0 } });
    pass(61);
    await (await source.tables()).need(needed);
    expect(tables.mailertable.get('7.example.com')?.host).toBe('new.example.net');
    expect(reported).toHaveLength(1);
    expect(reported[0]).toContain(`${name}: 7.example.com.port: expected`);
    expect(source.status().problem).toContain(name);
    // a table in shards is as old as its oldest shard in use
    expect(source.status().age).toBe(61);
    pass(61);
    await (await source.tables()).need(needed);
    expect(source.status().age).toBe(122);
    // nobody needs the broken shard any more: nothing is known of it
    for (let times = 0; times < 3; times++) {
      pass(61);
      await source.tables();
    }
    expect(source.status().age).toBe(0);
  });

  test('a shard that the index promises and SSM does not have is an error, never an empty table', async () => {
    const { ssm, source } = await world();
    const index = shardIndexOf(
      'password',
      JSON.parse(pieces.find(({ name }) => name === 'password')?.value ?? ''),
    );
    const name = shardDocument('password', (index?.from ?? 0) + shardOf('user9', index?.shards ?? 0));
    ssm.remove(`/haineko/test/${name}`);
    const tables = await source.tables();
    await expect(tables.need(needed)).rejects.toThrow(`${name}: expected a shard of password, got nothing`);
    await expect(tables.need(needed)).rejects.toThrow(name);
  });

  test('SSM failing: what is not in memory is unavailable, what is serves', async () => {
    const { ssm, source, pass, calls } = await world();
    const tables = await source.tables();
    await tables.need({ password: ['user9'] });
    ssm.failAll('throttling');
    pass(70);
    await tables.need({ password: ['user9'] });
    expect(tables.password.get('user9')?.hash).toBe(hash);
    await expect(tables.need({ mailertable: ['7.example.com'] })).rejects.toMatchObject({
      name: 'SourceUnavailable',
    });
    calls();
    // and is not asked for again at once
    await expect(tables.need({ mailertable: ['7.example.com'] })).rejects.toMatchObject({
      name: 'SourceUnavailable',
    });
    expect(calls()).toEqual([]);
  });

  test('a table laid anew is found at once where the shards of the old one are gone', async () => {
    const { ssm, source, put, calls, pass } = await world();
    const tables = await source.tables();
    await tables.need({ mailertable: ['7.example.com'], password: ['user9'] });
    const routes = { ...documents.mailertable, '8.example.com': { host: 'new.example.net' } };
    const gone = pieces.filter(({ name }) => /^(?:mailertable|password)\//.test(name));
    for (const { name, value } of cutIntoShards('mailertable', routes)) put(name, value);
    // one that is whole again
    put('password', { user1000: hash });
    for (const { name } of gone) ssm.remove(`/haineko/test/${name}`);
    pass(10);
    calls();
    const unread = many(200).map((number) => `${number}.example.com`);
    await tables.need({ mailertable: unread });
    expect(tables.mailertable.get('8.example.com')?.host).toBe('new.example.net');
    expect(tables.mailertable.get('9.example.com')?.host).toBe('mx9.example.net');
    expect(calls().filter((names) => names.includes('haineko.cf'))).toHaveLength(1);
    await tables.need({ password: ['user1000'] });
    expect(tables.password.get('user1000')?.hash).toBe(hash);
    // whoever asks next has the new tables whole
    const next = await source.tables();
    await next.need({ password: ['user1000', 'user9'] });
    expect(next.password.get('user1000')?.hash).toBe(hash);
    expect(next.password.get('user9')).toBeUndefined();
  });

  test('a table laid anew again and again keeps what a request has loaded, and gives it the newest of the rest', async () => {
    const { ssm, source, put, pass } = await world();
    const tables = await source.tables();
    await tables.need({ mailertable: ['7.example.com'] });
    let laid = pieces.filter(({ name }) => name.startsWith('mailertable/'));
    const layAnew = (host: string) => {
      const routes = { ...documents.mailertable, '8.example.com': { host }, '7.example.com': { host } };
      for (const { name } of laid) ssm.remove(`/haineko/test/${name}`);
      laid = [...cutIntoShards('mailertable', routes)];
      for (const { name, value } of laid) put(name, value);
      laid.pop();
      pass(10);
    };
    const others = many(100).map((number) => `${number + 100}.example.com`);
    for (const host of ['second.example.net', 'third.example.net', 'fourth.example.net']) {
      layAnew(host);
      // two requests that hold the same tables
      await Promise.all([
        tables.need({ mailertable: others }),
        tables.need({ mailertable: ['8.example.com'] }),
      ]);
      expect(tables.mailertable.get('7.example.com')?.host).toBe('mx7.example.net');
      expect(['mx8.example.net', host]).toContain(tables.mailertable.get('8.example.com')?.host);
      for (const each of others) expect(tables.mailertable.get(each)?.host).toMatch(/^mx1\d\d\./);
    }
    pass(61);
    const newest = await source.tables();
    await newest.need({ mailertable: ['7.example.com'] });
    expect(newest.mailertable.get('7.example.com')?.host).toBe('fourth.example.net');
  });

  test('a shard that was never laid makes no storm of readings', async () => {
    const { ssm, source, calls, pass } = await world();
    const tables = await source.tables();
    for (const { name } of pieces.filter(({ name }) => name.startsWith('password/'))) {
      ssm.remove(`/haineko/test/${name}`);
    }
    pass(10);
    calls();
    for (let times = 0; times < 10; times++) {
      await expect(tables.need({ password: [`user${times}`] })).rejects.toThrow(
        'expected a shard of password',
      );
    }
    expect(calls().filter((names) => names.includes('haineko.cf'))).toHaveLength(1);
  });

  test('a new index takes effect whole', async () => {
    const { source, put, pass, calls } = await world();
    await (await source.tables()).need(needed);
    const smaller = Object.fromEntries(many(500).map((n) => [`user${n}`, { password: hash, admin: 1 }]));
    for (const { name, value } of cutIntoShards('password', smaller)) put(name, value);
    pass(61);
    const tables = await source.tables();
    calls();
    await tables.need({ password: ['user9', 'user1999'] });
    expect(tables.password.get('user9')?.admin).toBe(true);
    expect(tables.password.get('user1999')).toBeUndefined();
    expect(calls().filter((names) => names[0]?.startsWith('password/'))).toHaveLength(1);
  });

  test('a new index over a broken shard: what was good under the old one serves', async () => {
    const { source, put, pass, reported } = await world();
    const need = async () => {
      const tables = await source.tables();
      await tables.need({ mailertable: ['7.example.com'] });
      return tables.mailertable.get('7.example.com')?.host;
    };
    expect(await need()).toBe('mx7.example.net');
    const index = JSON.parse(pieces.find(({ name }) => name === 'mailertable')?.value ?? '') as {
      shards: number;
      from: number;
    };
    const from = index.from + index.shards;
    for (const number of many(index.shards)) {
      put(shardDocument('mailertable', from + number), { '7.example.com': { mailer: 'Nyaa' } });
    }
    put('mailertable', { ...index, from });
    pass(61);
    expect(await need()).toBe('mx7.example.net');
    expect(reported.join()).toContain('7.example.com.mailer');
    pass(50);
    await need();
    expect(source.status().age).toBe(50);
    pass(11);
    await need();
    expect(source.status().age).toBe(61);
    for (const number of many(index.shards)) {
      put(shardDocument('mailertable', from + number), { '7.example.com': { host: 'new.example.net' } });
    }
    pass(61);
    await need();
    pass(61);
    expect(await need()).toBe('new.example.net');
  });

  test('a broken or missing shard of relayhosts keeps the last good tables', async () => {
    const { ssm, source, put, pass } = await world();
    const before = await source.tables();
    const name = pieces.find((piece) => piece.name.startsWith('relayhosts/'))?.name ?? '';
    put(name, { relayhosts: 'neko' });
    pass(61);
    expect(await source.tables()).toBe(before);
    expect(source.status().problem).toContain(`${name}: relayhosts: expected a list, got "neko"`);
    ssm.remove(`/haineko/test/${name}`);
    pass(61);
    expect(await source.tables()).toBe(before);
    expect(source.status().problem).toContain(`${name}: expected a shard of relayhosts, got nothing`);
  });
});
