import { collect } from '../../functions/tables/config-error.ts';
import { DOCUMENTS } from '../../functions/tables/tables.ts';
import { CommandFailure } from '../command.ts';
import { isShard } from '../stage/documents.ts';
import { belongsToStack, stackRecord } from '../stage/owner.ts';
import type { Stored } from '../stage/parameters.ts';

/** What becomes of a stage's parameters, by name. */
export type Doomed = {
  /** In the order in which they go. */
  readonly doomed: readonly string[];
  /** `npx cdk destroy` deletes them. */
  readonly ofStack: readonly string[];
  /** Nothing of Haineko has made them. */
  readonly strangers: readonly string[];
  /** Whether the stack says that it stands. */
  readonly stands: boolean;
};

/** Parts what the command laid from what it leaves. Throws a CommandFailure where it cannot be known who laid the tables. */
export function doomedOf(parameters: ReadonlyMap<string, Stored>): Doomed {
  const record = collect([], () => stackRecord(parameters));
  if (record === undefined && parameters.has('stack')) {
    throw new CommandFailure(
      'the parameter `stack` cannot be read: who laid the tables is not known',
      'Nothing was deleted. Deploy with this version of Haineko, or delete the stack first (npx cdk destroy); then run the command again.',
    );
  }
  const all = [...parameters.values()].sort((one, other) => (one.name < other.name ? -1 : 1));
  const ours = all.filter(({ name }) => orderOf(name) !== undefined || name === 'stack');
  const doomed = ours.filter((parameter) => !belongsToStack(record, parameter)).map(({ name }) => name);
  return {
    doomed: doomed.sort((one, other) => (orderOf(one) ?? 0) - (orderOf(other) ?? 0)),
    ofStack: ours.map(({ name }) => name).filter((name) => !doomed.includes(name)),
    strangers: all.filter((parameter) => !ours.includes(parameter)).map(({ name }) => name),
    stands: parameters.has('stack'),
  };
}

/**
 * When a parameter goes; undefined for a stranger. haineko.cf first: without it a relay takes no newer tables, so that an
 * absent one never lets in whom it kept out. The record of pushes last: what was broken off is still known then.
 */
function orderOf(name: string): number | undefined {
  if (name === 'haineko.cf') return 0;
  if (name.startsWith('authinfo/')) return 1;
  if (DOCUMENTS.some((each) => each === name)) return 2;
  if (isShard(name)) return 3;
  return name === 'push' ? 4 : undefined;
}

/** Names in lines, shards summed up: there may be hundreds. */
export function listed(names: readonly string[]): string[] {
  const shards = new Map<string, number>();
  for (const name of names.filter(isShard)) {
    const table = name.slice(0, name.indexOf('/'));
    shards.set(table, (shards.get(table) ?? 0) + 1);
  }
  const summed = [...shards].map(([table, count]) => `${table}/*: ${count} shard${count === 1 ? '' : 's'}`);
  return [...names.filter((name) => !isShard(name)), ...summed];
}
