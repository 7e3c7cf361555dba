import { domainOf, foldCase } from '../mail/address.ts';
import type { Known } from '../tables/known.ts';
import { permitsRecipient } from '../tables/recipients.ts';
import { buildTables, type Documents, SHARDED, type ShardedName, type Tables } from '../tables/tables.ts';
import { MissingShard, type Shards } from './shard-cells.ts';
import { INDEX_KEY, type ShardIndex, shardIndexOf } from './shards.ts';

/** Gives a table's shards under its index: the same as before while the index is the same. */
export type ShardsOf = <Name extends ShardedName>(table: Name, index: ShardIndex) => Shards<Name>;

/**
 * Checks all documents, some of which may be the indexes of shards, and makes the tables. Throws a ConfigError. Where a
 * shard is gone, since the table was laid anew, `newest` reads the documents again, and lookups go on in those.
 */
export function buildShardedTables(
  documents: Documents,
  known: Known,
  shardsOf: ShardsOf,
  newest: () => Promise<Tables | undefined>,
): Tables {
  const indexes = new Map<ShardedName, ShardIndex>();
  const atHand: Record<string, unknown> = { ...documents };
  for (const table of SHARDED) {
    const index = shardIndexOf(table, documents[table]);
    if (!index) continue;
    indexes.set(table, index);
    atHand[table] = index.rest;
  }
  const base = buildTables(atHand, known, new Set(indexes.keys()));
  if (indexes.size === 0) return base;
  const shards = <Name extends ShardedName>(table: Name): Shards<Name> | undefined => {
    const index = indexes.get(table);
    return index && shardsOf(table, index);
  };
  const mailertable = shards('mailertable');
  const sendermt = shards('sendermt');
  const recipients = shards('recipients');
  const password = shards('password');
  let later: Tables | undefined;
  const here = (keys: Parameters<Tables['need']>[0], anew?: boolean): Promise<void>[] => {
    const waits: Promise<void>[] = [];
    // for every mail: nothing is made that is not needed
    const add = (
      shards: Shards<ShardedName> | undefined,
      each: readonly string[] | undefined,
      index?: string,
    ) => {
      const wait =
        shards && each && shards.need(index === undefined ? each : each.filter((key) => key !== index), anew);
      if (wait) waits.push(wait);
    };
    add(mailertable, keys.mailertable, INDEX_KEY.mailertable);
    add(sendermt, keys.sendermt, INDEX_KEY.sendermt);
    add(password, keys.password);
    // a recipient is permitted by its domain or by itself: two keys, which may be in two shards
    if (recipients)
      add(
        recipients,
        keys.recipients?.flatMap((each) => [domainPart(each), each]),
      );
    return waits;
  };
  const lookups = {
    mailertable: mailertable ? routes(base.mailertable, mailertable) : base.mailertable,
    sendermt: sendermt ? routes(base.sendermt, sendermt) : base.sendermt,
    password: password ? { get: (name: string) => password.at(name).get(name) } : base.password,
    recipients: recipients ? permitted(base.recipients, recipients) : base.recipients,
  };
  // what was loaded here is looked up here, though newer tables may be known by now
  const at = (shards: Shards<ShardedName> | undefined, ...keys: readonly string[]) =>
    later && shards && keys.some((key) => shards.goodAt(key) === undefined) ? later : lookups;
  const made: Tables = {
    ...base,
    documents,
    mailertable: { get: (key) => at(mailertable, key).mailertable.get(key) },
    sendermt: { get: (key) => at(sendermt, key).sendermt.get(key) },
    password: { get: (name) => at(password, name).password.get(name) },
    recipients: {
      permits: (to) => at(recipients, domainOf(to), foldCase(to)).recipients.permits(to),
    },
    need(keys, anew) {
      const waits = here(keys, anew);
      if (waits.length === 0) return undefined;
      return Promise.all(waits).then(
        () => undefined,
        async (error: unknown) => {
          let tables = error instanceof MissingShard ? await newest() : undefined;
          while (tables && tables !== made) {
            await tables.need(keys);
            const now = await newest();
            // never back to older ones, which another request has left behind meanwhile
            if (now === tables) {
              later = tables;
              return;
            }
            tables = now;
          }
          throw error;
        },
      );
    },
  };
  return made;
}

function permitted(base: Tables['recipients'], shards: Shards<'recipients'>): Tables['recipients'] {
  return {
    permits: (address) =>
      base.permits(address) ||
      permitsRecipient(shards.at(domainOf(address)), address) ||
      permitsRecipient(shards.at(foldCase(address)), address),
  };
}

function routes<Name extends 'mailertable' | 'sendermt'>(
  base: Tables[Name],
  shards: Shards<Name>,
): Tables[Name] {
  return {
    get: (domain) => (domain === INDEX_KEY.mailertable ? base.get(domain) : shards.at(domain).get(domain)),
  };
}

function domainPart(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1);
}
