import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import * as yaml from 'js-yaml';
import { knownFrom } from '../../functions/app/known.ts';
import { milters } from '../../functions/milter/index.ts';
import { relays } from '../../functions/relay/index.ts';
import { ConfigError, type ConfigIssue, collect } from '../../functions/tables/config-error.ts';
import { readDocumentWith } from '../../functions/tables/document.ts';
import { buildTables, DOCUMENTS, type Documents, type Tables } from '../../functions/tables/tables.ts';
import { overgrown } from './overgrown.ts';

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
  const names = filesIn(folder);
  const issues: ConfigIssue[] = strayFiles(names);
  const documents: Record<string, unknown> = {};
  for (const name of NAMES.filter((each) => names.includes(each))) {
    const document = collect(issues, () => readDocumentWith(yaml, name, textOf(folder, name)));
    const limit = overgrown(name, document);
    if (limit) issues.push(limit);
    else documents[name] = document;
  }
  // what could not be read has no keys to look at
  const tables = issues.length === 0 ? collect(issues, () => buildTables(documents, known)) : undefined;
  if (!tables) throw wrongFiles(folder, issues);
  return { documents, tables };
}

/** The error of all issues of a folder's tables, each told by its file. */
export function wrongFiles(folder: string, issues: readonly ConfigIssue[]): ConfigError {
  return new ConfigError(
    'TABLE_VALUE',
    issues.map((issue) => ({ ...issue, table: `${folder}/${issue.table}` })),
  );
}

function filesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    const expected =
      "the folder of the stage's tables (config/production is one to copy), or tables: 'command'";
    throw wrong(folder, expected, codeOf(error) === 'ENOENT' ? 'nothing' : codeOf(error));
  }
}

/** A file's text. Throws a ConfigError for what is no file, cannot be read, or is not UTF-8: it would be laid as something else. */
function textOf(folder: string, name: string): string {
  const path = join(folder, name);
  let octets: Buffer;
  try {
    // a pipe would be waited for
    if (!statSync(path).isFile()) throw wrong(name, 'a file', 'something else');
    octets = readFileSync(path);
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    throw wrong(name, 'a file that can be read', codeOf(error));
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(octets);
  } catch {
    throw wrong(name, 'a text in UTF-8', 'other octets');
  }
}

/** A file by a name that no table has: its writer believes that it counts. */
function strayFiles(names: readonly string[]): ConfigIssue[] {
  return names
    .filter((name) => !NAMES.includes(name) && !name.startsWith('.') && !name.endsWith('.md'))
    .map((name) => ({
      table: name,
      path: '',
      expected: `a file named ${NAMES.join(', ')}`,
      got: 'another name',
    }));
}

function wrong(table: string, expected: string, got: string): ConfigError {
  return new ConfigError('TABLE_VALUE', [{ table, path: '', expected, got }]);
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
