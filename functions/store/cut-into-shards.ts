import { createHash } from 'node:crypto';
import { ConfigError } from '../tables/config-error.ts';
import { tableDomain } from '../tables/domain.ts';
import { principalKey } from '../tables/principal.ts';
import type { DocumentName } from '../tables/tables.ts';
import {
  type CuttableName,
  HIGHEST_FROM,
  INDEX_KEY,
  isCuttable,
  MOST_SHARDS,
  shardDocument,
  shardOf,
} from './shards.ts';

/** A document as it is laid in SSM: its name under the prefix, its text (JSON). */
export type Piece = { readonly name: string; readonly value: string };

/** What a parameter may hold (UTF-8): 8 KB, an advanced parameter. */
export const PARAMETER_BYTES = 8192;

/** One entry of a table: the key it is looked up by, and the document that has it alone. */
type Entry = { readonly key: string; readonly list?: string; readonly name: string; readonly value: unknown };

/**
 * Makes a document ready for SSM: one piece where it fits into 8 KB, else its shards and, last, its index. The shards'
 * numbers follow from what is in them: those of another table are others, so that a reader has the old table or the new
 * one, never parts of both, when the pieces are put in this order and the old ones removed after it. Throws a
 * ConfigError for what cannot be cut (haineko.cf, an entry over 8 KB).
 */
export function cutIntoShards(name: DocumentName, document: unknown): readonly Piece[] {
  // an absent table is closed otherwise than an empty one: nothing is laid for it
  if (document === undefined || document === null) return [];
  const whole = JSON.stringify(document);
  if (Buffer.byteLength(whole) <= PARAMETER_BYTES) return [{ name, value: whole }];
  if (!isCuttable(name)) throw tooLarge(name, '', Buffer.byteLength(whole));
  const { entries, rest } = entriesOf(name, document);
  for (let count = Math.ceil(Buffer.byteLength(whole) / 6144); count <= MOST_SHARDS; count++) {
    const shards = fill(entries, count);
    if (shards.some((shard) => Buffer.byteLength(shard) > PARAMETER_BYTES)) continue;
    const from = firstNumber(shards);
    const index = JSON.stringify({ shards: count, from, ...rest });
    if (Buffer.byteLength(index) > PARAMETER_BYTES)
      throw tooLarge(name, INDEX_KEY[name] ?? '', Buffer.byteLength(index));
    const pieces = shards.map((value, number) => ({ name: shardDocument(name, from + number), value }));
    return [...pieces, { name, value: index }];
  }
  const large = entries.find((entry) => Buffer.byteLength(textOf([entry])) > PARAMETER_BYTES);
  if (large) throw tooLarge(name, large.name, Buffer.byteLength(textOf([large])));
  const expected = `entries that fit into ${MOST_SHARDS} parameters of ${PARAMETER_BYTES} bytes`;
  const got = `${Buffer.byteLength(whole)} bytes, with entries that do not`;
  throw new ConfigError('TABLE_VALUE', [{ table: name, path: '', expected, got }]);
}

/** The first of MOST_SHARDS numbers that are these shards' own (two tables in 39,062 share them). */
function firstNumber(shards: readonly string[]): number {
  const hash = createHash('sha256').update(JSON.stringify(shards)).digest();
  return (hash.readUInt32BE() % Math.floor(HIGHEST_FROM / MOST_SHARDS)) * MOST_SHARDS;
}

function fill(entries: readonly Entry[], count: number): readonly string[] {
  const shards: Entry[][] = Array.from({ length: count }, () => []);
  for (const entry of entries) shards[shardOf(entry.key, count)]?.push(entry);
  return shards.map(textOf);
}

function textOf(entries: readonly Entry[]): string {
  const lists = new Map<string, unknown[]>();
  const mapping: [string, unknown][] = [];
  for (const { list, name, value } of entries) {
    if (list === undefined) {
      mapping.push([name, value]);
      continue;
    }
    const values = lists.get(list) ?? [];
    values.push(value);
    lists.set(list, values);
  }
  return JSON.stringify(Object.fromEntries([...mapping, ...lists]));
}

function entriesOf(table: CuttableName, document: unknown): { entries: Entry[]; rest: object } {
  const keyed = table === 'mailertable' || table === 'sendermt';
  // the form that a lookup asks for
  const keyOf = keyed ? tableDomain : table === 'password' ? principalKey : () => undefined;
  const all = Object.entries(document ?? {}).map(([name, value]) => ({
    key: keyOf(name) ?? name,
    name,
    value,
  }));
  const rest = all.filter(({ key }) => key === INDEX_KEY[table]).map(({ key, value }) => [key, value]);
  const others = all.filter(({ key }) => key !== INDEX_KEY[table]);
  const entries = keyed || table === 'password' ? others : others.flatMap(listEntries);
  return { entries, rest: Object.fromEntries(rest) };
}

function listEntries({ name: list, value }: { name: string; value: unknown }): Entry[] {
  const values: unknown[] = Array.isArray(value) ? value : [];
  return values.map((each) => {
    const name = String(each);
    return { key: list === 'domainpart' ? (tableDomain(name) ?? name) : name, list, name, value: each };
  });
}

function tooLarge(table: string, path: string, bytes: number): ConfigError {
  const expected = `at most ${PARAMETER_BYTES} bytes as JSON`;
  return new ConfigError('TABLE_VALUE', [{ table, path, expected, got: `${bytes} bytes` }]);
}
