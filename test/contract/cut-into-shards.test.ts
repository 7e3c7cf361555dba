import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cutIntoShards, PARAMETER_BYTES } from '../../functions/store/cut-into-shards.ts';
import { shardDocument, shardIndexOf, shardOf } from '../../functions/store/shards.ts';
import { tableDomain } from '../../functions/tables/domain.ts';
import { principalKeys } from '../../functions/tables/principal.ts';
import { parseContent } from '../../functions/tables/tables.ts';
import { knownFor } from './known.ts';

const hash = `{SSHA}${Buffer.alloc(28, 7).toString('base64')}`;
const many = (count: number) => Array.from({ length: count }, (_, number) => number);
const bytesOf = (text: string) => Buffer.byteLength(text);
const readAll = (pieces: readonly { name: string; value: string }[]) =>
  new Map(pieces.map(({ name, value }) => [name, JSON.parse(value) as Record<string, unknown>]));

/** FNV-1a of 32 bits, over the octets of the key (http://www.isthe.com/chongo/tech/comp/fnv/), folded. */
function reference(key: string, count: number): number {
  let hash = 0x811c9dc5;
  for (const octet of Buffer.from(key.toLowerCase(), 'utf8'))
    hash = Math.imul(hash ^ octet, 0x01000193) >>> 0;
  return ((hash ^ (hash >>> 16)) >>> 0) % count;
}

