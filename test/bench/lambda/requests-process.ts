import { argv } from 'node:process';
import { handle, type LambdaContext, type LambdaEvent } from 'hono/aws-lambda';
import { jsonLines } from '../../../functions/app/json-lines.ts';
import { mailers } from '../../../functions/relay/index.ts';
import { memorySource } from '../../../functions/store/memory.ts';
import { event, submission } from '../event.ts';
import { instance, KNOWN } from '../instance.ts';
import { interleaved } from '../interleaved.ts';
import { usualApp } from '../usual-way/app.ts';

// A process of its own on one core: events a second, by each contender in turn. Prints the samples as JSON.
const [rounds = 1, seconds = 0.01] = argv.slice(2).map(Number);
// the platform's work is none of ours: one event, taken at another moment each time
const given = event(submission(), 0);
const taken = () => {
  given.requestContext.timeEpoch = Date.now();
  return given;
};
const tables = {
  'haineko.cf': { hostname: 'relay.example.com' },
  mailertable: { default: { mailer: 'Discard' }, 'example.com': { host: 'smtp.example.com' } },
  relayhosts: { relayhosts: ['192.0.2.0/24'] },
  recipients: { domainpart: ['example.org'] },
};
let written = 0;
const write = (line: string) => {
  written += line.length;
};
const nowhere = { log: () => undefined, measure: () => undefined };
const quiet = instance(memorySource(tables, KNOWN), mailers, nowhere);
const logging = jsonLines({ stage: 'production', now: Date.now, write });
const lines = instance(memorySource(tables, KNOWN), mailers, logging);
// Discard reads no mail, so that none is written: here one is, as for every other mailer
const [discard] = [...mailers.values()]
  .filter(({ name }) => name === 'Discard')
  .map((each) => ({ ...each, reads: true }));
const reading = new Map(discard ? [[discard.name, discard]] : []);
const composed = instance(memorySource(tables, KNOWN), reading, logging);
const usual = handle(usualApp({ default: {} }, write));

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
    checks: () => rate(async () => (await quiet(taken(), 29_000)).statusCode),
    lines: () => rate(async () => (await lines(taken(), 29_000)).statusCode),
    composed: () => rate(async () => (await composed(taken(), 29_000)).statusCode),
    usual: () =>
      rate(async () => {
        const answered = await usual(taken() as unknown as LambdaEvent, {} as LambdaContext);
        return (answered as { statusCode: number }).statusCode;
      }),
  },
  rounds,
  3,
);
if (written === 0) throw new Error('expected log lines, got none');
console.log(JSON.stringify(samples));
