import { relative, resolve } from 'node:path';
import { parseAuthinfo } from '../../functions/tables/authinfo.ts';
import { type ConfigIssue, collect } from '../../functions/tables/config-error.ts';
import { readTables, type StageTables, wrongFiles } from '../../infra/tables/read-tables.ts';
import type { World } from '../command.ts';
import { credentialParameters } from './wanted.ts';

/** The folder of a stage's tables: `--config`, or config/<stage> below the current folder; as errors show it. */
export function stageFolder(stage: string, config: string | undefined, { cwd }: World): string {
  const path = resolve(cwd, config ?? `config/${stage}`);
  const short = relative(cwd, path);
  return short === '' || short.startsWith('..') ? path : short;
}

/** A folder that was found right, and what it has. */
export type ReadFolder = { readonly folder: string; readonly tables: StageTables };

/** The folder's tables, credentials checked as well. Throws a ConfigError where one is wrong. */
export function readFolder(folder: string): ReadFolder {
  const tables = readTables(folder);
  const issues: ConfigIssue[] = [];
  collect(issues, () => parseAuthinfo(tables.documents.authinfo));
  collect(issues, () => credentialParameters(tables));
  if (issues.length > 0) throw wrongFiles(folder, issues);
  return { folder, tables };
}
