import { argv } from 'node:process';
import { handle, type LambdaContext, type LambdaEvent } from 'hono/aws-lambda';
import { fromHttpApi, ownOrigins, toHttpApi } from '../../../functions/app/api-gateway.ts';
import type { Context } from '../../../functions/app/context.ts';
import { heedPage } from '../../../functions/app/foreign-page.ts';
import { answer } from '../../../functions/app/http.ts';
import { jsonLines } from '../../../functions/app/json-lines.ts';
import { knownFrom } from '../../../functions/app/known.ts';
import { randomPool } from '../../../functions/app/random-pool.ts';
import { milters } from '../../../functions/milter/index.ts';
import { mailers, relays } from '../../../functions/relay/index.ts';
import { authenticator } from '../../../functions/session/basic-auth.ts';
import { memorySource } from '../../../functions/store/memory.ts';
import { interleaved } from '../interleaved.ts';
import { usualApp } from '../usual-way/app.ts';
import { event, submission } from './event.ts';

/** A process of its own on one core: events a second, by each contender in turn. Prints the samples as JSON. */
const [rounds = 1, seconds = 0.01] = argv.slice(2).map(Number);
const body = submission();

function context(lines: Pick<Context, 'log' | 'measure'>): Context {
  const known = knownFrom(relays, milters, { deployed: true, machine: 'localhost' });
  const tables = {
    'haineko.cf': { hostname: 'relay.example.com' },
    mailertable: { default: { mailer: 'Discard' }, 'example.com': { host: 'smtp.example.com' } },
    relayhosts: { relayhosts: ['192.0.2.0/24'] },
    recipients: { domainpart: ['example.org'] },
  };
  return {
    source: memorySource(tables, known),
    relays: mailers,
    milters: new Map(),
    authenticator: authenticator(),
    now: Date.now,
    random: randomPool(),
    ...lines,
    outbox: '/nowhere',
    print: () => undefined,
    requireAuth: false,
    development: false,
  };
}

/** As functions/submit.ts answers an event. */
async function handler(made: Context): Promise<number> {
  const now = Date.now();
  const one = event(body, now);
  const request = heedPage(fromHttpApi(one, 29_000, now), ownOrigins(one));
  return toHttpApi(await answer(request, made)).statusCode;
}

const quiet = context({ log: () => undefined, measure: () => undefined });
let written = 0;
const lines = context(
  jsonLines({
    stage: 'production',
    now: Date.now,
    write: (line) => {
      written += line.length;
    },
  }),
);
const usual = handle(
  usualApp({ default: {} }, (line) => {
    written += line.length;
  }),
);

/** Handles events, one after another, until the time is over; events a second. */
async function rate(once: () => Promise<number>): Promise<number> {
  const begun = process.hrtime.bigint();
  const end = begun + BigInt(Math.round(seconds * 1e9));
  let done = 0;
  for (let now = begun; now < end; now = process.hrtime.bigint()) {
    for (let batch = 0; batch < 50; batch++) {
      const status = await once();
      if (status !== 200) throw new Error(`expected 200, got ${status}`);
    }
    done += 50;
  }
  return done / (Number(process.hrtime.bigint() - begun) / 1e9);
}

const samples = await interleaved(
  {
    checks: () => rate(() => handler(quiet)),
    lines: () => rate(() => handler(lines)),
    usual: () =>
      rate(async () => {
        const answered = await usual(event(body, Date.now()) as unknown as LambdaEvent, {} as LambdaContext);
        return (answered as { statusCode: number }).statusCode;
      }),
  },
  rounds,
  3,
);
if (written === 0) throw new Error('expected log lines, got none');
console.log(JSON.stringify(samples));
