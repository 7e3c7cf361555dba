import { randomBytes } from 'node:crypto';
import { fromHttpApi, type HttpApiEvent, type HttpApiResult, toHttpApi } from './app/api-gateway.ts';
import type { Context } from './app/context.ts';
import { answer } from './app/http.ts';
import { knownFrom } from './app/known.ts';
import { milters } from './milter/index.ts';
import { mailers, relays } from './relay/index.ts';
import { authenticator } from './session/basic-auth.ts';
import { ssmSource } from './store/ssm.ts';

/** Lambda's context, as far as it is read. */
type LambdaContext = { readonly awsRequestId: string; getRemainingTimeInMillis(): number };

// Set by Lambda only: a process that loads the bundle elsewhere (a test) may relay to loopback.
const deployed = process.env['AWS_LAMBDA_FUNCTION_NAME'] !== undefined;
const known = knownFrom(relays, milters, { deployed, machine: 'localhost' });
const log: Context['log'] = ({ level, message, ...rest }) => {
  process.stdout.write(
    `${JSON.stringify({ timestamp: new Date().toISOString(), level: level.toUpperCase(), message, ...rest })}\n`,
  );
};

// set by infra/submit-function.ts: /haineko/<stage>/
const prefix = process.env['HAINEKO_PREFIX'];
if (!prefix?.endsWith('/'))
  throw new Error('HAINEKO_PREFIX: expected where the tables are in SSM, /haineko/<stage>/');
const source = ssmSource({
  prefix,
  known,
  report: (problem) => log({ level: 'error', message: 'tables', problem }),
});

const context: Context = {
  source,
  relays: mailers,
  milters: new Map(milters.map((milter) => [milter.name, milter])),
  authenticator: authenticator(),
  now: Date.now,
  random: randomBytes,
  log,
  outbox: '/tmp/outbox',
  print: (text) => process.stdout.write(text),
  requireAuth: false,
  development: false,
};

// INIT has a whole processor for itself: the tables are read there. It gives up after 3 s and never throws.
await source.prefetch();

/** Answers an event of API Gateway's HTTP API (payload format 2.0). */
export async function handler(event: HttpApiEvent, lambda: LambdaContext): Promise<HttpApiResult> {
  const request = fromHttpApi(event, lambda.getRemainingTimeInMillis(), context.now());
  // ties our lines to those that Lambda writes itself
  const scoped: Context = { ...context, log: (line) => log({ ...line, requestId: lambda.awsRequestId }) };
  return toHttpApi(await answer(request, scoped));
}
