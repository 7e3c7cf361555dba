import type { TableSource } from '../../functions/store/source.ts';
import { ConfigError } from '../../functions/tables/config-error.ts';
import { parameterPrefix } from '../../infra/stage.ts';
import { preferProfile } from '../aws/clients.ts';
import { trouble } from '../aws/trouble.ts';
import { type AwsOptions, CommandFailure } from '../command.ts';
import { deployedKnown } from '../stage/deployed-known.ts';

/**
 * A deployed stage's tables and credentials, as its Lambda reads them: GetParameters and nothing else. Rejects with a
 * CommandFailure where they cannot be read at all.
 */
export async function deployedTables(
  stage: string,
  { profile, region }: AwsOptions,
): Promise<(report: (problem: string) => void) => TableSource> {
  const { ssmSource } = await import('../../functions/store/ssm.ts');
  // for AmazonSES too
  if (profile !== undefined) preferProfile(profile);
  if (region !== undefined) process.env['AWS_REGION'] = region;
  let tell = (_problem: string): void => {};
  const report = (problem: string) => tell(problem);
  const source = ssmSource({ prefix: parameterPrefix(stage), known: deployedKnown, report });
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
      throw trouble(error.cause, { action: 'ssm:GetParameters', profile, region });
    throw error;
  }
  return (reporter) => {
    tell = reporter;
    return source;
  };
}
