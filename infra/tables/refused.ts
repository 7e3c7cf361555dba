import { Token } from 'aws-cdk-lib';
import type { ConfigIssue } from '../../functions/tables/config-error.ts';
import { isPrincipal } from '../../functions/tables/principal.ts';
import { DOCUMENTS, type Tables } from '../../functions/tables/tables.ts';
import type { Authorization } from '../api.ts';
import { parameterPrefix } from '../stage.ts';
import type { StageTables } from './read-tables.ts';

/**
 * What right tables may not hold when a stack lays them. Credentials: a template may be read by whoever may look at the stack, and CloudFormation makes no
 * SecureString. Basic authentication beside IAM: both speak by the same header. And what Parameter Store takes for a reference.
 */
export function refused(
  { documents, tables }: StageTables,
  stage: string,
  authorization: Authorization,
): ConfigIssue[] {
  return [
    ...credentialIssues(documents.authinfo, stage),
    ...passwordIssues(documents.password, stage, authorization),
    ...(authorization === 'iam' ? requiredBasic(tables) : []),
    ...DOCUMENTS.flatMap((table) => references(table, documents[table])),
  ];
}

function credentialIssues(authinfo: unknown, stage: string): ConfigIssue[] {
  const isMapping = typeof authinfo === 'object' && authinfo !== null;
  if (authinfo === undefined || (isMapping && Object.keys(authinfo).length === 0)) return [];
  const expected = `no credentials: they would stand in the template. ${byCommand(stage, 'authinfo/NAME')}`;
  const got = isMapping ? `${Object.keys(authinfo).length} of them` : 'something';
  return [{ table: 'authinfo', path: '', expected, got }];
}

function passwordIssues(password: unknown, stage: string, authorization: Authorization): ConfigIssue[] {
  const users = Object.keys(password ?? {});
  const issue = (expected: string, count: number): ConfigIssue[] =>
    count === 0 ? [] : [{ table: 'password', path: '', expected, got: `${count} of them` }];
  const principals = users.filter(isPrincipal).length;
  const basic = users.length - principals;
  if (authorization === 'none') {
    return [
      ...issue(`no users: their hashes would stand in the template. ${byCommand(stage, 'password')}`, basic),
      ...issue("no principals of IAM without authorization: 'iam'", principals),
    ];
  }
  return issue("no users of Basic authentication beside authorization: 'iam', principals' ARNs alone", basic);
}

function requiredBasic({ config }: Tables): ConfigIssue[] {
  const expected =
    "no Basic authentication beside authorization: 'iam', which lets nobody in without a signature";
  return config.require_auth === 1 ? [{ table: 'haineko.cf', path: 'require_auth', expected, got: '1' }] : [];
}

function byCommand(stage: string, name: string): string {
  const parameter = `${parameterPrefix(stage)}${name}`;
  return `Lay them by: aws ssm put-parameter --type SecureString --name ${parameter} --value file://FILE`;
}

/** Texts with `{{` are references to another parameter for Parameter Store and to secrets for CloudFormation, those with `${` and `#{` to whatever for the CDK. */
function references(table: string, value: unknown, path = ''): ConfigIssue[] {
  if (isReference(value)) return [reference(table, path)];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) => {
    const at = Array.isArray(value) ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`;
    return isReference(key) ? [reference(table, path)] : references(table, each, at);
  });
}

function isReference(value: unknown): boolean {
  if (typeof value === 'string') return /\{\{|[$#]\{/.test(value);
  // the CDK writes a placeholder as a number too
  return typeof value === 'number' && Token.isUnresolved(value);
}

function reference(table: string, path: string): ConfigIssue {
  const expected =
    "no '{{', '${' or '#{': Parameter Store, CloudFormation and the CDK take them for references";
  return { table, path, expected, got: 'a text with one' };
}
