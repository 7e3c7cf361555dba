import { trouble } from '../aws/trouble.ts';
import type { AwsOptions } from '../command.ts';
import type { StageParameters, Stored } from '../stage/parameters.ts';

/**
 * A stage's parameters by name, secrets as they lie: they go even where their key of KMS is gone or denied. Rejects with a
 * CommandFailure.
 */
export async function sealedParameters(
  { client, prefix }: StageParameters,
  options: AwsOptions,
): Promise<ReadonlyMap<string, Stored>> {
  const { paginateGetParametersByPath } = await import('@aws-sdk/client-ssm');
  const found = new Map<string, Stored>();
  const asked = { Path: prefix.slice(0, -1), Recursive: true, WithDecryption: false };
  try {
    for await (const { Parameters = [] } of paginateGetParametersByPath({ client, pageSize: 10 }, asked)) {
      for (const { Name = '', Value = '', Type, Version = 0, LastModifiedDate } of Parameters) {
        const name = Name.slice(prefix.length);
        const type = Type === 'SecureString' ? Type : 'String';
        found.set(name, {
          name,
          value: Value,
          type,
          version: Version,
          modified: LastModifiedDate ?? new Date(0),
        });
      }
    }
  } catch (error) {
    throw trouble(error, { action: 'ssm:GetParametersByPath', ...options });
  }
  return found;
}
