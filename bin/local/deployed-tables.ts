import type { TableSource } from '../../functions/store/source.ts';
import type { SsmClient, SsmPatience } from '../../functions/store/ssm-client.ts';
import { ConfigError } from '../../functions/tables/config-error.ts';
import { parameterPrefix } from '../../infra/stage.ts';
import { clientConfig } from '../aws/clients.ts';
import { trouble } from '../aws/trouble.ts';
import { type AwsOptions, CommandFailure } from '../command.ts';
import { deployedKnown } from '../stage/deployed-known.ts';

/**
 * A deployed stage's tables and credentials, as its Lambda reads them: GetParameters and nothing else. Rejects with a
 * CommandFailure where they cannot be read at all.
 */
export async function deployedTables(
  stage: string,
  options: AwsOptions,
): Promise<(report: (problem: string) => void) => TableSource> {
  const { ssmSource } = await import('../../functions/store/ssm.ts');
  // profile and region are for AmazonSES too
  const client = await readOnly(options);
  let tell = (_problem: string): void => {};
  const report = (problem: string) => tell(problem);
  const source = ssmSource({ prefix: parameterPrefix(stage), known: deployedKnown, report, client });
  try {
    await source.tables();
  } catch (error) {
    source.close();
    if (error instanceof ConfigError)
      throw new CommandFailure(
        error.message,
        'No relay of this stage starts so. haineko conf shows all of it.',
      );
    if (error instanceof Error && error.name === 'SourceUnavailable')
      throw trouble(error.cause, { action: 'ssm:GetParameters', ...options });
    throw error;
  }
  return (reporter) => {
    tell = reporter;
    return source;
  };
}

/** The SDK's client, which finds keys and region as every AWS tool does, as patient as Lambda's own; it asks for parameters alone. */
async function readOnly(options: AwsOptions): Promise<(patience: SsmPatience) => SsmClient> {
  const { GetParametersCommand, SSMClient } = await import('@aws-sdk/client-ssm');
  return ({ times, attempts = 3 }) => {
    const requestHandler = { requestTimeout: times.attempt, throwOnRequestTimeout: true };
    const sdk = new SSMClient({ ...clientConfig(options), maxAttempts: attempts, requestHandler });
    return {
      async get(names, abortSignal) {
        const command = new GetParametersCommand({ Names: [...names], WithDecryption: true });
        return (await sdk.send(command, { abortSignal })).Parameters ?? [];
      },
      dropIdle: () => undefined,
      close: () => sdk.destroy(),
    };
  };
}
