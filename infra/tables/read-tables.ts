import * as yaml from 'js-yaml';
import { knownFrom } from '../../functions/app/known.ts';
import { milters } from '../../functions/milter/index.ts';
import { relays } from '../../functions/relay/index.ts';
import { parseAuthinfo, type Secret } from '../../functions/tables/authinfo.ts';
import { ConfigError, type ConfigIssue, collect } from '../../functions/tables/config-error.ts';
import { readDocumentWith } from '../../functions/tables/document.ts';
import {
  buildTables,
  DOCUMENTS,
  type Documents,
  type ShardedName,
  type Tables,
} from '../../functions/tables/tables.ts';
import { overgrown } from './overgrown.ts';
import { readTableFiles, TABLE_FILES } from './table-files.ts';

/** A stage's tables as its folder has them: the documents, authinfo's too, and the tables that the relay would make of them. */
export type StageTables = {
  readonly documents: Documents & { readonly authinfo?: unknown };
  readonly tables: Tables;
  /** authinfo's credentials by name; undefined where nobody read them, or they are wrong. */
  readonly credentials?: ReadonlyMap<string, Secret> | undefined;
};

/** Whose tables they are, and how strictly they are read. */
export type Reading = {
  /** True for a stage on Lambda: local mailers and loopback hosts are errors, hostname and `default:` are required. */
  readonly deployed: boolean;
  /** Of the local server: the machine's name. */
  readonly machine?: string;
  /** A folder that is not there, and a table that it does not have, are no issue: the rest may be elsewhere. */
  readonly optional?: boolean;
};

/** All that reading a folder gives: what is right, and what is not. */
export type Look = Omit<StageTables, 'tables'> & {
  /** The files' texts by table. Those of `password` and `authinfo` are secrets. */
  readonly texts: ReadonlyMap<string, string>;
  /** Undefined where one of the six is wrong, or (with `optional`) where one is missing that they need. */
  readonly tables: Tables | undefined;
  /** In the order of the tables; each names its file, and the key where it is about one. */
  readonly issues: readonly ConfigIssue[];
};

/** Reads a stage's folder by the schemas of the relay itself, authinfo's too. Throws a ConfigError only where there is no folder. */
export function lookAtTables(folder: string, reading: Reading): Look {
  const look = lookAtDocuments(folder, reading);
  if (look.issues.some(({ table }) => table === 'authinfo')) return look;
  const issues = [...look.issues];
  const credentials = collect(issues, () => parseAuthinfo(look.documents.authinfo));
  return { ...look, credentials, issues: inOrder(issues) };
}

/** A stage's folder for the stack that lays it. Throws one ConfigError that names every wrong file and key. */
export function readTables(folder: string): StageTables {
  const { documents, tables, issues } = lookAtDocuments(folder, { deployed: true });
  if (!tables || issues.length > 0) throw wrongFiles(folder, issues);
  return { documents, tables };
}

function lookAtDocuments(folder: string, reading: Reading): Look {
  const { texts, issues: unreadable } = readTableFiles(folder, reading.optional);
  const issues = [...unreadable];
  const documents: Record<string, unknown> = {};
  for (const [name, text] of texts) {
    const document = collect(issues, () => readDocumentWith(yaml, name, text));
    const limit = overgrown(name, document);
    if (limit) issues.push(limit);
    else documents[name] = document;
  }
  const unread = new Set(issues.map(({ table }) => table));
  const { tables, issues: wrongValues } = build(documents, unread, reading);
  return { texts, documents, tables, issues: inOrder([...issues, ...wrongValues]) };
}

/** The tables, and what is wrong with their values. What could not be read has no keys to look at. */
function build(
  documents: Readonly<Record<string, unknown>>,
  unread: ReadonlySet<string>,
  { deployed, machine = 'localhost', optional = false }: Reading,
): Pick<Look, 'tables' | 'issues'> {
  const isElsewhere = (name: string) => unread.has(name) || (optional && documents[name] === undefined);
  const known = knownFrom(relays, milters, { deployed, machine });
  const elsewhere: ShardedName[] = isElsewhere('mailertable') ? ['mailertable'] : [];
  const issues: ConfigIssue[] = [];
  const tables = collect(issues, () => buildTables(documents, known, new Set(elsewhere)));
  return {
    tables: DOCUMENTS.some((name) => unread.has(name)) ? undefined : tables,
    issues: issues.filter(({ table }) => !isElsewhere(table)),
  };
}

/** The error of all issues of a folder's tables, each told by its file. */
export function wrongFiles(folder: string, issues: readonly ConfigIssue[]): ConfigError {
  return new ConfigError(
    'TABLE_VALUE',
    issues.map((issue) => ({ ...issue, table: `${folder}/${issue.table}` })),
  );
}

/** By table, in the order of TABLE_FILES; other files first. */
function inOrder(issues: readonly ConfigIssue[]): ConfigIssue[] {
  const place = ({ table }: ConfigIssue) => TABLE_FILES.indexOf(table);
  return issues.toSorted((one, other) => place(one) - place(other));
}
