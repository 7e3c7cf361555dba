import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addressOf } from '../../functions/mail/address.ts';
import { cutIntoShards, PARAMETER_BYTES } from '../../functions/store/cut-into-shards.ts';
import { buildShardedTables } from '../../functions/store/sharded-tables.ts';
import { shardDocument, shardIndexOf, shardOf } from '../../functions/store/shards.ts';
import { parseContent } from '../../functions/tables/tables.ts';
import { knownFor } from './known.ts';
import { ssmWorld } from './ssm-world.ts';

const hash = `{SSHA}${Buffer.alloc(28, 7).toString('base64')}`;
const many = (count: number) => Array.from({ length: count }, (_, number) => number);
const bytesOf = (text: string) => Buffer.byteLength(text);
const readAll = (pieces: readonly { name: string; value: string }[]) =>
  new Map(pieces.map(({ name, value }) => [name, JSON.parse(value) as Record<string, unknown>]));

describe('shardOf()', () => {
  test('is FNV-1a of the lower-cased key, folded: numbers that must never change', () => {
    // FNV-1a("a") = 0xe40c292c, FNV-1a("foobar") = 0xbf9cf968 (draft-eastlake-fnv), FNV-1a("") = 0x811c9dc5
    const folded = (hash: number) => ((hash ^ (hash >>> 16)) >>> 0) % 16;
    expect([shardOf('a', 16), shardOf('FooBar', 16), shardOf('', 16)]).toEqual(
      [0xe40c292c, 0xbf9cf968, 0x811c9dc5].map(folded),
    );
    expect([shardOf('example.com', 16), shardOf('neko@example.jp', 7)]).toEqual([
      shardOf('EXAMPLE.com', 16),
      shardOf('Neko@Example.JP', 7),
    ]);
  });

  test('spreads keys evenly', () => {
    const counts = many(16).map(() => 0);
    for (const number of many(3200)) {
      const shard = shardOf(`customer-${number}.example.com`, 16);
      counts[shard] = (counts[shard] ?? 0) + 1;
    }
    expect(Math.min(...counts)).toBeGreaterThan(140);
    expect(Math.max(...counts)).toBeLessThan(270);
  });
});

describe('cutIntoShards()', () => {
  test('leaves a document of 8 KB whole', () => {
    const room = PARAMETER_BYTES - JSON.stringify({ hostname: '' }).length;
    const document = { hostname: 'x'.repeat(room) };
    expect(cutIntoShards('haineko.cf', document)).toEqual([
      { name: 'haineko.cf', value: JSON.stringify(document) },
    ]);
    expect(() => cutIntoShards('haineko.cf', { hostname: 'x'.repeat(room + 1) })).toThrow(
      'haineko.cf: expected at most 8192 bytes as JSON, got 8193 bytes',
    );
  });

  test('refuses an entry that no shard can hold, naming it', () => {
    const document = { 'example.com': { host: 'x'.repeat(9000) }, 'example.jp': {} };
    expect(() => cutIntoShards('mailertable', document)).toThrow(
      'mailertable: example.com: expected at most',
    );
  });

  test('puts the index last, and the new shards beside those in use', () => {
    const document = Object.fromEntries(
      many(500).map((n) => [`${n}.example.com`, { host: 'mx.example.net' }]),
    );
    const first = cutIntoShards('mailertable', document);
    const index = shardIndexOf('mailertable', JSON.parse(first.at(-1)?.value ?? ''));
    expect(first.at(-1)?.name).toBe('mailertable');
    expect(index).toMatchObject({ from: 0, shards: first.length - 1 });
    const second = cutIntoShards('mailertable', document, index);
    const names = new Set(first.slice(0, -1).map(({ name }) => name));
    expect(second.slice(0, -1).filter(({ name }) => names.has(name))).toEqual([]);
    const third = cutIntoShards(
      'mailertable',
      document,
      shardIndexOf('mailertable', JSON.parse(second.at(-1)?.value ?? '')),
    );
    expect(third[0]?.name).toBe('mailertable/00');
  });

  test('property: every route is found in the shard of its lookup key', () => {
    const label = fc.stringMatching(/^[a-zA-Zäöü猫]([a-zA-Z0-9äé猫]{0,8}[a-z猫])?$/);
    const domain = fc
      .tuple(fc.array(label, { minLength: 1, maxLength: 3 }), fc.constantFrom('', '.'))
      .map(([labels, dot]) => labels.join('.') + dot);
    const literal = fc.constantFrom('[192.0.2.1]', '[IPv6:2001:DB8::1]', 'default', 'DEFAULT');
    const padding = 'x'.repeat(60);
    const table = fc.uniqueArray(fc.oneof({ weight: 20, arbitrary: domain }, literal), {
      minLength: 150,
      maxLength: 250,
    });
    fc.assert(
      fc.property(table, (keys) => {
        const document = Object.fromEntries(keys.map((key) => [key, { host: `${padding}.example.net` }]));
        const pieces = readAll(cutIntoShards('mailertable', document));
        const { shards, from, rest } =
          shardIndexOf('mailertable', pieces.get('mailertable')) ?? expect.fail('whole');
        const whole = parseContent('mailertable', document, knownFor(), 'h');
        for (const [key, route] of whole) {
          const shard =
            key === 'default' ? rest : pieces.get(shardDocument('mailertable', from + shardOf(key, shards)));
          expect(parseContent('mailertable', shard, knownFor(), 'h').get(key)).toEqual(route);
        }
      }),
      { numRuns: 25 },
    );
  });

  test('property: recipients and users come out as they went in, no piece over 8 KB', () => {
    const user = fc.stringMatching(/^[a-z0-9A-Z猫é._-]{1,12}$/);
    const names = fc.uniqueArray(user, { minLength: 200, maxLength: 300 });
    fc.assert(
      fc.property(names, fc.constantFrom(0, 1), (users, open) => {
        const domains = users.map((_, number) => `Sub${number}.Example.com`);
        const addresses = users.map((_, number) => `Neko.${number}@Example${number % 7}.org`);
        const recipients = { 'open-relay': open, domainpart: domains, recipients: addresses };
        const password = Object.fromEntries([...users, 'default', 'open-relay'].map((name) => [name, hash]));
        const pieces = [...cutIntoShards('recipients', recipients), ...cutIntoShards('password', password)];
        expect(Math.max(...pieces.map(({ value }) => bytesOf(value)))).toBeLessThanOrEqual(PARAMETER_BYTES);
        const all = readAll(pieces);
        const index = shardIndexOf('recipients', all.get('recipients')) ?? expect.fail('whole');
        const shardFor = (key: string) => all.get(shardDocument('recipients', shardOf(key, index.shards)));
        expect(index.rest).toEqual({ 'open-relay': open });
        for (const address of addresses)
          expect(shardFor(address.toLowerCase())?.['recipients']).toContain(address);
        for (const domain of domains)
          expect(shardFor(domain.toLowerCase())?.['domainpart']).toContain(domain);
        const userIndex = shardIndexOf('password', all.get('password')) ?? expect.fail('whole');
        for (const name of Object.keys(password)) {
          expect(all.get(shardDocument('password', shardOf(name, userIndex.shards)))?.[name]).toBe(hash);
        }
      }),
      { numRuns: 25 },
    );
  });
});

