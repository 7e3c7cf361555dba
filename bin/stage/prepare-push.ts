import { ConfigError, collect } from '../../functions/tables/config-error.ts';
import { buildTables, DOCUMENTS } from '../../functions/tables/tables.ts';
import type { StageTables } from '../../infra/tables/read-tables.ts';
import { CommandFailure } from '../command.ts';
import { compare, type Difference, namedCredentials } from './comparison.ts';
import { deployedKnown } from './deployed-known.ts';
import { EMPTIED, isDocument, isShard, type StoredDocuments, storedDocuments } from './documents.ts';
import { inLayingOrder, layingOrder } from './laying-order.ts';
import { belongsToStack, type StackRecord, stackToHeed } from './owner.ts';
import type { StageParameters, Stored } from './parameters.ts';
import { type Change, neededBeside, type Plan, planOf } from './plan.ts';
import { labelInForce, laidWhileWriting, type PushRecord, pushRecord } from './push-record.ts';
import type { ReadFolder } from './read-folder.ts';
import { type Layable, layable, type Wanted, wantedParameters } from './wanted.ts';

/** Everything that a push is going to do, and what it found. */
export type Prepared = {
  readonly folder: string;
  readonly stored: ReadonlyMap<string, Stored>;
  readonly record: StackRecord | undefined;
  readonly pushes: PushRecord | undefined;
  readonly may: Layable;
  readonly plan: Plan;
  /** What goes with it: shards and credentials that nothing needs. */
  readonly deleted: readonly Stored[];
  /** Secrets that somebody has laid since the push in force (`rotate`, by hand): left as they are. */
  readonly newer: readonly string[];
  readonly wanted: readonly Wanted[];
  readonly differences: readonly Difference[];
};

/** Reads the stage, and compares. */
export async function preparePush(
  { folder, tables }: ReadFolder,
  parameters: StageParameters,
  options: {
    /** Lays tables too where no stack stands yet. */
    readonly documents: boolean;
    /** Takes away what is in SSM and neither in the folder nor needed. */
    readonly prune?: boolean;
    /** Lays secrets over those that somebody has laid since. */
    readonly overwriteSecrets?: boolean;
    /** Whether a secret lies under another key of KMS than it shall. */
    readonly underOtherKey?: (name: string) => boolean;
  },
): Promise<Prepared> {
  const stored = await parameters.list();
  const record = stackToHeed(stored);
  const pushes = pushRecord(stored);
  const may = layable(record, stored, options.documents);
  const standing = await storedDocuments(stored);
  const order = layingOrder(standing.documents, tables.documents, deployedKnown);
  const label = labelInForce(pushes);
  const inForce = label === undefined ? new Map<string, Stored>() : await parameters.list({ label });
  // a push that was broken off has labelled what it laid
  const begun = pushes?.state === 'writing' ? await parameters.list({ label: pushes.label }) : inForce;
  const wanted = wantedParameters(tables, may, order);
  const stays = await neededBeside(
    wanted,
    // a rollback puts back the index that was in force before this push, and needs its shards
    [...inForce.values(), ...stored.values()],
    namedCredentials(tables, standing),
    (each) => belongsToStack(record, each),
  );
  const whole = await planOf(wanted, stored, stays, options.underOtherKey);
  const ours = (each: Stored) =>
    options.overwriteSecrets === true ||
    each.type === 'String' ||
    [inForce, begun].some((map) => map.get(each.name)?.version === each.version) ||
    laidWhileWriting(pushes, each);
  const newer = whole.changes.flatMap((each) => {
    if (each.kind === 'add' || each.wanted.type !== 'SecureString' || isShard(each.wanted.name)) return [];
    return ours(each.stored) ? [] : each.wanted.name;
  });
  // the shards of a table that stays are of no use either
  const lost = (name: string) =>
    newer.some((each) => name === each || (isShard(name) && name.startsWith(`${each}/`)));
  const doomed = options.prune === true ? whole.orphans : [];
  const emptied = doomed
    .filter(({ name }) => isDocument(name))
    .map((each): Change => ({ kind: 'change', wanted: { ...each, value: EMPTIED }, stored: each }));
  const changes = [...whole.changes.filter(({ wanted: { name } }) => !lost(name)), ...emptied];
  const plan = { ...whole, changes: inLayingOrder(changes, order) };
  if (may.documents) refuseWhatDoesNotFit(tables, standing, plan.changes);
  return {
    folder,
    stored,
    record,
    pushes,
    may,
    plan,
    deleted: doomed.filter(({ name }) => !isDocument(name)),
    newer,
    wanted,
    differences: await compare(tables, stored, standing, record, may),
  };
}

/** Fails where what the folder lacks and SSM has does not fit to what the folder has: no relay could start with it. */
function refuseWhatDoesNotFit(
  { documents }: StageTables,
  standing: StoredDocuments,
  changes: readonly Change[],
): void {
  const gone = new Set(changes.flatMap(({ wanted }) => (wanted.value === EMPTIED ? wanted.name : [])));
  const stays = DOCUMENTS.filter((name) => documents[name] === undefined && !gone.has(name));
  const after = Object.fromEntries(stays.map((name) => [name, standing.documents[name]]));
  const issues = standing.issues.filter(({ table }) =>
    stays.some((name) => name === table && name !== 'password'),
  );
  collect(issues, () => buildTables({ ...documents, ...after }, deployedKnown));
  if (issues.length === 0) return;
  const told = new ConfigError('TABLE_VALUE', issues).message;
  const names = stays.filter((name) => standing.documents[name] !== undefined && name !== 'password');
  throw new CommandFailure(
    `with what stays in SSM (${names.join(', ') || 'what cannot be read'}) this does not fit:\n${told}`,
    'haineko pull writes what stays into the folder; --prune takes it away.',
  );
}

/** Fails where SSM is not as it was when it was read: somebody else changed it while a person was asked. */
export async function refuseChangedMeanwhile(
  { stored }: Pick<Prepared, 'stored'>,
  parameters: StageParameters,
): Promise<void> {
  const now = await parameters.list();
  const names = new Set([...stored.keys(), ...now.keys()]);
  const changed = [...names].filter((name) => stored.get(name)?.version !== now.get(name)?.version);
  if (changed.length === 0) return;
  throw new CommandFailure(
    `somebody else changed ${changed.slice(0, 5).join(', ')} meanwhile, and nothing was laid`,
    'Run the command again: it shows what differs now.',
  );
}
