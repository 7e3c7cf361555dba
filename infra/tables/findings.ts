import { openKey } from '../../functions/tables/check.ts';
import type { ConfigIssue } from '../../functions/tables/config-error.ts';
import { DOCUMENTS } from '../../functions/tables/tables.ts';
import type { Authorization } from '../authorization.ts';
import { laidByStack } from './as-read.ts';
import { CLEAR_RULES } from './findings/clear-rules.ts';
import { CREDENTIAL_RULES, USE_RULES, usesOf } from './findings/credential-rules.ts';
import { FALLBACK_RULES, fallbacksOf } from './findings/fallback-rules.ts';
import type { Finding } from './findings/finding.ts';
import { ROUTE_RULES } from './findings/route-rules.ts';
import { findBy } from './findings/rule.ts';
import { type Place, type Seen, seenFrom } from './findings/seen.ts';
import { SETTING_RULES, settingsOf } from './findings/setting-rules.ts';
import { TABLE_RULES, USER_RULES } from './findings/table-rules.ts';
import { callersIn, mixedCallers } from './mixed-callers.ts';
import type { StageTables } from './read-tables.ts';
import { templateReferences } from './references.ts';
import { TABLE_FILES } from './table-files.ts';

/**
 * What somebody should know of tables that are right: what works otherwise than it looks, what is open, what Lambda cannot do. In the order of the tables. Each
 * is a line of the lists in findings/.
 */
export function findingsOf(stage: StageTables, place: Place): readonly Finding[] {
  const seen = seenFrom(stage, place);
  const enabled = seen.entries.filter(({ route }) => route.disabled === 0);
  const found = [
    ...(seen.deployed ? whenLaid(seen) : []),
    ...findBy(SETTING_RULES, settingsOf(seen), seen),
    ...DOCUMENTS.flatMap((table) => findBy(TABLE_RULES[table] ?? [], [{ table, path: '' }], seen)),
    ...findBy(ROUTE_RULES, enabled, seen),
    ...findBy(
      CLEAR_RULES,
      enabled.filter(({ route }) => route.auth !== undefined),
      seen,
    ),
    ...findBy(USE_RULES, usesOf(enabled, seen), seen),
    ...findBy(FALLBACK_RULES, fallbacksOf(enabled, seen.entries), seen),
    ...findBy(USER_RULES, usersOf(seen), seen),
    ...findBy(CREDENTIAL_RULES, credentialsOf(seen), seen),
  ];
  const position = ({ table }: Finding) => TABLE_FILES.indexOf(table);
  return found.toSorted((one, other) => position(one) - position(other));
}

/** What is wrong with right tables once they are laid in SSM. */
function whenLaid(seen: Seen): Finding[] {
  const { authorization } = seen;
  return [
    ...mixedCallers(seen, authorization).map((issue) => asFinding('mixed-callers', issue)),
    ...inTemplate(seen),
  ];
}

/** What `cdk deploy` refuses to lay, and the command lays. Of a stage that nobody asked it is not known which of the two does. */
function inTemplate({ documents, authorization, laid }: Seen): Finding[] {
  if (laid?.tables === 'command') return [];
  const level = laid?.tables === 'stack' ? 'error' : 'warning';
  const issues = laidByStack(authorization).flatMap((table) => templateReferences(table, documents[table]));
  const secrets = laid?.tables === 'stack' ? secretsInFolder(documents, authorization) : [];
  return [
    ...issues.map((issue) => ({ ...asFinding('reference', issue), level }) as const),
    ...secrets.map(
      (table) => ({ id: 'secret-in-folder', level: 'warning', table, path: '', why: SECRET }) as const,
    ),
  ];
}

const SECRET =
  '`cdk deploy` refuses a folder with secrets: haineko rotate lays each, or haineko push all of another folder (--config)';

function secretsInFolder({ authinfo, password }: Seen['documents'], authorization: Authorization): string[] {
  return [
    ...(authorization === 'none' && callersIn(password).users.length > 0 ? ['password'] : []),
    ...(Object.keys(authinfo ?? {}).length > 0 ? ['authinfo'] : []),
  ];
}

/** An issue told as a finding. */
export function asFinding(id: string, { table, path, expected, got }: ConfigIssue): Finding {
  return { id, level: 'error', table, path, why: `expected ${expected}, got ${got}`, expected, got };
}

function usersOf({ documents, tables }: Seen) {
  return Object.keys(documents.password ?? {}).map((name) => ({
    table: 'password',
    // a name may be a secret whose place was mistaken
    path: openKey(name),
    hash: tables.password.get(name)?.hash,
  }));
}

function credentialsOf({ credentials }: Seen) {
  return [...(credentials?.keys() ?? [])].map((path) => ({ table: 'authinfo', path }));
}
