import type { HttpAnswer, HttpRequest } from './context.ts';

/** What we read of an event of API Gateway's HTTP API, payload format 2.0 (AWS: "Working with AWS Lambda proxy integrations for HTTP APIs"). */
export type HttpApiEvent = {
  readonly rawPath: string;
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly body?: string;
  readonly isBase64Encoded?: boolean;
  readonly requestContext: {
    readonly stage?: string;
    readonly timeEpoch?: number;
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

/** An event as our own request. `remaining` is Lambda's getRemainingTimeInMillis(), `now` the wall clock in milliseconds. */
export function fromHttpApi(event: HttpApiEvent, remaining: number, now: number): HttpRequest {
  const { stage, timeEpoch = now, http } = event.requestContext;
  const body = event.body ?? '';
  return {
    method: http.method.toUpperCase(),
    path: withoutStage(event.rawPath, stage),
    headers: event.headers ?? {},
    // curl's default form type comes base64-encoded, as everything but text/*, JSON, XML and JavaScript does
    body: event.isBase64Encoded ? Buffer.from(body, 'base64') : body,
    remote: { address: http.sourceIp, port: null },
    deadline: Math.min(now + remaining, timeEpoch + GATEWAY_TIMEOUT) - WRITING_TIME,
  };
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
