import { ConfigError } from '../tables/config-error.ts';
import { type DocumentName, SHARDED, type ShardedName } from '../tables/tables.ts';

/** The tables that may stand in shards: those looked up by key, and relayhosts, whose shards are loaded together. */
export type CuttableName = ShardedName | 'relayhosts';

/**
 * What stands in a table's own document when its entries are in shards: how many, the number of the first, and the
 * keys that concern them all (`default`, `open-relay`): `{"shards": 16, "from": 0, "default": {...}}`.
 */
export type ShardIndex = {
  readonly shards: number;
  readonly from: number;
  readonly rest: Readonly<Record<string, unknown>>;
};

/** The key that concerns every mail: it stays in the index. */
export const INDEX_KEY: Readonly<Record<CuttableName, string | undefined>> = {
  mailertable: 'default',
  sendermt: 'default',
  recipients: 'open-relay',
  relayhosts: 'open-relay',
  password: undefined,
};

export const MOST_SHARDS = 256;

/** The highest number that an index may begin with. */
export const HIGHEST_FROM = 9_999_999;

/**
 * Which of `count` shards a key is in: FNV-1a (32 bits) over the UTF-8 of the lower-cased key, its upper half folded
 * into its lower one, modulo count. Written into SSM by one version and read by another: never change it.
 */
export function shardOf(key: string, count: number): number {
  const text = key.toLowerCase();
  // domains are ASCII: their octets need no buffer
  if (!ASCII.test(text)) return folded(Buffer.from(text, 'utf8')) % count;
  let hash = FIRST;
  for (let at = 0; at < text.length; at++) hash = step(hash, text.charCodeAt(at));
  return last(hash) % count;
}

const ASCII = /^[\x00-\x7f]*$/;
const FIRST = 0x811c9dc5;
const step = (hash: number, octet: number): number => Math.imul(hash ^ octet, 0x01000193);
const last = (hash: number): number => (hash ^ (hash >>> 16)) >>> 0;
const folded = (octets: Uint8Array): number => last(octets.reduce(step, FIRST));

/** The name of a shard's document: `mailertable/07`. */
export function shardDocument(table: CuttableName, number: number): string {
  return `${table}/${String(number).padStart(2, '0')}`;
}

/** The names of all shards of an index. */
export function shardDocuments(table: CuttableName, { shards, from }: ShardIndex): readonly string[] {
  return Array.from({ length: shards }, (_, number) => shardDocument(table, from + number));
}

/** Whether a table's document may be cut. */
export function isCuttable(name: DocumentName): name is CuttableName {
  return name === 'relayhosts' || SHARDED.some((each) => each === name);
}

/** The index that a document is; undefined for a document that is the table itself. Throws a ConfigError. */
export function shardIndexOf(table: CuttableName, document: unknown): ShardIndex | undefined {
  if (typeof document !== 'object' || document === null || !('shards' in document)) return undefined;
  const { shards, from = 0, ...rest } = document as Record<string, unknown>;
  // a domain or a user may be called so: a route and a user are no numbers
  if (typeof shards !== 'number') return undefined;
  return {
    shards: whole(table, 'shards', shards, 1, MOST_SHARDS),
    from: whole(table, 'from', from, 0, HIGHEST_FROM),
    rest,
  };
}

function whole(table: string, path: string, got: unknown, min: number, max: number): number {
  if (typeof got === 'number' && Number.isInteger(got) && got >= min && got <= max) return got;
  const expected = `a whole number from ${min} to ${max}`;
  throw new ConfigError('TABLE_VALUE', [{ table, path, expected, got: JSON.stringify(got) ?? 'nothing' }]);
}
