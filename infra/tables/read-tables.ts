import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as yaml from 'js-yaml';
import { knownFrom } from '../../functions/app/known.ts';
import { milters } from '../../functions/milter/index.ts';
import { relays } from '../../functions/relay/index.ts';
import { ConfigError, type ConfigIssue, collect } from '../../functions/tables/config-error.ts';
import { readDocumentWith } from '../../functions/tables/document.ts';
import { buildTables, DOCUMENTS, type Documents, type Tables } from '../../functions/tables/tables.ts';

/** A stage's tables as its folder has them: the documents, authinfo's too, and the tables that the relay would make of them. */
export type StageTables = {
  readonly documents: Documents & { readonly authinfo?: unknown };
  readonly tables: Tables;
};

const NAMES: readonly string[] = [...DOCUMENTS, 'authinfo'];

/** As on Lambda: local mailers and loopback hosts are errors, hostname and `default:` are required. */
const known = knownFrom(relays, milters, { deployed: true, machine: 'localhost' });

/** Reads a stage's folder by the schemas of the relay itself. Throws one ConfigError that names every wrong file and key. */
export function readTables(folder: string): StageTables {
  if (!existsSync(folder)) {
    const expected =
      "the folder of the stage's tables (config/production is one to copy), or tables: 'command'";
    throw new ConfigError('TABLE_VALUE', [{ table: folder, path: '', expected, got: 'nothing' }]);
  }
  const issues: ConfigIssue[] = strayFiles(folder);
  const documents: Record<string, unknown> = {};
  for (const name of NAMES.filter((each) => existsSync(join(folder, each)))) {
    documents[name] = collect(issues, () =>
      readDocumentWith(yaml, name, readFileSync(join(folder, name), 'utf8')),
    );
  }
  // what could not be read has no keys to look at
  const tables = issues.length === 0 ? collect(issues, () => buildTables(documents, known)) : undefined;
  if (!tables)
    throw new ConfigError(
      'TABLE_VALUE',
      issues.map((issue) => inFile(folder, issue)),
    );
  return { documents, tables };
}

/** An issue of a table, told by its file. */
export function inFile(folder: string, issue: ConfigIssue): ConfigIssue {
  return { ...issue, table: `${folder}/${issue.table}` };
}

/** A file by a name that no table has: its writer believes that it counts. */
function strayFiles(folder: string): ConfigIssue[] {
  return readdirSync(folder)
    .filter((name) => !NAMES.includes(name) && !name.startsWith('.') && !name.endsWith('.md'))
    .map((name) => ({
      table: name,
      path: '',
      expected: `a file named ${NAMES.join(', ')}`,
      got: 'another name',
    }));
}
