import { isDeepStrictEqual } from 'node:util';
import { type Credential, parseAuthinfo } from '../tables/authinfo.ts';
import { ConfigError, type ConfigIssue, collect } from '../tables/config-error.ts';
import type { Known } from '../tables/known.ts';
import { buildTables, type Documents, type Tables } from '../tables/tables.ts';

/** The six documents and authinfo, where all of it stands in one place (memory, a directory). */
export type AllDocuments = Documents & { readonly authinfo?: unknown };

/** Everything in force at one moment. */
export type Snapshot = {
  readonly tables: Tables;
  readonly credentials: ReadonlyMap<string, Credential>;
};

/**
 * Checks all documents together: a change is taken whole or not at all. Throws one ConfigError with every issue.
 * A credential keeps its version while it stays the same, so that kept connections outlive other changes.
 */
export function buildSnapshot(
  documents: AllDocuments,
  known: Known,
  version: string,
  previous?: Snapshot,
): Snapshot {
  const { authinfo, ...tableDocuments } = documents;
  const issues: ConfigIssue[] = [];
  const tables = collect(issues, () => buildTables(tableDocuments, known));
  const read = collect(issues, () => parseAuthinfo(authinfo));
  if (!tables || !read) throw new ConfigError('TABLE_VALUE', issues);
  const credentials = new Map<string, Credential>();
  for (const [name, secret] of read) {
    const before = previous?.credentials.get(name);
    const same = before && isDeepStrictEqual({ ...secret, name, version: before.version }, before);
    credentials.set(name, same ? before : { ...secret, name, version });
  }
  return { tables, credentials };
}

/** The versions of a snapshot's credentials, for status(). */
export function credentialVersions(snapshot: Snapshot | undefined): Record<string, string> {
  const credentials = [...(snapshot?.credentials.values() ?? [])];
  return Object.fromEntries(credentials.map(({ name, version }) => [`authinfo/${name}`, version]));
}
