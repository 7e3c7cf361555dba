import {
  type CuttableName,
  isCuttable,
  type ShardIndex,
  shardDocuments,
  shardIndexOf,
} from '../../functions/store/shards.ts';
import { ConfigError, type ConfigIssue } from '../../functions/tables/config-error.ts';
import { readDocument } from '../../functions/tables/document.ts';
import { DOCUMENTS, type DocumentName, type Documents } from '../../functions/tables/tables.ts';
import type { Stored } from './parameters.ts';

/** A stage's documents whole, shards put together again; and what is wrong with those that cannot be read. */
export type StoredDocuments = {
  readonly documents: Documents;
  readonly issues: readonly ConfigIssue[];
  /** Where a document stands in shards: its index. */
  readonly indexes: ReadonlyMap<CuttableName, ShardIndex>;
};

/** Reads the documents out of a stage's parameters. */
export async function storedDocuments(parameters: ReadonlyMap<string, Stored>): Promise<StoredDocuments> {
  const documents: Record<string, unknown> = {};
  const issues: ConfigIssue[] = [];
  const indexes = new Map<CuttableName, ShardIndex>();
  for (const name of DOCUMENTS) {
    try {
      const document = await read(name, parameters);
      const index = isCuttable(name) ? shardIndexOf(name, document) : undefined;
      if (index && isCuttable(name)) {
        indexes.set(name, index);
        documents[name] = await joined(name, index, parameters);
      } else documents[name] = document;
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      issues.push(...error.issues);
    }
  }
  return { documents, issues, indexes };
}

/** A document in shards as one: mappings put together, lists one after another. */
async function joined(
  table: CuttableName,
  index: ShardIndex,
  parameters: ReadonlyMap<string, Stored>,
): Promise<unknown> {
  const whole = new Map<string, unknown>(Object.entries(index.rest));
  for (const name of shardDocuments(table, index)) {
    if (!parameters.has(name)) {
      throw new ConfigError('TABLE_VALUE', [
        { table: name, path: '', expected: `a shard of ${table}`, got: 'nothing' },
      ]);
    }
    for (const [key, value] of Object.entries(Object((await read(name, parameters)) ?? {}))) {
      const before = whole.get(key);
      whole.set(key, Array.isArray(before) && Array.isArray(value) ? [...before, ...value] : value);
    }
  }
  return Object.fromEntries(whole);
}

async function read(name: string, parameters: ReadonlyMap<string, Stored>): Promise<unknown> {
  const text = parameters.get(name)?.value;
  return text === undefined ? undefined : readDocument(name, text);
}

/** The shards that the indexes among these parameters promise. */
export async function shardsInUse(parameters: Iterable<Stored>): Promise<ReadonlySet<string>> {
  const names = new Set<string>();
  for (const { name, value } of parameters) {
    const table = DOCUMENTS.find((each) => each === name);
    if (table === undefined || !isCuttable(table) || !value.includes('shards')) continue;
    try {
      const index = shardIndexOf(table, await readDocument(name, value));
      if (index) for (const shard of shardDocuments(table, index)) names.add(shard);
    } catch (error) {
      // a wrong document promises nothing
      if (!(error instanceof ConfigError)) throw error;
    }
  }
  return names;
}

/**
 * What stands where a table is taken away: a comment, which is no table to a relay. A parameter that is deleted loses its
 * history and labels, and a rollback could not bring it back.
 */
export const EMPTIED = '# no table\n';

/** Whether a name is that of a document. */
export function isDocument(name: string): name is DocumentName {
  return DOCUMENTS.some((each) => each === name);
}

/** Whether a relay could ever read it: what others have laid under the stage's names is theirs. */
export function isRead(name: string): boolean {
  return isDocument(name) || isShard(name) || /^authinfo\/[^/]+$/.test(name);
}

/** Whether a name is that of a shard, of whichever table and index. */
export function isShard(name: string): boolean {
  const [, table] = /^([^/]+)\/\d+$/.exec(name) ?? [];
  return DOCUMENTS.some((each) => each === table && isCuttable(each));
}
