import { ConfigError } from '../tables/config-error.ts';
import { readDocument } from '../tables/document.ts';
import type { Known } from '../tables/known.ts';
import { type Content, parseContent, type ShardedName } from '../tables/tables.ts';
import { type Aging, aging } from './aging.ts';
import { describeKept, inForce, type Kept, keepGood } from './last-good.ts';
import { type Parameter, sameParameter } from './parameters.ts';
import { type ShardIndex, shardDocument, shardOf } from './shards.ts';
import type { Report } from './source.ts';
import { type Clock, isWithin, type Times } from './times.ts';

/** The shards of one table: loaded when a key in them is first needed, and read anew as they age. */
export type Shards<Name extends ShardedName> = {
  /** ... `anew`: read again now, those in memory too. */
  need(keys: readonly string[], anew?: boolean): Promise<void> | undefined;
  /** The shard that a key is in, from memory. */
  at(key: string): Content[Name];
  /** The same, or undefined where it was not read, or never was good. */
  goodAt(key: string): Content[Name] | undefined;
  /** It is replaced: it lets go of those that it replaced itself. */
  retire(): void;
  /** Version and problem of each shard that was read, by its document's name. */
  status(): readonly { name: string; version: string; problem: string | null }[];
  /** Of shards in use whose newest version is wrong: until when what serves was known to be the newest. */
  outdatedSince(): number | undefined;
};

/** What the shards of all tables share. */
export type ShardWorld = {
  readonly one: (name: string) => Promise<Parameter | undefined>;
  readonly known: Known;
  readonly clock: Clock;
  readonly times: Times;
  readonly report: Report;
  /** Is told why older tables serve, and how old they are. */
  readonly stale: (why: unknown, age: number) => void;
  /** Sees each shard's document when it is new: routes name credentials. */
  readonly seen: (name: ShardedName, document: unknown) => void;
};

type State<T> = { readonly parameter: Parameter | undefined; readonly kept: Kept<T> };

/** Makes the shards of a table under its index. Where one never was good, what `before` had under another index serves. */
export function shardCells<Name extends ShardedName>(
  table: Name,
  index: ShardIndex,
  world: ShardWorld,
  before?: Shards<Name>,
): Shards<Name> {
  let older = before;
  older?.retire();
  const cells = new Map<number, Aging<State<Content[Name]>>>();
  // until this index came, what was under the one before was the newest
  const newestBefore = before && world.clock.now();

  const make = (number: number) => {
    const name = shardDocument(table, index.from + number);
    const cell: Aging<State<Content[Name]>> = aging<State<Content[Name]>>(async (previous) => {
      const parameter = await world.one(name);
      if (previous && sameParameter(previous.parameter, parameter)) return previous;
      const kept = await keepGood(
        previous?.kept,
        async () => {
          // an index promises its shards: without one of them routes would be lost in silence
          if (!parameter) throw new MissingShard(table, name);
          const document = await readDocument(name, parameter.text);
          const content = parseShard(table, name, document, world.known);
          world.seen(table, document);
          return content;
        },
        world.report,
        cell.readAt() ?? newestBefore,
      );
      return { parameter, kept };
    }, world);
    return cell;
  };

  const cellOf = (key: string) => {
    const number = shardOf(key, index.shards);
    const known = cells.get(number);
    if (known) return known;
    const cell = make(number);
    cells.set(number, cell);
    return cell;
  };

  const goodAt = (key: string) => cellOf(key).peek()?.kept.good?.value;
  const at = (key: string): Content[Name] => {
    const good = goodAt(key) ?? older?.goodAt(key);
    if (good) return good;
    const state = cellOf(key).peek();
    if (!state) throw new Error(`${table}: a lookup without need() before it`);
    return inForce(state.kept);
  };

  return {
    need(keys, anew = false) {
      const waits: Promise<void>[] = [];
      let atHand = true;
      for (const key of keys) {
        const cell = cellOf(key);
        const wait = anew ? cell.refresh() : cell.ensure();
        if (wait) waits.push(wait);
        else atHand &&= cell.peek()?.kept.good !== undefined;
      }
      if (waits.length === 0 && atHand) return undefined;
      return Promise.all(waits).then(
        () => {
          for (const key of keys) at(key);
        },
        (error: unknown) => {
          // what cannot be read now is there under the index before
          if (!keys.every((key) => goodAt(key) ?? older?.goodAt(key))) throw error;
        },
      );
    },
    at,
    goodAt,
    retire() {
      older = undefined;
    },
    status: () =>
      [...cells].flatMap(([number, cell]) => {
        const state = cell.peek();
        if (!state) return [];
        const name = shardDocument(table, index.from + number);
        return [{ name, version: state.parameter?.version ?? 'absent', problem: describeKept(state.kept) }];
      }),
    outdatedSince() {
      let oldest: number | undefined;
      // asked for at every request: nothing is made of the many that are good
      for (const cell of cells.values()) {
        const kept = cell.peek()?.kept;
        if (kept?.error === undefined || kept.newestUntil === undefined) continue;
        // a shard that no mail needs any more is not read anew, and may have been mended
        if (isWithin(world.clock, cell.readAt() ?? 0, 2 * world.times.hard))
          oldest = Math.min(oldest ?? kept.newestUntil, kept.newestUntil);
      }
      return oldest;
    },
  };
}

function parseShard<Name extends ShardedName>(table: Name, name: string, document: unknown, known: Known) {
  try {
    return parseContent(table, document ?? {}, known, known.machine);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new ConfigError(
      error.code,
      error.issues.map((issue) => ({ ...issue, table: name })),
    );
  }
}

/** An index promises a shard that SSM does not have: it was never laid, or the table has been laid anew since. */
export class MissingShard extends ConfigError {
  constructor(table: string, name: string) {
    super('TABLE_VALUE', [{ table: name, path: '', expected: `a shard of ${table}`, got: 'nothing' }]);
  }
}
