import type { Address } from '../mail/address.ts';
import { ConfigError, type ConfigIssue, collect } from './config-error.ts';
import { fallbackIssues } from './fallback-names.ts';
import { type HainekoCf, parseHainekoCf, withoutSmtpd } from './haineko-cf.ts';
import type { Known } from './known.ts';
import { MAILERTABLE, parseRouteTable, type RouteTable } from './mailertable.ts';
import { parsePassword, type User, type Users } from './password.ts';
import { parseRecipients, permitsRecipient, type RecipientSet, type Recipients } from './recipients.ts';
import { parseRelayhosts, type RelayHosts } from './relayhosts.ts';
import type { Route } from './route-entry.ts';
import { parseSendermt } from './sendermt.ts';

/** The six documents; credentials (authinfo) are looked up one by one, by name. */
export const DOCUMENTS = [
  'haineko.cf',
  'mailertable',
  'sendermt',
  'relayhosts',
  'recipients',
  'password',
] as const;
export type DocumentName = (typeof DOCUMENTS)[number];

/** The tables that may be cut into shards by a hash of their keys (domain, domain, address or domain, user). */
export const SHARDED = ['mailertable', 'sendermt', 'recipients', 'password'] as const;
export type ShardedName = (typeof SHARDED)[number];

/** Documents as read, not yet checked; an absent table is undefined. */
export type Documents = { readonly [name in DocumentName]?: unknown };

/** The tables in force. Lookups answer from memory; `need` brings there what a lookup is going to ask for. */
export type Tables = {
  readonly config: HainekoCf;
  readonly mailertable: RouteTable;
  readonly sendermt: RouteTable;
  readonly relayhosts: RelayHosts;
  readonly recipients: Recipients;
  readonly password: Users;
  /** The documents as they were read, for /conf (which masks them). */
  readonly documents: Documents;
  /**
   * Loads the shards that these keys fall into, `anew` where they are in memory too; undefined when there is nothing to
   * load (always, unless sharded).
   */
  need(
    keys: { readonly [name in ShardedName]?: readonly string[] },
    anew?: boolean,
  ): Promise<void> | undefined;
};

/** The checked content of the four tables that can be sharded: of a whole table, or of one shard. */
export type Content = {
  readonly mailertable: ReadonlyMap<string, Route>;
  readonly sendermt: ReadonlyMap<string, Route>;
  readonly recipients: RecipientSet;
  readonly password: ReadonlyMap<string, User>;
};

/** Checks one shardable table's document (or one shard's). Throws a ConfigError. */
export function parseContent<Name extends ShardedName>(
  name: Name,
  document: unknown,
  known: Known,
  hostname: string,
): Content[Name];
export function parseContent(name: ShardedName, document: unknown, known: Known, hostname: string): unknown {
  switch (name) {
    case 'mailertable':
      return parseRouteTable('mailertable', MAILERTABLE, document, known);
    case 'sendermt':
      return parseSendermt(document, known);
    case 'recipients':
      return parseRecipients(document, hostname);
    case 'password':
      return parsePassword(document);
  }
}

/**
 * Checks all documents and makes the tables. Throws one ConfigError that lists every issue of every table. `elsewhere`
 * names the tables whose entries are not all at hand: what they lack may be there.
 */
export function buildTables(
  documents: Documents,
  known: Known,
  elsewhere: ReadonlySet<ShardedName> = new Set(),
): Tables {
  const issues: ConfigIssue[] = [];
  const config = collect(issues, () => parseHainekoCf(documents['haineko.cf'], known));
  const hostname = config?.hostname ?? known.machine;
  const mailertable = collect(issues, () =>
    parseContent('mailertable', documents.mailertable, known, hostname),
  );
  const sendermt = collect(issues, () => parseContent('sendermt', documents.sendermt, known, hostname));
  const relayhosts = collect(issues, () => parseRelayhosts(documents.relayhosts));
  const recipients = collect(issues, () => parseContent('recipients', documents.recipients, known, hostname));
  const password = collect(issues, () => parseContent('password', documents.password, known, hostname));
  if (known.deployed) issues.push(...missingWhenDeployed(documents, mailertable));
  if (mailertable && !elsewhere.has('mailertable')) {
    issues.push(...fallbackIssues('mailertable', mailertable, mailertable, known));
    issues.push(...fallbackIssues('sendermt', sendermt ?? new Map(), mailertable, known));
  }
  if (issues.length > 0 || !config || !mailertable || !sendermt || !relayhosts || !recipients || !password) {
    throw new ConfigError('TABLE_VALUE', issues);
  }
  return {
    config,
    mailertable,
    sendermt,
    relayhosts,
    recipients: { permits: (address: Address) => permitsRecipient(recipients, address) },
    password,
    documents,
    need: () => undefined,
  };
}

/** What a deployed relay cannot do without (wire.md, "Routes" and "The outgoing mail"). */
function missingWhenDeployed(documents: Documents, mailertable: RouteTable | undefined): ConfigIssue[] {
  const issues: ConfigIssue[] = [];
  const settings = withoutSmtpd(documents['haineko.cf']);
  if (typeof settings !== 'object' || settings === null || !('hostname' in settings)) {
    issues.push({ table: 'haineko.cf', path: 'hostname', expected: "the server's name", got: 'nothing' });
  }
  // a disabled default would leave Lambda's own 127.0.0.1:25
  if (mailertable && mailertable.get('default')?.disabled !== 0) {
    issues.push({
      table: 'mailertable',
      path: 'default',
      expected: 'a route for mail that no entry matches',
      got: 'nothing',
    });
  }
  return issues;
}
