import { ConfigError, type ConfigIssue, collect } from '../../functions/tables/config-error.ts';
import { isRead, isShard, shardsInUse, storedDocuments } from '../stage/documents.ts';
import { type StackRecord, stackRecord } from '../stage/owner.ts';
import type { Stored } from '../stage/parameters.ts';
import { type PushRecord, pushRecord } from '../stage/push-record.ts';
import { type CredentialTold, toldCredentials } from './credentials.ts';
import { type DocumentTold, toldDocuments } from './documents.ts';
import { routesByCredential } from './routes-name.ts';

/** What is in force in SSM. Never a secret. */
export type InForce = {
  /** What the stack says of itself; null where it says nothing. */
  readonly stack: StackRecord | null;
  /** The newest push; null where there was none. */
  readonly push: Pick<PushRecord, 'label' | 'state' | 'at' | 'by'> | null;
  readonly documents: readonly DocumentTold[];
  readonly credentials: readonly CredentialTold[];
  /** Shards that no index names: of tables before, until a push deletes them. */
  readonly leftShards: number;
  /** Names that no relay reads. */
  readonly strangers: readonly string[];
  /** What is wrong, a line each. */
  readonly wrong: readonly string[];
};

/** Reads what a stage's parameters say, and holds it against what the relay takes. */
export async function inForce(stage: string, parameters: ReadonlyMap<string, Stored>): Promise<InForce> {
  const issues: ConfigIssue[] = [];
  const record = collect([], () => stackRecord(parameters));
  const stored = await storedDocuments(parameters);
  const documents = toldDocuments(stored, parameters, record, issues);
  const routes = routesByCredential(stored.documents);
  const credentials = await toldCredentials(parameters, routes, issues);
  const needed = [...routes].filter(([, naming]) => naming.some(({ disabled }) => !disabled));
  const missing = needed.filter(([name]) => !parameters.has(`authinfo/${name}`));
  const push = pushRecord(parameters);
  const inUse = await shardsInUse(parameters.values());
  const names = [...parameters.keys()];
  return {
    stack: record ?? null,
    push: push ? { label: push.label, state: push.state, at: push.at, by: push.by } : null,
    documents,
    credentials,
    leftShards: names.filter((name) => isShard(name) && !inUse.has(name)).length,
    strangers: names.filter((name) => !isRead(name) && name !== 'stack' && name !== 'push').sort(),
    wrong: [
      ...(record === undefined && parameters.has('stack')
        ? ["stack: not what this version's `cdk deploy` lays: who lays the tables is not known"]
        : []),
      ...issues.map((issue) => new ConfigError('TABLE_VALUE', [issue]).message),
      ...missing.map(
        ([name, naming]) =>
          `${naming[0]?.where}: no credential ${name}: what goes this way is deferred (haineko rotate ${stage} ${name} --new makes it)`,
      ),
      ...(push?.state === 'writing'
        ? [
            `${push.label}: not done: tables of it and of the push before may be in force together (haineko push ${stage} goes on with it)`,
          ]
        : []),
    ],
  };
}