test.each([
  [{ shards: 0 }, 'mailertable: shards: expected a whole number from 1 to 256, got 0'],
  [{ shards: 2, from: 'neko' }, 'mailertable: from: expected a whole number from 0 to 9999, got "neko"'],
])('an index %j is refused', (mailertable, message) => {
  expect(() => buildShardedTables({ mailertable }, knownFor(), () => expect.fail())).toThrow(message);
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
    const name = shardDocument('mailertable', shardOf('7.example.com', index?.shards ?? 0));
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
  });

  test('a shard that the index promises and SSM does not have is an error, never an empty table', async () => {
    const { ssm, source } = await world();
    const index = shardIndexOf(
      'password',
      JSON.parse(pieces.find(({ name }) => name === 'password')?.value ?? ''),
    );
    const name = shardDocument('password', shardOf('user9', index?.shards ?? 0));
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

  test('a new index takes effect whole', async () => {
    const { source, put, pass, calls } = await world();
    await (await source.tables()).need(needed);
    const inUse = shardIndexOf(
      'password',
      JSON.parse(pieces.find(({ name }) => name === 'password')?.value ?? ''),
    );
    const smaller = Object.fromEntries(many(500).map((n) => [`user${n}`, { password: hash, admin: 1 }]));
    for (const { name, value } of cutIntoShards('password', smaller, inUse)) put(name, value);
    pass(61);
    const tables = await source.tables();
    calls();
    await tables.need({ password: ['user9', 'user1999'] });
    expect(tables.password.get('user9')?.admin).toBe(true);
    expect(tables.password.get('user1999')).toBeUndefined();
    expect(calls().filter((names) => names[0]?.startsWith('password/'))).toHaveLength(1);
  });

  test('a broken or missing shard of relayhosts keeps the last good tables', async () => {
    const { ssm, source, put, pass } = await world();
    const before = await source.tables();
    put('relayhosts/01', { relayhosts: 'neko' });
    pass(61);
    expect(await source.tables()).toBe(before);
    expect(source.status().problem).toContain('relayhosts/01: relayhosts: expected a list, got "neko"');
    ssm.remove('/haineko/test/relayhosts/01');
    pass(61);
    expect(await source.tables()).toBe(before);
    expect(source.status().problem).toContain('relayhosts/01: expected a shard of relayhosts, got nothing');
  });
});
