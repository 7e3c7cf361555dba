import { Token } from 'aws-cdk-lib';
import type { ConfigIssue } from '../../functions/tables/config-error.ts';
import { DOCUMENTS } from '../../functions/tables/tables.ts';
import type { Authorization } from '../authorization.ts';
import { parameterPrefix } from '../stage.ts';
import { callersIn, mixedCallers, someOf } from './mixed-callers.ts';
import type { StageTables } from './read-tables.ts';
import { holdsReference, templateReferences } from './references.ts';

/**
 * What right tables may not hold when a stack lays them. Credentials: a template may be read by whoever may look at the stack, and CloudFormation makes no
 * SecureString. Basic authentication beside IAM. And what Parameter Store takes for a reference, or CloudFormation, or the CDK.
 */
export function refused(stage: StageTables, name: string, authorization: Authorization): ConfigIssue[] {
  const { documents } = stage;
  return [
    ...credentialIssues(documents.authinfo, name),
    ...(authorization === 'none' ? hashIssues(documents.password, name) : []),
    ...mixedCallers(stage, authorization),
    ...DOCUMENTS.flatMap((table) => templateReferences(table, documents[table], isReference)),
  ];
}

function credentialIssues(authinfo: unknown, stage: string): ConfigIssue[] {
  const isMapping = typeof authinfo === 'object' && authinfo !== null;
  if (authinfo === undefined || (isMapping && Object.keys(authinfo).length === 0)) return [];
  const expected = `no credentials: they would stand in the template. ${byCommand(stage, 'authinfo/NAME')}`;
  const got = isMapping ? `${Object.keys(authinfo).length} of them` : 'something';
  return [{ table: 'authinfo', path: '', expected, got }];
}

function hashIssues(password: unknown, stage: string): ConfigIssue[] {
  return someOf(
    callersIn(password).users,
    `no users: their hashes would stand in the template. ${byCommand(stage, 'password')}`,
  );
}

function byCommand(stage: string, name: string): string {
  const user = name === 'password' ? ' --user' : '';
  return `Lay each by: npx haineko rotate ${stage} NAME --new${user} (it becomes the secret ${parameterPrefix(stage)}${name})`;
}

function isReference(value: unknown): boolean {
  // the CDK writes a placeholder as a number too
  return holdsReference(value) || (typeof value === 'number' && Token.isUnresolved(value));
}
