import { ConfigError } from '../../functions/tables/config-error.ts';
import { parameterPrefix } from '../../infra/stage.ts';
import { ssmClient } from '../aws/clients.ts';
import { trouble } from '../aws/trouble.ts';
import { type AwsOptions, CommandFailure } from '../command.ts';
import { type StackRecord, stackRecord } from '../stage/owner.ts';
import { stageArgument } from '../stage/stage-argument.ts';

/**
 * What a deployed stage says of itself. Who sends need not be who runs it: this one parameter is asked for, which is no
 * secret (ssm:GetParameter). Rejects with a CommandFailure.
 */
export async function deployedRecord(stage: string, options: AwsOptions): Promise<StackRecord> {
  const name = `${parameterPrefix(stageArgument(stage, '--stage'))}stack`;
  const value = await parameterValue(name, options);
  try {
    const stored = { name: 'stack', value, type: 'String' as const, version: 0, modified: new Date(0) };
    const record = stackRecord(new Map([['stack', stored]]));
    if (record !== undefined) return record;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new CommandFailure(`--stage: the parameter ${name} cannot be read: ${error.message}`, REMEDY);
  }
  throw new CommandFailure(`--stage: the parameter ${name} cannot be read`, REMEDY);
}

const REMEDY = 'Deploy the stage with this version (npx cdk deploy), or say --url.';

async function parameterValue(Name: string, options: AwsOptions): Promise<string> {
  const { GetParameterCommand, ParameterNotFound } = await import('@aws-sdk/client-ssm');
  const client = await ssmClient(options);
  try {
    const { Parameter } = await client.send(new GetParameterCommand({ Name }));
    return Parameter?.Value ?? '';
  } catch (error) {
    if (error instanceof ParameterNotFound)
      throw new CommandFailure(
        `--stage: there is no parameter ${Name} in this account and region`,
        `Look at --profile and --region. ${REMEDY}`,
      );
    throw trouble(error, { action: 'ssm:GetParameter', ...options });
  } finally {
    client.destroy();
  }
}
