import { ConfigError } from '../tables/config-error.ts';
import { readDocument } from '../tables/document.ts';
import { inChunks, type Parameter, type ReadParameters } from './parameters.ts';
import { MissingShard } from './shard-cells.ts';
import { shardDocuments, shardIndexOf } from './shards.ts';

/**
 * Reads the shards of relayhosts, where it stands in shards: all of them, since a client's address is no key to a list
 * of networks. Rejects with SourceUnavailable.
 */
export async function readRelayhostShards(
  read: ReadParameters,
  parameter: Parameter | undefined,
): Promise<ReadonlyMap<string, Parameter>> {
  if (!parameter?.text.includes('shards')) return new Map();
  try {
    const index = shardIndexOf('relayhosts', await readDocument('relayhosts', parameter.text));
    return index ? await inChunks(read)(shardDocuments('relayhosts', index)) : new Map();
  } catch (error) {
    // the same error comes again where the tables are built
    if (error instanceof ConfigError) return new Map();
    throw error;
  }
}

/** relayhosts as one document, put together from its shards; as it is where it has none. Throws a ConfigError. */
export function joinRelayhosts(documents: Readonly<Record<string, unknown>>): unknown {
  const index = shardIndexOf('relayhosts', documents['relayhosts']);
  if (!index) return documents['relayhosts'];
  const relayhosts = shardDocuments('relayhosts', index).flatMap((name) => {
    if (!(name in documents)) throw new MissingShard('relayhosts', name);
    const shard = documents[name] ?? {};
    const list: unknown = 'relayhosts' in Object(shard) ? Object(shard).relayhosts : [];
    if (Array.isArray(list)) return list as unknown[];
    const got = JSON.stringify(list) ?? 'nothing';
    throw new ConfigError('TABLE_VALUE', [{ table: name, path: 'relayhosts', expected: 'a list', got }]);
  });
  return { ...index.rest, relayhosts };
}
