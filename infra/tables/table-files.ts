import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError, type ConfigIssue, collect } from '../../functions/tables/config-error.ts';
import { DOCUMENTS } from '../../functions/tables/tables.ts';

/** The files that a stage's folder may have, in the order in which all is told of them. */
export const TABLE_FILES: readonly string[] = [...DOCUMENTS, 'authinfo'];

/** A third of a million addresses: far more than a stage holds, and read in seconds. */
const MOST_BYTES = 10_000_000;

/** A folder's tables as texts, by name; and what of the folder is no table, or cannot be read. */
export type TableTexts = {
  readonly texts: ReadonlyMap<string, string>;
  readonly issues: readonly ConfigIssue[];
};

/** Reads a stage's folder. Throws a ConfigError where there is none, unless it is `optional`: then it has no files. */
export function readTableFiles(folder: string, optional = false): TableTexts {
  const names = filesIn(folder, optional);
  const issues: ConfigIssue[] = strayFiles(names);
  const texts = new Map<string, string>();
  for (const name of TABLE_FILES.filter((each) => names.includes(each))) {
    const text = collect(issues, () => textOf(folder, name));
    if (text !== undefined) texts.set(name, text);
  }
  return { texts, issues };
}

function filesIn(folder: string, optional: boolean): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    const code = codeOf(error);
    if (optional && code === 'ENOENT') return [];
    const expected =
      "the folder of the stage's tables (config/production is one to copy), or tables: 'command'";
    throw wrong(folder, expected, code === 'ENOENT' ? 'nothing' : code);
  }
}

/** A file's text. Throws a ConfigError for what is no file, cannot be read, or is not UTF-8: it would be laid as something else. */
function textOf(folder: string, name: string): string {
  const path = join(folder, name);
  let octets: Buffer;
  try {
    // a pipe would be waited for
    const found = statSync(path);
    if (!found.isFile()) throw wrong(name, 'a file', 'something else');
    if (found.size > MOST_BYTES) throw wrong(name, `at most ${MOST_BYTES} bytes`, `${found.size} bytes`);
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
    .filter((name) => !TABLE_FILES.includes(name) && !name.startsWith('.') && !name.endsWith('.md'))
    .map((name) => ({
      table: name,
      path: '',
      expected: `a file named ${TABLE_FILES.join(', ')}`,
      got: 'another name',
    }));
}

function wrong(table: string, expected: string, got: string): ConfigError {
  return new ConfigError('TABLE_VALUE', [{ table, path: '', expected, got }]);
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
