import type { HttpAnswer, HttpRequest } from './context.ts';

/**
 * What we read of an event of API Gateway's HTTP API, payload format 2.0.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export type HttpApiEvent = {
  readonly rawPath: string;
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly body?: string;
  readonly isBase64Encoded?: boolean;
  readonly requestContext: {
    readonly stage?: string;
    readonly timeEpoch?: number;
    /**
     * The name that the API was called by: the Host header, as API Gateway took it.
     * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html
     */
    readonly domainName?: string;
    /** Only where the route has an authorizer. */
    readonly authorizer?: { readonly iam?: { readonly userArn?: string | null } | null } | null;
    readonly http: { readonly method: string; readonly sourceIp: string };
  };
};

export type HttpApiResult = {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

/** HTTP API gives up on an integration after 30 s, counted from timeEpoch, so the cold start counts too. */
const GATEWAY_TIMEOUT = 29_000;
/** What is kept back of the time for writing the answer. */
const WRITING_TIME = 500;

/**
 * An event as our own request. `remaining` is Lambda's getRemainingTimeInMillis(), `now` the wall clock in milliseconds.
 * `signed`: the API has IAM authorization, so that who comes without a signature (an OPTIONS) is a principal that nobody knows.
 */
export function fromHttpApi(
  event: HttpApiEvent,
  remaining: number,
  now: number,
  signed = false,
): HttpRequest {
  const { stage, timeEpoch = now, authorizer, http } = event.requestContext;
  const iam = authorizer?.iam;
  const body = event.body ?? '';
  return {
    method: http.method.toUpperCase(),
    path: withoutStage(event.rawPath, stage),
    headers: event.headers ?? {},
    // curl's default form type comes base64-encoded, as everything but text/*, JSON, XML and JavaScript does
    body: event.isBase64Encoded ? Buffer.from(body, 'base64') : body,
    remote: { address: http.sourceIp, port: null },
    // a signature without a name is nobody's we know: it must not pass for no signature
    ...((signed || iam) && { principal: iam?.userArn ?? '' }),
    deadline: Math.min(now + remaining, timeEpoch + GATEWAY_TIMEOUT) - WRITING_TIME,
  };
}

/** The origin that the API's own pages have, as a browser tells it: HTTP API answers TLS alone, on port 443. */
export function ownOrigins({ requestContext: { domainName } }: HttpApiEvent): readonly string[] {
  return domainName === undefined ? [] : [`https://${domainName}`];
}

/** Our answer as API Gateway takes it. */
export function toHttpApi({ status, headers, body }: HttpAnswer): HttpApiResult {
  return { statusCode: status, headers, body };
}

/** rawPath begins with the stage's name, unless the stage is $default. */
function withoutStage(path: string, stage: string | undefined): string {
  if (stage === undefined || stage === '$default') return path;
  const prefix = `/${stage}`;
  return path === prefix || path.startsWith(`${prefix}/`) ? path.slice(prefix.length) || '/' : path;
}
