import { Stack } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ILogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { Api, type Cors, type Throttle } from './api.ts';
import type { ApiDomain } from './api-domain.ts';
import type { Authorization } from './authorization.ts';
import { checkProps } from './check-props.ts';
import { Journal, type Retention } from './journal.ts';
import { OutgoingAddress } from './outgoing-address.ts';
import { SendingDomain } from './sending-domain.ts';
import type { Ses } from './ses-permission.ts';
import { StackParameter } from './stack-parameter.ts';
import { parameterPrefix, stageName } from './stage.ts';
import { SubmitFunction } from './submit-function.ts';
import { Tables } from './tables/tables.ts';
import { Alarms } from './watch/alarms.ts';
import { HainekoDashboard } from './watch/dashboard.ts';

/** What a relay may be told. Only `stage` is needed. */
export type HainekoProps = {
  /** Separates one relay from another in the same account and region: its tables are under /haineko/<stage>/ in SSM. */
  readonly stage: string;

  /**
   * Who may call the API. `none` (default): anybody reaches the relay, whose tables `relayhosts` and `password` decide. `iam`: API Gateway
   * takes requests signed with AWS keys alone; the user is the principal's ARN, an entry of the table `password`.
   */
  readonly authorization?: Authorization;
  /** A domain name of your own in front of the API. */
  readonly domain?: ApiDomain;
  /** Web pages whose scripts may call the API. Absent: none. */
  readonly cors?: Cors;
  /** How the API is reached: `ipv4` (default), or `dual-stack`, IPv6 as well; relayhosts then meets IPv6 clients too. */
  readonly ipAddressType?: 'ipv4' | 'dual-stack';
  /** Most requests a second, and at once; more get the platform's 429, and nothing ran. Default: 100 a second, 200 at once. */
  readonly throttle?: Throttle;

  /** Days that the logs are kept. Default: a month. */
  readonly logRetention?: RetentionDays;
  /**
   * Most instances of the function at the same time; it takes so many away from the account's other functions. Absent: as many as the account
   * has left. More requests at the same time get the platform's 5xx.
   */
  readonly reservedConcurrency?: number;

  /**
   * Who lays the tables in SSM. `stack` (default): this stack, from the folder `config`, once they are found right while synthesizing.
   * `command`: you do; the stack only lets the function read them.
   */
  readonly tables?: 'stack' | 'command';
  /** The folder of the stage's tables, as seen from where the CDK runs. Default: config/<stage>. */
  readonly config?: string;
  /**
   * The customer managed key of KMS that your SecureStrings (`password`, `authinfo/*`) are under: `--key-id` of `haineko rotate` and `push`. The key's own ARN,
   * not an alias's. Absent: aws/ssm, which needs no grant.
   */
  readonly encryptionKey?: { readonly keyArn: string };

  /** The journal, a table of DynamoDB: Idempotency-Keys, and what became of each mail. It is always there; these say what it keeps. */
  readonly journal?: Retention;

  /** Amazon SES: a domain to verify, and whom the function may send as. Default: every identity of the account. */
  readonly ses?: Ses;
  /**
   * True: mail leaves from one Elastic IP (output `OutgoingAddress`), for smarthosts that allow clients by address; with `retain` it outlives the
   * stack. The function then runs in a VPC of its own behind one NAT gateway: about 37 USD a month in us-east-1 without any mail (NAT gateway
   * 0.045 an hour, its IPv4 address 0.005 an hour; https://aws.amazon.com/vpc/pricing/), and 0.045 a GB for all that the function sends and receives
   * but for the journal's traffic.
   */
  readonly outgoingAddress?: boolean;

  /** Whether the logs, the journal, and the address of `outgoingAddress` outlive the stack. Default: in the stage `production`. */
  readonly retain?: boolean;
  /** Is told of alarms; AWS asks the address once whether it wants that. */
  readonly email?: string;
};

