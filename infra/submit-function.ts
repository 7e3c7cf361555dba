import { Duration } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Function as LambdaFunction, LoggingFormat, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { SUBMIT_HANDLER } from './bundle.ts';
import { submitPermissions } from './permissions.ts';
import { parameterPrefix } from './stage.ts';
import { submitCode } from './submit-code.ts';

/** What the function needs to know. */
export type SubmitFunctionProps = { readonly stage: string };

/** The Lambda function that answers the HTTP API, with its log and its role. */
export class SubmitFunction extends Construct {
  readonly function: LambdaFunction;

  constructor(scope: Construct, id: string, props: SubmitFunctionProps) {
    super(scope, id);
    // A log group of our own: the one that Lambda makes by itself keeps everything for ever
    // https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html
    const log = new LogGroup(this, 'Log', { retention: RetentionDays.ONE_MONTH });
    // A role of our own: CDK's default one has AWSLambdaBasicExecutionRole, which may write every log group
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    log.grantWrite(role);
    for (const statement of submitPermissions(this, props.stage)) role.addToPolicy(statement);

    this.function = new LambdaFunction(this, 'Function', {
      description: `Haineko (${props.stage}): takes a mail as JSON and relays it`,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      // 4 MB of mail need 112 MB; the rest buys CPU, which Lambda gives by memory
      // https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
      memorySize: 512,
      // HTTP API gives up after 30 s, the cold start included
      // https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
      timeout: Duration.seconds(29),
      handler: SUBMIT_HANDLER,
      code: submitCode(),
      environment: { HAINEKO_PREFIX: parameterPrefix(props.stage) },
      loggingFormat: LoggingFormat.JSON,
      logGroup: log,
      role,
    });
  }
}
