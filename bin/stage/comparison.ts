import { isDeepStrictEqual } from 'node:util';
import { credentialNames } from '../../functions/store/ssm-credentials.ts';
import { ConfigError } from '../../functions/tables/config-error.ts';
import { readDocument } from '../../functions/tables/document.ts';
import { DOCUMENTS } from '../../functions/tables/tables.ts';
import { asLaid } from '../../infra/tables/as-read.ts';
import type { StageTables } from '../../infra/tables/read-tables.ts';
import { differences } from './differences.ts';
import type { StoredDocuments } from './documents.ts';
import { belongsToStack, type StackRecord } from './owner.ts';
import type { Stored } from './parameters.ts';
import type { Layable } from './wanted.ts';

/** How a document or a credential of the folder differs from what stands in SSM. */
export type Difference = {
  /** `mailertable`, `authinfo/Google`. */
  readonly name: string;
  readonly lines: readonly string[];
  /** Who changes it: this command; `cdk deploy`; nobody, since the folder has nothing of it. */
  readonly by: 'command' | 'stack' | 'nobody';
};

/** Compares a folder with SSM, shards put together, document by document and credential by credential. */
export async function compare(
  folder: StageTables,
  stored: ReadonlyMap<string, Stored>,
  { documents: standing, issues }: StoredDocuments,
  record: StackRecord | undefined,
  may: Layable,
): Promise<readonly Difference[]> {
  const { documents } = folder;
  const found: Difference[] = [];
  const add = (name: string, before: unknown, after: unknown, by: Difference['by']) => {
    const lines = isDeepStrictEqual(before, after) ? [] : differences(name, before, after);
    if (lines.length > 0) found.push({ name, lines, by });
  };
  for (const name of DOCUMENTS) {
    const unreadable = issues.some(({ table }) => table.split('/')[0] === name);
    const by = (name === 'password' ? may.password : may.documents) ? 'command' : 'stack';
    if (unreadable) found.push({ name, lines: ['~ what stands in SSM cannot be read'], by });
    else if (documents[name] !== undefined) add(name, standing[name], asLaid(name, folder), by);
    else if (standing[name] !== undefined && name !== 'password')
      add(name, standing[name], undefined, ownedByStack(name, stored, record) ? 'stack' : 'nobody');
  }
  for (const [name, credential] of Object.entries(Object(documents.authinfo ?? {}))) {
    const full = `authinfo/${name}`;
    add(full, await credentialOf(full, stored), credential, 'command');
  }
  return found;
}

function ownedByStack(
  name: string,
  stored: ReadonlyMap<string, Stored>,
  record: StackRecord | undefined,
): boolean {
  const parameter = stored.get(name);
  return parameter !== undefined && belongsToStack(record, parameter);
}

async function credentialOf(name: string, stored: ReadonlyMap<string, Stored>): Promise<unknown> {
  const text = stored.get(name)?.value;
  try {
    return text === undefined ? undefined : await readDocument(name, text);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return {};
  }
}

/** The credentials that routes name: those of the folder, and those that stand in SSM. */
export function namedCredentials(
  { documents }: StageTables,
  { documents: standing }: StoredDocuments,
): ReadonlySet<string> {
  const tables = [documents.mailertable, documents.sendermt, standing.mailertable, standing.sendermt];
  return new Set(tables.flatMap(credentialNames));
}

/** The differences for people. */
export function describeDifferences(found: readonly Difference[], most = 200): string {
  return found
    .map(({ name, lines, by }) => {
      const why = {
        command: '',
        stack: ' (the stack lays it: npx cdk deploy)',
        nobody: ' (not in the folder: stays; --prune takes it away)',
      };
      const shown = lines.slice(0, most).map((line) => `  ${line}`);
      const more = lines.length > most ? [`  ... and ${lines.length - most} more`] : [];
      return [`${name}${why[by]}`, ...shown, ...more].join('\n');
    })
    .join('\n');
}