/** A whole relay, for this repository's stack or for a CDK app of your own: `new Haineko(this, 'Mail', { stage: 'test' })`. */
export class Haineko extends Construct {
  readonly stage: string;
  /** Where to POST: `<url>/submit`. */
  readonly url: string;
  /** Where the tables are in SSM Parameter Store. */
  readonly parameterPrefix: string;
  readonly authorization: Authorization;
  readonly function: IFunction;
  readonly api: HttpApi;
  /** The function's log, and API Gateway's access log. */
  readonly log: ILogGroup;
  readonly accessLog: ILogGroup;
  /** What became of each mail, and the Idempotency-Keys. Its rows are the relay's own: read them by `GET /status`. */
  readonly journal: ITable;
  readonly dashboardName: string;
  /** Where alarms go; subscribe what you like. */
  readonly alarms: ITopic;
  /** With `domain` and no hosted zone: what a CNAME (or alias) record of the domain must say. */
  readonly domainTarget: string | undefined;
  /** With `ses.domain`: the identity's DKIM records and its configuration set. */
  readonly sendingDomain: SendingDomain | undefined;
  /** With `outgoingAddress`: the IPv4 address that smarthosts see. */
  readonly outgoingAddress: string | undefined;

  constructor(scope: Construct, id: string, props: HainekoProps) {
    super(scope, id);
    const stage = stageName(props.stage);
    checkProps(props);
    const { authorization = 'none', ses = {}, retain = stage === 'production' } = props;
    const label = `Haineko-${stage}`;
    const folder = props.config ?? `config/${stage}`;
    // first: a wrong table ends all of it
    const tables =
      props.tables === 'command' ? undefined : new Tables(this, 'Tables', { stage, folder, authorization });
    const sendingDomain =
      ses.domain === undefined ? undefined : new SendingDomain(this, 'SendingDomain', { domain: ses.domain });
    const outgoing = props.outgoingAddress
      ? new OutgoingAddress(this, 'Outgoing', { label, retain })
      : undefined;
    const journal = new Journal(this, 'Journal', { retain, keeping: props.journal ?? {} });
    const submit = new SubmitFunction(this, 'Submit', {
      stage,
      authorization,
      retain,
      ses,
      configurationSet: sendingDomain?.configurationSetName,
      network: outgoing?.network,
      journal,
      encryptionKey: props.encryptionKey,
      origins: props.cors?.origins ?? [],
      logRetention: props.logRetention,
      reservedConcurrency: props.reservedConcurrency,
    });
    // new code reads old tables, but old code may not know a key of new ones
    tables?.node.addDependency(submit.function);
    const api = new Api(this, 'Api', { ...props, label, authorization, retain, target: submit.function });
    const { topic } = new Alarms(this, 'Alarms', { stage, function: submit.function, email: props.email });
    const { name: dashboardName } = new HainekoDashboard(this, 'Dashboard', {
      stage,
      function: submit.function,
    });
    new StackParameter(this, 'Record', {
      stage,
      record: {
        tables: props.tables ?? 'stack',
        authorization,
        url: api.url,
        function: submit.function.functionName,
        log: submit.log.logGroupName,
        encryptionKey: props.encryptionKey?.keyArn,
      },
    });

    this.stage = stage;
    this.url = api.url;
    this.parameterPrefix = parameterPrefix(stage);
    this.authorization = authorization;
    this.function = submit.function;
    this.api = api.httpApi;
    this.log = submit.log;
    this.accessLog = api.accessLog;
    this.journal = journal.table;
    this.dashboardName = dashboardName;
    this.alarms = topic;
    this.domainTarget = api.domainTarget;
    this.sendingDomain = sendingDomain;
    this.outgoingAddress = outgoing?.address;
  }

  /** With authorization `iam`: lets a principal of this account call the API. What it may send, its entry in `password` says. */
  grantInvoke(grantee: IGrantable): Grant {
    return Grant.addToPrincipal({
      grantee,
      actions: ['execute-api:Invoke'],
      // not by stage, method and path: for the route `$default` API Gateway has other names than the request's
      resourceArns: [
        Stack.of(this).formatArn({
          service: 'execute-api',
          resource: this.api.apiId,
          resourceName: '*',
        }),
      ],
    });
  }
}
