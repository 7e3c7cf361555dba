import { buildTables } from '../../functions/tables/tables.ts';
import { CommandFailure } from '../command.ts';
import { deployedKnown } from './deployed-known.ts';
import { isShard, shardsInUse, storedDocuments } from './documents.ts';
import type { StageParameters, Stored } from './parameters.ts';
import type { Change } from './plan.ts';
import { numberOf, type PushRecord } from './pushes.ts';
import type { Wanted } from './wanted.ts';

/** What takes a stage back to an older push. */
export type Rollback = {
  readonly label: string;
  readonly changes: readonly Change[];
  /** Made by the push that is taken back: deleted. */
  readonly doomed: readonly Stored[];
  /** Changed since that push by somebody else (`rotate`, by hand): left as they are. */
  readonly left: readonly Stored[];
  /** All that the label stands for. */
  readonly target: ReadonlyMap<string, Stored>;
};

/** The label to go back to: the one named, else the newest before the one that is in force or was broken off. */
export function rollbackLabel(record: PushRecord, asked: string | undefined): string {
  const labels = record.pushes.map(({ label }) => label);
  if (asked !== undefined) {
    if (labels.includes(asked)) return asked;
    throw new CommandFailure(`no push is labelled ${asked}`, `There are: ${labels.join(', ') || 'none'}.`, 2);
  }
  // a rollback that was broken off goes on
  const inForce = numberOf(record.label);
  if (record.state === 'writing' && labels.includes(record.label)) return record.label;
  const before = labels.filter((label) => numberOf(label) < inForce).at(-1);
  if (before !== undefined) return before;
  throw new CommandFailure(
    `there is no push before ${record.label}`,
    'Change the folder, and push it again.',
  );
}

/** Compares what stands with what a label stands for. Only what a push laid is taken back. */
export async function planRollback(
  parameters: StageParameters,
  stored: ReadonlyMap<string, Stored>,
  record: PushRecord,
  label: string,
): Promise<Rollback> {
  const target = await parameters.list(label);
  const latest = await parameters.list(record.label);
  const writing = record.state === 'writing';
  const laidByPush = (each: Stored) =>
    latest.get(each.name)?.version === each.version ||
    target.get(each.name)?.version === each.version ||
    (writing && (record.changing.includes(each.name) || record.changing.includes('*')));
  const later = record.pushes.filter((each) => numberOf(each.label) > numberOf(label));
  const made = new Set([...later.flatMap((each) => each.made), ...(writing ? record.making : [])]);

  const goal = new Map<string, Wanted>(target);
  const doomed: Stored[] = [];
  for (const standing of stored.values()) {
    const { name } = standing;
    if (target.has(name) || name === 'push' || isShard(name) || !laidByPush(standing)) continue;
    if (made.has(name)) doomed.push(standing);
    else {
      // it was there before any push knew of it
      const before = await beforePushes(parameters, standing, label);
      if (before) goal.set(name, before);
    }
  }
  const changes: Change[] = [];
  const left: Stored[] = [];
  for (const wanted of goal.values()) {
    const standing = stored.get(wanted.name);
    if (!standing) changes.push({ kind: 'add', wanted });
    else if (standing.value === wanted.value && standing.type === wanted.type) continue;
    else if (!laidByPush(standing)) left.push(standing);
    else
      changes.push({ kind: standing.type === wanted.type ? 'change' : 'retype', wanted, stored: standing });
  }
  const after = new Map(stored);
  for (const { wanted } of changes) after.set(wanted.name, { ...wanted, version: 0, modified: new Date(0) });
  for (const { name } of doomed) after.delete(name);
  await refuseWhatDoesNotFit(after, label);
  return { label, changes, doomed, left, target };
}

/** What a parameter was before the pushes after `label` laid it; undefined where they found it as it is. */
async function beforePushes(
  parameters: StageParameters,
  { name, type, value }: Stored,
  label: string,
): Promise<Wanted | undefined> {
  const versions = await parameters.history(name);
  const laid = versions.find(({ labels }) => labels.some((each) => numberOf(each) > numberOf(label)));
  const before = versions.filter(({ version }) => version < (laid?.version ?? 0)).at(-1);
  return before && before.value !== value ? { name, type, value: before.value } : undefined;
}

/** Fails where the tables would be wrong then: a shard was pruned, a table that the stack lays has changed since. */
async function refuseWhatDoesNotFit(after: ReadonlyMap<string, Stored>, label: string): Promise<void> {
  const missing = [...(await shardsInUse(after.values()))].filter((name) => !after.has(name));
  if (missing.length > 0) {
    throw new CommandFailure(
      `${label} cannot be put back: ${missing.length} of its shards were deleted since (${missing[0]} ...)`,
      'Push the folder as it was then.',
    );
  }
  const { documents } = await storedDocuments(after);
  // a stage whose tables were never laid has none to fit together
  if (documents.mailertable !== undefined) buildTables(documents, deployedKnown);
}
