import { relative, resolve } from 'node:path';
import { PARAMETER_BYTES } from '../../functions/store/cut-into-shards.ts';
import { parseAuthinfo } from '../../functions/tables/authinfo.ts';
import { type ConfigIssue, collect } from '../../functions/tables/config-error.ts';
import type { DocumentName } from '../../functions/tables/tables.ts';
import { readTables, type StageTables, wrongFiles } from '../../infra/tables/read-tables.ts';
import { CommandFailure, type World } from '../command.ts';
import { compare, type Difference, namedCredentials } from './comparison.ts';
import { deployedKnown } from './deployed-known.ts';
import { isShard, storedDocuments } from './documents.ts';
import { layingOrder } from './laying-order.ts';
import { belongsToStack, type StackRecord, stackRecord } from './owner.ts';
import type { StageParameters, Stored } from './parameters.ts';
import { neededBeside, type Plan, planOf } from './plan.ts';
import { type PushRecord, pushRecord } from './pushes.ts';
import { type Layable, layable, type Wanted, wantedParameters } from './wanted.ts';

/** Everything that a push is going to do, and what it found. */
export type Prepared = {
  readonly folder: string;
  readonly stored: ReadonlyMap<string, Stored>;
  readonly record: StackRecord | undefined;
  readonly pushes: PushRecord | undefined;
  readonly may: Layable;
  readonly plan: Plan;
  /** Secrets that somebody has laid since the push in force (`rotate`, by hand): left as they are. */
  readonly newer: readonly string[];
  readonly wanted: readonly Wanted[];
  readonly differences: readonly Difference[];
};

/** The folder of a stage's tables: `--config`, or config/<stage> below the current folder; as errors show it. */
export function stageFolder(stage: string, config: string | undefined, { cwd }: World): string {
  const path = resolve(cwd, config ?? `config/${stage}`);
  const short = relative(cwd, path);
  return short === '' || short.startsWith('..') ? path : short;
}

/** A folder that was found right, and what it has. */
export type ReadFolder = { readonly folder: string; readonly tables: StageTables };

/** Reads the stage, and compares. */
export async function preparePush(
  { folder, tables }: ReadFolder,
  parameters: StageParameters,
  options: {
    /** Lays tables too where no stack stands yet. */
    readonly documents: boolean;
    /** Lays secrets over those that somebody has laid since. */
    readonly overwriteSecrets?: boolean;
    /** Whether a secret lies under another key of KMS than it shall. */
    readonly underOtherKey?: (name: string) => boolean;
  },
): Promise<Prepared> {
  const stored = await parameters.list();
  const record = stackRecord(stored);
  const pushes = pushRecord(stored);
  const may = layable(record, stored, options.documents);
  const order: readonly DocumentName[] = layingOrder(
    (await storedDocuments(stored)).documents,
    tables.documents,
    deployedKnown,
  );
  const inForce = pushes === undefined ? new Map<string, Stored>() : await parameters.list(pushes.label);
  const wanted = wantedParameters(tables, may, order);
  const stays = await neededBeside(
    wanted,
    // a rollback puts back the index that was in force before this push, and needs its shards
    [...inForce.values(), ...stored.values()],
    await namedCredentials(tables, stored),
    (each) => belongsToStack(record, each),
  );
  const whole = await planOf(wanted, stored, stays, options.underOtherKey);
  const ours = (each: Stored) =>
    options.overwriteSecrets === true ||
    each.type === 'String' ||
    inForce.get(each.name)?.version === each.version ||
    (pushes?.state === 'writing' && (pushes.changing.includes(each.name) || pushes.changing.includes('*')));
  const newer = whole.changes.flatMap((each) => {
    if (each.kind === 'add' || each.wanted.type !== 'SecureString' || isShard(each.wanted.name)) return [];
    return ours(each.stored) ? [] : each.wanted.name;
  });
  // the shards of a table that stays are of no use either
  const lost = (name: string) =>
    newer.some((each) => name === each || (isShard(name) && name.startsWith(`${each}/`)));
  const plan = { ...whole, changes: whole.changes.filter(({ wanted: { name } }) => !lost(name)) };
  const differences = await compare(tables, stored, record, may);
  return { folder, stored, record, pushes, may, plan, newer, wanted, differences };
}

/** The folder's tables, credentials checked as well. Throws a ConfigError where one is wrong. */
export function readFolder(folder: string): ReadFolder {
  const tables = readTables(folder);
  const issues: ConfigIssue[] = [];
  collect(issues, () => parseAuthinfo(tables.documents.authinfo));
  for (const [name, credential] of Object.entries(Object(tables.documents.authinfo ?? {}))) {
    const bytes = Buffer.byteLength(JSON.stringify(credential));
    const expected = `at most ${PARAMETER_BYTES} bytes as JSON`;
    if (bytes > PARAMETER_BYTES)
      issues.push({ table: 'authinfo', path: name, expected, got: `${bytes} bytes` });
  }
  if (issues.length > 0) throw wrongFiles(folder, issues);
  return { folder, tables };
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
