import {
  fromHttpApi,
  type HttpApiEvent,
  type HttpApiResult,
  ownOrigins,
  toHttpApi,
} from './app/api-gateway.ts';
import type { Context } from './app/context.ts';
import { heedPage } from './app/foreign-page.ts';
import { answer } from './app/http.ts';
import { jsonLines, type LinesTo } from './app/json-lines.ts';
import { tableKeeping } from './app/keeping.ts';
import { knownFrom } from './app/known.ts';
import { readOrigins } from './app/origins.ts';
import { randomPool } from './app/random-pool.ts';
import { milters } from './milter/index.ts';
import { mailers, relays } from './relay/index.ts';
import { authenticator } from './session/basic-auth.ts';
import { ssmSource } from './store/ssm.ts';

/** Lambda's context, as far as it is read. */
type LambdaContext = { readonly awsRequestId: string; getRemainingTimeInMillis(): number };

// Set by Lambda only: a process that loads the bundle elsewhere (a test) may relay to loopback.
const deployed = process.env['AWS_LAMBDA_FUNCTION_NAME'] !== undefined;
const known = knownFrom(relays, milters, { deployed, machine: 'localhost' });
// set by infra/submit-function.ts: /haineko/<stage>/
const prefix = process.env['HAINEKO_PREFIX'] ?? '';
const stage = /^\/haineko\/([^/]+)\/$/.exec(prefix)?.[1];
if (!stage) throw new Error('HAINEKO_PREFIX: expected where the tables are in SSM, /haineko/<stage>/');
const linesTo: LinesTo = { stage, now: Date.now, write: (line) => process.stdout.write(line) };
const { log, measure } = jsonLines(linesTo);
// set where the API has IAM authorization
const signed = process.env['HAINEKO_AUTHORIZATION'] === 'iam';
// set where the stack has `cors`: the origins whose pages may call
const origins = readOrigins(process.env['HAINEKO_ORIGINS']);
const source = ssmSource({
  prefix,
  known,
  report: (problem) => log({ level: 'error', message: 'tables', problem }),
  failed: () => measure({ SsmFailures: 1 }),
});

const random = randomPool();
const journal = tableKeeping(process.env, { log, measure, random });

const context: Context = {
  source,
  relays: mailers,
  milters: new Map(milters.map((milter) => [milter.name, milter])),
  authenticator: authenticator(),
  now: Date.now,
  random,
  log,
  measure,
  outbox: '/tmp/outbox',
  print: (text) => process.stdout.write(text),
  ...(journal && { journal }),
  requireAuth: false,
  development: false,
};

// INIT has a whole processor for itself: the tables are read there. It gives up after 3 s and never throws. Meanwhile
// there is time to load what every mail will need; what fails is tried again then
if (journal?.everyMail) journal.load().catch(() => undefined);
await source.prefetch();

/** Answers an event of API Gateway's HTTP API (payload format 2.0). */
export async function handler(event: HttpApiEvent, lambda: LambdaContext): Promise<HttpApiResult> {
  const made = fromHttpApi(event, lambda.getRemainingTimeInMillis(), context.now(), signed);
  const request = heedPage(made, ownOrigins(event), origins);
  // ties our lines to those that Lambda writes itself
  const scoped: Context = { ...context, ...jsonLines(linesTo, { requestId: lambda.awsRequestId }) };
  return toHttpApi(await answer(request, scoped));
}
