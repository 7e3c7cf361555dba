import { buildTables } from '../../functions/tables/tables.ts';
import { CommandFailure } from '../command.ts';
import { deployedKnown } from './deployed-known.ts';
import { EMPTIED, isDocument, isShard, shardsInUse, storedDocuments } from './documents.ts';
import { inLayingOrder, layingOrder } from './laying-order.ts';
import type { StageParameters, Stored } from './parameters.ts';
import type { Change } from './plan.ts';
import { labelInForce, laidWhileWriting, numberOf, type Push, type PushRecord } from './push-record.ts';
import type { Wanted } from './wanted.ts';

/** What takes a stage to another push. */
export type Rollback = {
  readonly label: string;
  readonly changes: readonly Change[];
  /** Changed since by somebody else (`rotate`, by hand): left as they are. */
  readonly left: readonly string[];
  /** Credentials that a push made which is taken back: they stay, and nothing names them. */
  readonly unused: readonly string[];
  /** Deleted by `push --prune`: they cannot be brought back. */
  readonly gone: readonly string[];
  /** All that the label stands for, and what is emptied. */
  readonly names: readonly string[];
};

/** The label to go to: the one named, else the push that the one in force came after. */
export function rollbackLabel(record: PushRecord, asked: string | undefined): string {
  const labels = record.pushes.map(({ label }) => label);
  if (asked !== undefined) {
    if (labels.includes(asked)) return asked;
    throw new CommandFailure(`no push is labelled ${asked}`, `There are: ${labels.join(', ') || 'none'}.`, 2);
  }
  const own = record.pushes.find(({ label }) => label === record.label);
  // a rollback that was broken off goes on; of a push that was, what was in force before it is the way back
  if (record.state === 'writing' && own) return record.label;
  const before = record.state === 'writing' ? record.after : own?.after;
  const older = labels.filter((label) => numberOf(label) < numberOf(record.label)).at(-1);
  const label = before && labels.includes(before) ? before : older;
  if (label !== undefined) return label;
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
  const target = await parameters.list({ label });
  const known = [target, await parameters.list({ label: record.label })];
  const inForce = labelInForce(record);
  if (inForce !== undefined && inForce !== record.label)
    known.push(await parameters.list({ label: inForce }));
  const laidByPush = (each: Stored) =>
    known.some((map) => map.get(each.name)?.version === each.version) || laidWhileWriting(record, each);

  const undone = takenBack(record, inForce, label);
  const made = new Set([...undone.flatMap((each) => each.made), ...record.making]);
  const goal = new Map<string, Wanted>(target);
  const unused: string[] = [];
  for (const standing of stored.values()) {
    const { name } = standing;
    if (target.has(name) || name === 'push' || isShard(name) || !laidByPush(standing)) continue;
    if (!made.has(name)) {
      // it was there before any push knew of it
      const unlabelled = laidWhileWriting(record, standing) ? record.changing[name] : undefined;
      const before = await beforePushes(parameters, standing, label, unlabelled);
      if (before) goal.set(name, before);
    } else if (isDocument(name)) goal.set(name, { ...standing, value: EMPTIED });
    else unused.push(name);
  }
  const changes: Change[] = [];
  const left: string[] = [];
  for (const wanted of goal.values()) {
    const standing = stored.get(wanted.name);
    if (!standing) changes.push({ kind: 'add', wanted });
    else if (standing.value === wanted.value && standing.type === wanted.type) continue;
    else if (!laidByPush(standing)) left.push(wanted.name);
    else
      changes.push({ kind: standing.type === wanted.type ? 'change' : 'retype', wanted, stored: standing });
  }
  const after = new Map(stored);
  for (const { wanted } of changes) after.set(wanted.name, { ...wanted, version: 0, modified: new Date(0) });
  await refuseWhatDoesNotFit(after, label);
  const [now, then] = await Promise.all([storedDocuments(stored), storedDocuments(after)]);
  const order = layingOrder(now.documents, then.documents, deployedKnown);
  return {
    label,
    changes: inLayingOrder(changes, order),
    left,
    unused,
    gone: undone.flatMap(({ deleted }) => deleted.filter((name) => !isShard(name) && !stored.has(name))),
    names: [...goal.keys()],
  };
}

/** The pushes that led to what is in force and not to `label`. */
function takenBack({ pushes }: PushRecord, inForce: string | undefined, label: string): readonly Push[] {
  const lineOf = (from: string | undefined): Push[] => {
    const line: Push[] = [];
    for (let at = pushes.find((each) => each.label === from); at && !line.includes(at); ) {
      line.push(at);
      const { after } = at;
      at = pushes.find((each) => each.label === after);
    }
    return line;
  };
  const kept = lineOf(label);
  return lineOf(inForce).filter((each) => !kept.includes(each));
}

/** What a parameter was before the pushes after `label` laid it; undefined where they found it as it is. */
async function beforePushes(
  parameters: StageParameters,
  { name, type, value }: Stored,
  label: string,
  unlabelled: number | undefined,
): Promise<Wanted | undefined> {
  const versions = await parameters.history(name);
  const laid = versions.find(({ labels }) => labels.some((each) => numberOf(each) > numberOf(label)));
  const first = Math.min(laid?.version ?? unlabelled ?? 0, unlabelled ?? Number.POSITIVE_INFINITY);
  const before = versions.filter(({ version }) => version < first).at(-1);
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
