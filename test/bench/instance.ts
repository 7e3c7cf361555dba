import {
  fromHttpApi,
  type HttpApiEvent,
  type HttpApiResult,
  ownOrigins,
  toHttpApi,
} from '../../functions/app/api-gateway.ts';
import type { Context } from '../../functions/app/context.ts';
import { heedPage } from '../../functions/app/foreign-page.ts';
import { answer } from '../../functions/app/http.ts';
import { jsonLines } from '../../functions/app/json-lines.ts';
import { knownFrom } from '../../functions/app/known.ts';
import { randomPool } from '../../functions/app/random-pool.ts';
import { milters } from '../../functions/milter/index.ts';
import { relays as all, mailers } from '../../functions/relay/index.ts';
import { authenticator } from '../../functions/session/basic-auth.ts';
import type { TableSource } from '../../functions/store/source.ts';
import { ssmSource } from '../../functions/store/ssm.ts';
import type { Known } from '../../functions/tables/known.ts';
import { event, submission } from './event.ts';
import { PREFIX } from './scale/lambda-variables.ts';

/** What the tables may name. */
export const KNOWN: Known = knownFrom(all, milters, { deployed: true, machine: 'localhost' });

/** An instance of the submit function with this source, put together as functions/submit.ts does it for a whole process. */
export function instance(
  source: TableSource,
  relays: Context['relays'] = mailers,
  lines: Pick<Context, 'log' | 'measure'> = jsonLines({
    stage: 'production',
    now: Date.now,
    write: (line) => process.stdout.write(line),
  }),
): (event: HttpApiEvent, remaining: number) => Promise<HttpApiResult> {
  const context: Context = {
    source,
    relays,
    milters: new Map(milters.map((milter) => [milter.name, milter])),
    authenticator: authenticator(),
    now: Date.now,
    random: randomPool(),
    ...lines,
    outbox: '/tmp/outbox',
    print: () => {},
    requireAuth: false,
    development: false,
  };
  return async (event, remaining) => {
    const request = fromHttpApi(event, remaining, Date.now());
    return toHttpApi(await answer(heedPage(request, ownOrigins(event)), context));
  };
}

/** A source of SSM as functions/submit.ts makes it; the environment says where SSM is. Its tables stay young. */
export function sourceInSsm(now: () => number = Date.now) {
  return ssmSource({ prefix: PREFIX, known: KNOWN, clock: { now, random: Math.random } });
}

/** A mail of 1 KB to this recipient as API Gateway sends it, taken at a moment (milliseconds since the epoch). */
export function eventTo(rcpt: string, timeEpoch = Date.now()): HttpApiEvent {
  return event(submission(1024, [rcpt]), timeEpoch);
}
