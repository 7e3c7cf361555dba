import { relative, resolve } from 'node:path';
import { PARAMETER_BYTES } from '../../functions/store/cut-into-shards.ts';
import { parseAuthinfo } from '../../functions/tables/authinfo.ts';
import { type ConfigIssue, collect } from '../../functions/tables/config-error.ts';
import type { DocumentName } from '../../functions/tables/tables.ts';
import { readTables, type StageTables, wrongFiles } from '../../infra/tables/read-tables.ts';
import { CommandFailure, type World } from '../command.ts';
import { compare, type Difference, namedCredentials } from './comparison.ts';
import { deployedKnown } from './deployed-known.ts';
import { storedDocuments } from './documents.ts';
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
  readonly wanted: readonly Wanted[];
  readonly differences: readonly Difference[];
};

/** The folder of a stage's tables: `--config`, or config/<stage> below the current folder; as errors show it. */
export function stageFolder(stage: string, config: string | undefined, { cwd }: World): string {
  const path = resolve(cwd, config ?? `config/${stage}`);
  const short = relative(cwd, path);
  return short === '' || short.startsWith('..') ? path : short;
}

/** Reads the folder and the stage, and compares. Throws a ConfigError where a table of the folder is wrong. */
export async function preparePush(
  folder: string,
  parameters: StageParameters,
  { documents }: { readonly documents: boolean },
): Promise<Prepared> {
  const tables = readFolder(folder);
  const stored = await parameters.list();
  const record = stackRecord(stored);
  const pushes = pushRecord(stored);
  const may = layable(record, stored, documents);
  const order: readonly DocumentName[] = layingOrder(
    (await storedDocuments(stored)).documents,
    tables.documents,
    deployedKnown,
  );
  const wanted = wantedParameters(tables, may, order);
  const plan = await planOf(wanted, stored, await needed(tables, wanted, stored, record, pushes, parameters));
  return {
    folder,
    stored,
    record,
    pushes,
    may,
    plan,
    wanted,
    differences: await compare(tables, stored, record, may),
  };
}

/** The folder's tables, credentials checked as well. */
function readFolder(folder: string): StageTables {
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
  return tables;
}

async function needed(
  tables: StageTables,
  wanted: readonly Wanted[],
  stored: ReadonlyMap<string, Stored>,
  record: StackRecord | undefined,
  pushes: PushRecord | undefined,
  parameters: StageParameters,
): Promise<(parameter: Stored) => boolean> {
  // a rollback puts back the index that was in force before this push, and needs its shards
  const before = pushes === undefined ? [] : [...(await parameters.list(pushes.label)).values()];
  const routesName = await namedCredentials(tables, stored);
  return neededBeside(wanted, [...before, ...stored.values()], routesName, (each) =>
    belongsToStack(record, each),
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