describe('shardOf()', () => {
  test('property: is the same for ever, ASCII or not', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 1, max: 99 }), (key, count) => {
        expect(shardOf(key, count)).toBe(reference(key, count));
      }),
    );
  });

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

  test('counts octets of UTF-8, not characters', () => {
    const domainpart = Array.from({ length: 450 }, (_, n) => `${n}猫猫猫猫.jp`);
    const whole = JSON.stringify({ domainpart });
    expect(whole.length).toBeLessThan(PARAMETER_BYTES);
    expect(bytesOf(whole)).toBeGreaterThan(PARAMETER_BYTES);
    const pieces = cutIntoShards('recipients', { domainpart });
    expect(pieces.length).toBeGreaterThan(2);
    const all = readAll(pieces);
    const index = shardIndexOf('recipients', all.get('recipients')) ?? expect.fail('whole');
    // tables that differ have shards that do not overlap
    expect(index.from % 256).toBe(0);
    for (const [n, domain] of domainpart.entries()) {
      const ascii = new URL(`http://${n}猫猫猫猫.jp`).hostname;
      const shard = all.get(shardDocument('recipients', index.from + shardOf(ascii, index.shards)));
      expect(shard?.['domainpart']).toContain(domain);
    }
  });

  test('puts the index last, and a changed table into other shards than those in use', () => {
    const document = (count: number) =>
      Object.fromEntries(many(count).map((n) => [`${n}.example.com`, { host: 'mx.example.net' }]));
    const first = cutIntoShards('mailertable', document(500));
    const index = shardIndexOf('mailertable', JSON.parse(first.at(-1)?.value ?? ''));
    expect(first.at(-1)?.name).toBe('mailertable');
    expect(index).toMatchObject({ shards: first.length - 1 });
    // what did not change stays where it is
    expect(cutIntoShards('mailertable', document(500))).toEqual(first);
    const names = new Set(first.slice(0, -1).map(({ name }) => name));
    for (const count of [499, 501, 600]) {
      const shards = cutIntoShards('mailertable', document(count)).slice(0, -1);
      expect(shards.filter(({ name }) => names.has(name))).toEqual([]);
    }
  });

  test('lays nothing for an absent table, which is closed otherwise than an empty one', () => {
    expect(cutIntoShards('recipients', undefined)).toEqual([]);
    expect(cutIntoShards('recipients', {})).toEqual([{ name: 'recipients', value: '{}' }]);
  });

  test('property: every route is found in the shard of its lookup key', () => {
    const label = fc.stringMatching(/^[a-zA-Zäöü猫]([a-zA-Z0-9äé猫]{0,8}[a-z猫])?$/);
    const domain = fc
      .tuple(fc.array(label, { minLength: 1, maxLength: 3 }), fc.constantFrom('', '.'))
      .map(([labels, dot]) => labels.join('.') + dot);
    const literal = fc.constantFrom('[192.0.2.1]', '[IPv6:2001:DB8::1]', 'default', 'DEFAULT');
    const padding = 'x'.repeat(60);
    const table = fc.uniqueArray(fc.oneof({ weight: 20, arbitrary: domain }, literal), {
      // a table has each domain once, whatever its spelling
      selector: (key) => tableDomain(key) ?? key,
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
        const parsed = new Map(
          [...pieces].map(([name, piece]) => [
            name,
            parseContent('mailertable', name === 'mailertable' ? rest : piece, knownFor(), 'h'),
          ]),
        );
        for (const [key, route] of whole) {
          const name =
            key === 'default' ? 'mailertable' : shardDocument('mailertable', from + shardOf(key, shards));
          expect(parsed.get(name)?.get(key)).toEqual(route);
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
        const shardFor = (key: string) =>
          all.get(shardDocument('recipients', index.from + shardOf(key, index.shards)));
        expect(index.rest).toEqual({ 'open-relay': open });
        for (const address of addresses)
          expect(shardFor(address.toLowerCase())?.['recipients']).toContain(address);
        for (const domain of domains)
          expect(shardFor(domain.toLowerCase())?.['domainpart']).toContain(domain);
        const userIndex = shardIndexOf('password', all.get('password')) ?? expect.fail('whole');
        for (const name of Object.keys(password)) {
          const number = userIndex.from + shardOf(name, userIndex.shards);
          expect(all.get(shardDocument('password', number))?.[name]).toBe(hash);
        }
      }),
      { numRuns: 25 },
    );
  });

  test('property: every IAM principal is found in the shard of a key that its lookup names', () => {
    const name = fc.stringMatching(/^[a-zA-Z0-9_+=,.@-]{1,20}$/);
    const path = fc.constantFrom('', 'cats/', 'cats/tabby/', 'aws-reserved/sso.amazonaws.com/');
    const kind = fc.constantFrom('user', 'role', 'session');
    // IAM has each name once, whatever its path and case
    const callers = fc.uniqueArray(fc.tuple(name, path, kind), {
      selector: ([each]) => each.toLowerCase(),
      minLength: 120,
      maxLength: 200,
    });
    const account = '123456789012';
    const of = ([each, folder, what]: readonly [string, string, string]) =>
      what === 'session'
        ? {
            entry: `arn:aws:sts::${account}:assumed-role/${each}/night`,
            caller: `arn:aws:sts::${account}:assumed-role/${each}/night`,
          }
        : {
            entry: `arn:aws:iam::${account}:${what}/${folder}${each}`,
            caller:
              what === 'role'
                ? `arn:aws:sts::${account}:assumed-role/${each}/day`
                : `arn:aws:iam::${account}:user/${folder}${each}`,
          };
    fc.assert(
      fc.property(callers, (all) => {
        const document = Object.fromEntries(
          all.map((each, number) => [of(each).entry, { senders: [`${number}.example.jp`, 'x.example.net'] }]),
        );
        const pieces = readAll(cutIntoShards('password', document));
        const { shards, from } = shardIndexOf('password', pieces.get('password')) ?? expect.fail('whole');
        for (const [number, each] of all.entries()) {
          const found = principalKeys(of(each).caller).flatMap((key) => {
            const shard = pieces.get(shardDocument('password', from + shardOf(key, shards)));
            return parseContent('password', shard, knownFor(), 'h').get(key) ?? [];
          });
          expect(found).toMatchObject([{ senders: new Set([`${number}.example.jp`, 'x.example.net']) }]);
        }
      }),
      { numRuns: 10 },
    );
  });
});
