// Lambda's runtime as far as memory goes, in a process that loads nothing but the bundle (and names that lead to loopback).
// It is asked { file, mails, every }: hands the event in the file to the handler so often, and tells its memory meanwhile.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import '../../doubles/names.mjs';

const { handler } = await import(pathToFileURL(join(process.env.LAMBDA_TASK_ROOT, 'submit.mjs')).href);

/** As the runtime does it: a JSON text for each invocation, parsed anew. */
async function invoke(file) {
  const event = JSON.parse(readFileSync(file, 'utf8'));
  event.requestContext.timeEpoch = Date.now();
  const context = { awsRequestId: '0-0-0-0-0', getRemainingTimeInMillis: () => 29_000 };
  const { statusCode, body } = JSON.parse(JSON.stringify(await handler(event, context)));
  if (statusCode !== 200) throw new Error(`${statusCode} ${body}`);
}

/** Most KB that were ever resident. Not ru_maxrss: on Linux it begins with what the parent had when it made this process. */
function peak() {
  try {
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))[1]);
  } catch {
    return process.resourceUsage().maxRSS;
  }
}

/** KB that are resident, and those that are in use, once garbage is gone. */
async function sample() {
  // what a connection holds is let go of in a later turn
  for (let times = 0; times < 2; times++) {
    global.gc();
    await new Promise((resolve) => setImmediate(resolve));
  }
  const { rss, heapTotal, heapUsed, external } = process.memoryUsage();
  return { rss: rss / 1024, beside: (rss - heapTotal) / 1024, used: (heapUsed + external) / 1024 };
}

async function answer({ file, mails = 0, every }) {
  const samples = [];
  for (let mail = 1; mail <= mails; mail++) {
    await invoke(file);
    if (every && mail % every === 0) samples.push({ mail, ...(await sample()) });
  }
  return { peak: peak(), samples };
}

process.on('disconnect', () => process.exit());
process.on('message', (question) =>
  answer(question).then(
    (answered) => process.send({ answer: answered }),
    (error) => process.send({ error: String(error?.stack ?? error) }),
  ),
);
