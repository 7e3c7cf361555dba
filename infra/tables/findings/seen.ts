import { mailers } from '../../../functions/relay/index.ts';
import type { Secret } from '../../../functions/tables/authinfo.ts';
import { ConfigError } from '../../../functions/tables/config-error.ts';
import { tableDomain } from '../../../functions/tables/domain.ts';
import { parseRecipients, type RecipientSet } from '../../../functions/tables/recipients.ts';
import type { Route } from '../../../functions/tables/route-entry.ts';
import type { Authorization } from '../../authorization.ts';
import { callersIn } from '../mixed-callers.ts';
import type { StageTables } from '../read-tables.ts';
import type { Subject } from './finding.ts';
import type { Laid } from './laid.ts';

/** Where the tables are for. */
export type Place = {
  /** True: Lambda; false: the local server. */
  readonly deployed: boolean;
  /** Absent: as the table `password` tells by its principals. */
  readonly authorization?: Authorization | undefined;
  /** What stands in SSM; absent where nobody looked. */
  readonly laid?: Laid | undefined;
};

/** A route, by the name of its entry as the writer spelt it. */
export type Entry = Subject & {
  readonly table: 'mailertable' | 'sendermt';
  /** The name in the form in which addresses have it. */
  readonly domain: string;
  readonly route: Route;
  /** The entry's own keys, without defaults. */
  readonly given: Readonly<Record<string, unknown>>;
  /** What its mailer declares of itself. */
  readonly mailer: ReturnType<typeof mailers.get>;
};

/** The tables as the rules look at them. */
export type Seen = StageTables & {
  readonly deployed: boolean;
  readonly authorization: Authorization;
  readonly laid: Laid | undefined;
  /** The routes of both tables, disabled ones too. */
  readonly entries: readonly Entry[];
  readonly recipients: RecipientSet;
  /** The entries of mailertable that a mail may come to: by a permitted recipient's domain, as the default, or as a fallback. */
  readonly reached: ReadonlySet<string>;
};

/** Puts together what the rules ask for more than once. */
export function seenFrom(stage: StageTables, { deployed, authorization, laid }: Place): Seen {
  const { documents, tables } = stage;
  const signed = callersIn(documents.password).principals.length > 0;
  const entries = [...entriesOf(stage, 'mailertable'), ...entriesOf(stage, 'sendermt')];
  const recipients = parseRecipients(documents.recipients, tables.config.hostname);
  return {
    ...stage,
    deployed,
    authorization: authorization ?? (deployed && signed ? 'iam' : 'none'),
    laid,
    entries,
    recipients,
    reached: new Set([
      'default',
      ...recipients.domains,
      ...[...recipients.addresses].map((address) => address.slice(address.lastIndexOf('@') + 1)),
      ...entries.flatMap(({ route }) => (route.disabled === 1 ? [] : route.fallback)),
    ]),
  };
}

/** A credential by its name: the folder's, which a push would lay, before that in SSM. Undefined where it is not known. */
export function secretOf({ credentials, laid }: Seen, name: string): Secret | undefined {
  const found = credentials?.get(name) ?? laid?.credentials.get(name);
  return found instanceof ConfigError ? undefined : found;
}

function entriesOf({ documents, tables }: StageTables, table: Entry['table']): Entry[] {
  return Object.entries(documents[table] ?? {}).flatMap(([path, given]) => {
    const domain = tableDomain(path) ?? path;
    const route = tables[table].get(domain);
    // an empty entry counts as absent
    return route ? [{ table, path, domain, route, given, mailer: mailers.get(route.mailer) }] : [];
  });
}
