import { parseStackRecord, type StackRecord } from '../../infra/stack-record.ts';
import type { Stored } from './parameters.ts';

export type { StackRecord };

/** What the deployed stack says of itself; undefined where none is deployed, or none that this version could read. */
export function stackRecord(parameters: ReadonlyMap<string, Stored>): StackRecord | undefined {
  const text = parameters.get('stack')?.value;
  return text === undefined ? undefined : parseStackRecord(text);
}

/** Whether the stack laid a parameter, which then is changed by `cdk deploy` alone. */
export function belongsToStack(
  record: StackRecord | undefined,
  { name, type }: Pick<Stored, 'name' | 'type'>,
): boolean {
  if (name === 'stack') return true;
  // CloudFormation cannot make a SecureString: secrets are the command's, whoever lays the documents
  if (record?.tables !== 'stack' || type !== 'String' || name === 'push') return false;
  // a secret that somebody laid as a String is not the stack's either: its `password` has IAM's principals alone
  if (/^password(?:\/|$)/.test(name)) return record.authorization === 'iam';
  return !name.startsWith('authinfo/');
}
