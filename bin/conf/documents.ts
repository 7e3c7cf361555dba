import { type ConfigIssue, collect } from '../../functions/tables/config-error.ts';
import { parseHainekoCf } from '../../functions/tables/haineko-cf.ts';
import { isPrincipal } from '../../functions/tables/principal.ts';
import { buildTables, DOCUMENTS, type DocumentName } from '../../functions/tables/tables.ts';
import { deployedKnown } from '../stage/deployed-known.ts';
import { EMPTIED, type StoredDocuments } from '../stage/documents.ts';
import { belongsToStack, type StackRecord } from '../stage/owner.ts';
import type { Stored } from '../stage/parameters.ts';

/** What may be told of a document beside its content. */
export type DocumentTold = {
  readonly name: DocumentName;
  readonly version: number;
  /** ISO 8601. */
  readonly modified: string;
  readonly type: Stored['type'];
  /** Who changes it: `cdk deploy`, or the command. */
  readonly owner: 'stack' | 'command';
  /** Entries of a table; null for haineko.cf, and for what is wrong. */
  readonly entries: number | null;
  /** 0 where it stands in one parameter. */
  readonly shards: number;
  /** Its content as in force, users without their hashes; undefined where it is wrong. */
  readonly content: unknown;
};

const MASK = '****';

/** The documents that SSM has, checked as the relay does; what is wrong in them goes into the list. */
export function toldDocuments(
  stored: StoredDocuments,
  parameters: ReadonlyMap<string, Stored>,
  record: StackRecord | undefined,
  issues: ConfigIssue[],
): readonly DocumentTold[] {
  const { documents, indexes } = stored;
  const found = [...stored.issues, ...tableIssues(stored)];
  issues.push(...found);
  const wrong = new Set(found.map(({ table }) => tableOf(table)));
  return DOCUMENTS.flatMap((name) => {
    const parameter = parameters.get(name);
    // what was taken away is as absent to a relay as what never was
    if (!parameter || parameter.value === EMPTIED) return [];
    const { version, modified, type } = parameter;
    const content = wrong.has(name) ? undefined : shownContent(name, documents[name]);
    return {
      name,
      version,
      modified: modified.toISOString(),
      type,
      owner: belongsToStack(record, parameter) ? 'stack' : 'command',
      entries: wrong.has(name) ? null : entriesOf(name, documents[name]),
      shards: [...indexes].find(([table]) => table === name)?.[1].shards ?? 0,
      content,
    };
  });
}

/** What is wrong in the documents that could be read; those that could not are not said to lack what they may have. */
function tableIssues({ documents, issues }: StoredDocuments): readonly ConfigIssue[] {
  const unread = new Set(issues.map(({ table }) => tableOf(table)));
  const found: ConfigIssue[] = [];
  const elsewhere = unread.has('mailertable') ? (['mailertable'] as const) : [];
  collect(found, () => buildTables(documents, deployedKnown, new Set(elsewhere)));
  return found.filter(({ table }) => !unread.has(tableOf(table)));
}

/** A shard's trouble is its table's. */
function tableOf(name: string): string {
  return name.split('/')[0] ?? name;
}

function shownContent(name: DocumentName, document: unknown): unknown {
  if (name === 'haineko.cf') return parseHainekoCf(document, deployedKnown);
  const content: Record<string, unknown> = Object(document ?? {});
  if (name !== 'password') return content;
  const users = Object.entries(content).map(([user, entry]) => {
    if (typeof entry !== 'object' || entry === null) return [user, MASK];
    return [user, isPrincipal(user) ? entry : { ...entry, password: MASK }];
  });
  return Object.fromEntries(users);
}

function entriesOf(name: DocumentName, document: unknown): number | null {
  if (name === 'haineko.cf') return null;
  const content: Record<string, unknown> = Object(document ?? {});
  if (name !== 'recipients' && name !== 'relayhosts') return Object.keys(content).length;
  const lists = Object.values(content).filter((each) => Array.isArray(each));
  return lists.reduce((sum, list) => sum + list.length, 0);
}
