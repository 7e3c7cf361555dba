import { domainOf, foldCase } from '../mail/address.ts';
import type { Known } from '../tables/known.ts';
import { permitsRecipient } from '../tables/recipients.ts';
import { buildTables, type Documents, SHARDED, type ShardedName, type Tables } from '../tables/tables.ts';
import type { Shards } from './shard-cells.ts';
import { INDEX_KEY, type ShardIndex, shardIndexOf } from './shards.ts';

/** Gives a table's shards under its index: the same as before while the index is the same. */
export type ShardsOf = <Name extends ShardedName>(table: Name, index: ShardIndex) => Shards<Name>;

/** Checks all documents, some of which may be the indexes of shards, and makes the tables. Throws a ConfigError. */
export function buildShardedTables(documents: Documents, known: Known, shardsOf: ShardsOf): Tables {
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
  return {
    ...base,
    documents,
    ...(mailertable && { mailertable: routes(base.mailertable, mailertable) }),
    ...(sendermt && { sendermt: routes(base.sendermt, sendermt) }),
    ...(password && { password: { get: (name) => password.at(name).get(name) } }),
    ...(recipients && {
      recipients: {
        permits: (address) =>
          base.recipients.permits(address) ||
          permitsRecipient(recipients.at(domainOf(address)), address) ||
          permitsRecipient(recipients.at(foldCase(address)), address),
      },
    }),
    need(keys) {
      const waits = [
        mailertable?.need((keys.mailertable ?? []).filter((key) => key !== INDEX_KEY.mailertable)),
        sendermt?.need((keys.sendermt ?? []).filter((key) => key !== INDEX_KEY.sendermt)),
        password?.need(keys.password ?? []),
        // a recipient is permitted by its domain or by itself: two keys, which may be in two shards
        recipients?.need((keys.recipients ?? []).flatMap((each) => [domainPart(each), each])),
      ].filter((wait) => wait !== undefined);
      return waits.length === 0 ? undefined : Promise.all(waits).then(() => undefined);
    },
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
