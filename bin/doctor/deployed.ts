import type { CuttableName, ShardIndex } from '../../functions/store/shards.ts';
import type { Secret } from '../../functions/tables/authinfo.ts';
import { type ConfigError, type ConfigIssue, collect } from '../../functions/tables/config-error.ts';
import type { User } from '../../functions/tables/password.ts';
import type { Route } from '../../functions/tables/route-entry.ts';
import { buildTables, parseContent } from '../../functions/tables/tables.ts';
import type { StageTables } from '../../infra/tables/read-tables.ts';
import { deployedKnown } from '../stage/deployed-known.ts';
import { storedDocuments } from '../stage/documents.ts';
import { type StackRecord, stackRecord } from '../stage/owner.ts';
import type { Stored } from '../stage/parameters.ts';
import { storedCredential } from '../stage/stored-credential.ts';

/** A route in force, and the entry that it is. */
export type NamedRoute = { readonly table: 'mailertable' | 'sendermt'; readonly name: string } & {
  readonly route: Route;
};

/** What a stage's parameters hold, read as the relay reads them; what is wrong in one table hides no other. */
export type Deployed = {
  readonly parameters: ReadonlyMap<string, Stored>;
  readonly record: StackRecord | undefined;
  /** What they are together; undefined where one of them is wrong. */
  readonly stage: StageTables | undefined;
  /** What the relay would refuse in the documents. */
  readonly issues: readonly ConfigIssue[];
  readonly indexes: ReadonlyMap<CuttableName, ShardIndex>;
  /** All but disabled ones. */
  readonly routes: readonly NamedRoute[];
  readonly users: readonly User[];
  /** The credentials that these routes name, by name: what each holds, what is wrong in it, or that there is none. */
  readonly credentials: ReadonlyMap<string, Secret | ConfigError | undefined>;
};

/** Reads a stage's parameters. */
export async function readDeployed(parameters: ReadonlyMap<string, Stored>): Promise<Deployed> {
  const { documents, issues: unread, indexes } = await storedDocuments(parameters);
  const built: ConfigIssue[] = [];
  const tables = collect(built, () => buildTables(documents, deployedKnown));
  const part = <T>(read: () => T): T | undefined => collect([], read);
  const routesIn = (table: 'mailertable' | 'sendermt') =>
    [...(part(() => parseContent(table, documents[table], deployedKnown, 'localhost')) ?? [])].map(
      ([name, route]): NamedRoute => ({ table, name, route }),
    );
  const routes = [...routesIn('mailertable'), ...routesIn('sendermt')].filter(({ route }) => !route.disabled);
  const users = part(() => parseContent('password', documents.password, deployedKnown, 'localhost'));
  // a table that could not be read looks empty, and an empty one may lack what is there
  const mute = new Set(unread.map(({ table }) => table.split('/')[0]));
  return {
    parameters,
    record: part(() => stackRecord(parameters)),
    stage: tables && { documents, tables },
    issues: [...unread, ...built.filter(({ table }) => !mute.has(table))],
    indexes,
    routes,
    users: [...(users?.values() ?? [])],
    credentials: await credentialsOf(routes, parameters),
  };
}

async function credentialsOf(routes: readonly NamedRoute[], parameters: ReadonlyMap<string, Stored>) {
  const names = routes
    .flatMap(({ route: { auth, dkim } }) => [auth, dkim])
    .filter((name) => name !== undefined);
  const read = [...new Set(names)].map(async (name) => {
    const text = parameters.get(`authinfo/${name}`)?.value;
    return [name, text === undefined ? undefined : await storedCredential(name, text)] as const;
  });
  return new Map(await Promise.all(read));
}
