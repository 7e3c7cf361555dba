import { ConfigError } from '../../functions/tables/config-error.ts';
import { parseStackRecord, type StackRecord } from '../../infra/stack-record.ts';
import { CommandFailure } from '../command.ts';
import type { Stored } from './parameters.ts';

export type { StackRecord };

/** What the deployed stack says of itself; undefined where none is deployed. Throws a ConfigError where it cannot be read. */
export function stackRecord(parameters: ReadonlyMap<string, Stored>): StackRecord | undefined {
  const text = parameters.get('stack')?.value;
  return text === undefined ? undefined : parseStackRecord(text);
}

/** The same for who is going to write: where nobody knows who owns what, nothing is written. */
export function stackToHeed(parameters: ReadonlyMap<string, Stored>): StackRecord | undefined {
  try {
    return stackRecord(parameters);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new CommandFailure(error.message, 'npx cdk deploy lays the parameter `stack` anew.', 1, {
      cause: error,
    });
  }
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
