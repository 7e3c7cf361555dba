// A stand-in for Lambda's runtime, in a process of its own: loads the bundle as the runtime would, then answers the events
// that come over IPC. Plain JavaScript, since the process must load nothing but the bundle.
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import '../doubles/names.mjs';

// A wall clock that goes at another pace, where a test is to see hours: Date alone, timers stay as they are
let pace = { since: 0, at: 0, rate: 1 };
if (process.env.TEST_CLOCK) {
  const { now } = Date;
  globalThis.Date = class extends Date {
    constructor(...given) {
      super(...(given.length > 0 ? given : [Date.now()]));
    }
    static now() {
      return Math.floor(pace.at + (now() - pace.since) * pace.rate);
    }
  };
}

const started = performance.now();
const [file, exported] = process.env._HANDLER.split('.');
const loaded = await import(pathToFileURL(join(process.env.LAMBDA_TASK_ROOT, `${file}.mjs`)).href);
process.on('message', async ({ id, event, clock }) => {
  if (clock) {
    pace = clock;
    return;
  }
  const begun = performance.now();
  // https://docs.aws.amazon.com/lambda/latest/dg/nodejs-context.html
  const context = {
    awsRequestId: `00000000-0000-4000-8000-${String(id).padStart(12, '0')}`,
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    getRemainingTimeInMillis: () => 29_000 - (performance.now() - begun),
  };
  try {
    // what Lambda hands on is JSON
    const answer = JSON.parse(JSON.stringify(await loaded[exported](event, context)));
    process.send({ id, answer, ms: performance.now() - begun });
  } catch (error) {
    process.send({ id, error: String(error?.stack ?? error) });
  }
});
process.send({ ready: performance.now() - started, version: process.version });
