import { Duration } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Function as LambdaFunction, LoggingFormat, Runtime } from 'aws-cdk-lib/aws-lambda';
import type { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Authorization } from './authorization.ts';
import { SUBMIT_HANDLER } from './bundle.ts';
import type { Journal } from './journal.ts';
import { Log } from './log.ts';
import type { Network } from './outgoing-address.ts';
import { mayDecryptTables, mayEnterVpc, mayKeepJournal, mayReadTables } from './permissions.ts';
import { type Permission, permit } from './permit.ts';
import { type Ses, sesPermission } from './ses-permission.ts';
import { parameterPrefix } from './stage.ts';
import { submitCode } from './submit-code.ts';

/** What the function needs to know. */
export type SubmitFunctionProps = {
  readonly stage: string;
  readonly authorization: Authorization;
  readonly retain: boolean;
  readonly ses: Ses;
  /** The configuration set of `ses.domain`. */
  readonly configurationSet: string | undefined;
  readonly network: Network | undefined;
  readonly journal: Journal;
  readonly encryptionKey: { readonly keyArn: string } | undefined;
  /** Web pages of these origins count as any client does. */
  readonly origins: readonly string[];
  readonly logRetention: RetentionDays | undefined;
  readonly reservedConcurrency: number | undefined;
};

/** The Lambda function that answers the HTTP API, with its log and its role. */
export class SubmitFunction extends Construct {
  readonly function: LambdaFunction;
  readonly log: LogGroup;

  constructor(scope: Construct, id: string, props: SubmitFunctionProps) {
    super(scope, id);
    const { stage, authorization, origins, network, journal, reservedConcurrency } = props;
    const { group: log } = new Log(this, 'Log', props);
    // A role of our own: CDK's default one has AWSLambdaBasicExecutionRole, which may write every log group
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    log.grantWrite(role);
    for (const each of this.permissions(props)) permit(role, each);

    this.log = log;
    this.function = new LambdaFunction(this, 'Function', {
      description: `Haineko (${stage}): takes a mail as JSON and relays it`,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      // the largest mail needs some 110 MB as a process's first, some 200 after others (docs/benchmarks.md); the rest buys CPU,
      // which Lambda gives by memory
      // https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
      memorySize: 512,
      // HTTP API gives up after 30 s, the cold start included
      // https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
      timeout: Duration.seconds(29),
      handler: SUBMIT_HANDLER,
      code: submitCode(),
      environment: {
        HAINEKO_PREFIX: parameterPrefix(stage),
        ...(authorization === 'iam' && { HAINEKO_AUTHORIZATION: 'iam' }),
        ...(origins.length > 0 && { HAINEKO_ORIGINS: origins.join(',') }),
        ...journal.environment,
      },
      loggingFormat: LoggingFormat.JSON,
      logGroup: log,
      role,
      ...(reservedConcurrency !== undefined && { reservedConcurrentExecutions: reservedConcurrency }),
      ...(network && { vpc: network.vpc, securityGroups: [...network.securityGroups] }),
    });
  }

  /** What the function may do besides writing its log, in its own account and region: nothing that is not here. */
  private permissions({
    stage,
    ses,
    configurationSet,
    network,
    journal,
    encryptionKey,
  }: SubmitFunctionProps): Permission[] {
    return [
      mayReadTables(this, stage),
      ...(encryptionKey ? [mayDecryptTables(this, stage, encryptionKey)] : []),
      mayKeepJournal(journal.table),
      ...sesPermission(this, ses, configurationSet),
      ...(network ? mayEnterVpc(this) : []),
    ];
  }
}
