import type { Stored } from './parameters.ts';

/** What the deployed stack says of itself in the parameter `stack` (infra/). */
export type StackRecord = {
  /** Who lays the documents: the stack, or this command. */
  readonly tables: 'stack' | 'command';
  readonly authorization: 'none' | 'iam';
  /** Where to POST: `<url>/submit`. */
  readonly url: string;
};

/** The record of the stack; undefined where none is deployed, or none that this version could read. */
export function stackRecord(parameters: ReadonlyMap<string, Stored>): StackRecord | undefined {
  const text = parameters.get('stack')?.value;
  if (text === undefined) return undefined;
  try {
    const { tables, authorization, url } = Object(JSON.parse(text)) as Record<string, unknown>;
    if ((tables !== 'stack' && tables !== 'command') || typeof url !== 'string') return undefined;
    return { tables, authorization: authorization === 'iam' ? 'iam' : 'none', url };
  } catch {
    return undefined;
  }
}

/** Whether the stack laid a parameter, which then is changed by `cdk deploy` alone. */
export function belongsToStack(
  record: StackRecord | undefined,
  { name, type }: Pick<Stored, 'name' | 'type'>,
): boolean {
  if (name === 'stack') return true;
  // CloudFormation cannot make a SecureString: secrets are the command's, whoever lays the documents
  return record?.tables === 'stack' && type === 'String' && name !== 'push';
}
