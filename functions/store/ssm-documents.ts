import { DOCUMENTS, type ShardedName, type Tables } from '../tables/tables.ts';
import { type Aging, aging } from './aging.ts';
import { inForce, type Kept, keepGood, newestAt } from './last-good.ts';
import { type Parameter, type ReadParameters, sameParameters } from './parameters.ts';
import { readTexts } from './read-texts.ts';
import { joinRelayhosts, readRelayhostShards } from './relayhost-shards.ts';
import { type Shards, type ShardWorld, shardCells } from './shard-cells.ts';
import { buildShardedTables } from './sharded-tables.ts';
import type { ShardIndex } from './shards.ts';
import { isWithin } from './times.ts';

type State = { readonly parameters: ReadonlyMap<string, Parameter>; readonly kept: Kept<Tables> };
type Slot<Name extends ShardedName> = { made?: { readonly stamp: string; readonly shards: Shards<Name> } };
type Slots = { readonly [Name in ShardedName]: Slot<Name> };

/** The six documents: one call reads them, one build checks them, together or not at all. */
export function ssmDocuments(
  read: ReadParameters,
  world: ShardWorld & {
    /** After each reading that succeeded, with the tables in force where there are any. */
    readonly confirmed: (tables: Tables | undefined) => void;
  },
) {
  const slots: Slots = { mailertable: {}, sendermt: {}, recipients: {}, password: {} };

  const build = async (parameters: ReadonlyMap<string, Parameter>): Promise<Tables> => {
    const documents = await readTexts(new Map([...parameters].map(([name, { text }]) => [name, text])));
    const shardsOf = <Name extends ShardedName>(table: Name, index: ShardIndex): Shards<Name> => {
      const { version, text } = parameters.get(table) ?? {};
      const stamp = `${version} ${text}`;
      const slot: Slot<Name> = slots[table];
      if (slot.made?.stamp === stamp) return slot.made.shards;
      const shards = shardCells(table, index, world, slot.made?.shards);
      slot.made = { stamp, shards };
      return shards;
    };
    const tables = Object.fromEntries(DOCUMENTS.map((name) => [name, documents[name]]));
    const joined = { ...tables, relayhosts: joinRelayhosts(documents) };
    return buildShardedTables(joined, world.known, shardsOf, newest);
  };

  /** The tables in force after a reading that is seconds old at most: a shard that was never laid makes no storm of them. */
  const newest = async (): Promise<Tables | undefined> => {
    const readAt = cell.readAt();
    if (readAt === undefined || !isWithin(world.clock, readAt, world.times.rest)) await cell.refresh();
    return cell.peek()?.kept.good?.value;
  };

  const cell: Aging<State> = aging<State>(async (previous) => {
    const parameters = new Map(await read(DOCUMENTS));
    for (const [name, shard] of await readRelayhostShards(read, parameters.get('relayhosts'))) {
      parameters.set(name, shard);
    }
    const state =
      previous && sameParameters(previous.parameters, parameters)
        ? previous
        : {
            parameters,
            kept: await keepGood(previous?.kept, () => build(parameters), world.report, cell.readAt()),
          };
    world.confirmed(state.kept.good?.value);
    return state;
  }, world);

  return {
    ...cell,
    /** The tables in force; throws where none are. */
    tables(): Tables {
      const state = cell.peek();
      if (!state) throw new Error('tables that were never read');
      return inForce(state.kept);
    },
    /** When the tables in force were last known to be the newest; undefined where there are none. */
    newestAt(): number | undefined {
      const state = cell.peek();
      const moment = state && newestAt(state.kept, cell.readAt());
      if (moment === undefined) return undefined;
      let oldest = moment;
      for (const { made } of Object.values(slots))
        oldest = Math.min(oldest, made?.shards.outdatedSince() ?? oldest);
      return oldest;
    },
    shardStatus: () => Object.values(slots).flatMap(({ made }) => made?.shards.status() ?? []),
  };
}
