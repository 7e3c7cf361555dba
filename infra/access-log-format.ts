import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import type { Authorization } from './authorization.ts';

/**
 * A line of the access log, as JSON. The path is without its query string, and no header is there: either may hold what a client never meant for a log.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html
 */
export function accessLogFormat(authorization: Authorization): AccessLogFormat {
  return AccessLogFormat.custom(
    JSON.stringify({
      requestId: '$context.requestId',
      time: '$context.requestTime',
      ip: '$context.identity.sourceIp',
      ...(authorization === 'iam' && { user: '$context.identity.userArn' }),
      method: '$context.httpMethod',
      path: '$context.path',
      protocol: '$context.protocol',
      status: '$context.status',
      responseLength: '$context.responseLength',
      responseLatency: '$context.responseLatency',
      integrationStatus: '$context.integrationStatus',
      // what the gateway itself refused (throttled, not signed), and what the function did not answer
      error: '$context.error.message',
      integrationError: '$context.integrationErrorMessage',
    }),
  );
}
