import { Duration, Validations } from 'aws-cdk-lib';
import {
  CorsHttpMethod,
  HttpApi,
  HttpMethod,
  HttpNoneAuthorizer,
  HttpStage,
  IpAddressType,
  LogGroupLogDestination,
  PayloadFormatVersion,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { accessLogFormat } from './access-log-format.ts';
import { type ApiDomain, ApiDomainName } from './api-domain.ts';
import type { Authorization } from './authorization.ts';
import { Log } from './log.ts';

export type Cors = {
  /**
   * Origins, as `https://app.example.jp`. Their pages may call the API and read its answers, and count as any client does. `*`: every page may
   * call with a password, but none is trusted by its reader's address.
   */
  readonly origins: readonly string[];
};

export type Throttle = {
  /** Requests a second. */
  readonly rate: number;
  /** Requests at once. */
  readonly burst: number;
};

/** What the API needs to know; HainekoProps tells what is optional. */
export type ApiProps = {
  /** A label in the console; it need not be unique. */
  readonly label: string;
  /** Answers every request. */
  readonly target: IFunction;
  readonly authorization: Authorization;
  readonly retain: boolean;
  readonly domain?: ApiDomain;
  readonly cors?: Cors;
  readonly ipAddressType?: 'ipv4' | 'dual-stack';
  readonly throttle?: Throttle;
  readonly logRetention?: RetentionDays;
};

/** The HTTP API: one route, `$default`, into the function, which knows the paths itself (404 and 405 are in its JSON). */
export class Api extends Construct {
  readonly httpApi: HttpApi;
  /** Without a slash at its end. */
  readonly url: string;
  readonly domainTarget: string | undefined;
  readonly accessLog: LogGroup;

  constructor(scope: Construct, id: string, props: ApiProps) {
    super(scope, id);
    const { label, authorization, cors, domain } = props;
    const ipAddressType =
      props.ipAddressType === 'dual-stack' ? IpAddressType.DUAL_STACK : IpAddressType.IPV4;
    const integration = new HttpLambdaIntegration('Submit', props.target, {
      payloadFormatVersion: PayloadFormatVersion.VERSION_2_0,
    });
    const api = new HttpApi(this, 'HttpApi', {
      apiName: label,
      ipAddressType,
      createDefaultStage: false,
      defaultIntegration: integration,
      ...(authorization === 'iam' && { defaultAuthorizer: new HttpIamAuthorizer() }),
      ...(cors && { corsPreflight: preflight(cors) }),
    });
    if (cors && authorization === 'iam') openPreflight(api, integration);
    const custom = domain && new ApiDomainName(this, 'Domain', { domain, ipAddressType });
    const { group: log } = new Log(this, 'AccessLog', props);
    // `$default`: the URL has no stage in its path
    // https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-stages.html
    new HttpStage(this, 'Stage', {
      httpApi: api,
      stageName: '$default',
      autoDeploy: true,
      throttle: { rateLimit: props.throttle?.rate ?? 100, burstLimit: props.throttle?.burst ?? 200 },
      accessLogSettings: {
        destination: new LogGroupLogDestination(log),
        format: accessLogFormat(authorization),
      },
      ...(custom && { domainMapping: { domainName: custom.domainName } }),
    });
    if (authorization === 'none') {
      Validations.of(api).acknowledge({
        id: 'AwsSolutions-APIG4',
        reason: 'authorization: none. The relay decides by its own tables, relayhosts and password.',
      });
    }
    this.httpApi = api;
    this.accessLog = log;
    this.url = custom ? `https://${custom.domainName.name}` : api.apiEndpoint;
    this.domainTarget = domain?.hostedZone ? undefined : custom?.domainName.regionalDomainName;
  }
}

/** What API Gateway itself answers a browser's OPTIONS. No cookies: a client's password is in its Authorization header. */
function preflight({ origins }: Cors) {
  return {
    allowOrigins: [...origins],
    allowMethods: [CorsHttpMethod.POST, CorsHttpMethod.GET],
    allowHeaders: [
      'authorization',
      'content-type',
      'idempotency-key',
      'x-amz-content-sha256',
      'x-amz-date',
      'x-amz-security-token',
    ],
    exposeHeaders: ['idempotency-replayed', 'retry-after'],
    // else a browser asks before nearly each call
    maxAge: Duration.hours(1),
  };
}

/**
 * `$default` catches OPTIONS too, and would want a signature, which a browser's preflight never has: a route before it, without authorization.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html
 */
function openPreflight(api: HttpApi, integration: HttpLambdaIntegration): void {
  const [route] = api.addRoutes({
    path: '/{proxy+}',
    methods: [HttpMethod.OPTIONS],
    integration,
    authorizer: new HttpNoneAuthorizer(),
  });
  if (route) {
    Validations.of(route).acknowledge({
      id: 'AwsSolutions-APIG4',
      reason:
        "OPTIONS alone: a browser's preflight has no signature, and the relay refuses whoever has none.",
    });
  }
}
