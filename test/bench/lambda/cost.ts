import { join } from 'node:path';
import { bundle } from '../../../infra/bundle.ts';
import { inFolder } from '../compiled.ts';
import { type Figure, figure, readable } from '../figure.ts';
import type { Effort, Row } from '../row.ts';
import { median } from '../sample.ts';
import { coldStart } from './process-time.ts';
import { type Stage, withStage } from './stage.ts';

/**
 * US dollars in us-east-1, without the free tier, as of 2026-11.
 * https://aws.amazon.com/lambda/pricing/ (arm64), https://aws.amazon.com/api-gateway/pricing/ (HTTP API, first 300 million),
 * https://aws.amazon.com/cloudwatch/pricing/ (logs, standard class), https://aws.amazon.com/dynamodb/pricing/on-demand/
 */
const PRICE = {
  ...{ gigabyteSecond: 0.0000133334, millionRequests: 0.2, millionCalls: 1, logGigabyte: 0.5 },
  millionWrites: 0.625,
};
/** Gigabytes of the function (infra/submit-function.ts). */
const MEMORY = 0.5;
/** Lambda gives a whole processor at 1,769 MB. https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html */
const SHARE = 512 / 1769;
/** Bytes of the line that API Gateway writes of a request (infra/access-log-format.ts). */
const ACCESS_LINE = 260;
/** One mail in a hundred meets a cold start. */
const COLD_SHARE = 0.01;
/** Milliseconds that a mail waits for its smarthost, two round trips of 20 ms on a kept connection; and for the journal's write. */
const WAITING = 40 + 5;

/** What a million mails cost, apart from what the provider takes (Amazon SES: 100 dollars). */
export const cost: Row = {
  name: 'cost',
  title: 'Cost of a million mails',
  how: 'Computed: processor time of the bundle on this machine (cold up to the first answer, and warm), stretched to the share of a processor that Lambda gives 512 MB, two round trips of 20 ms to a smarthost, a write of the journal (5 ms assumed; a row under 1 KB, as without an Idempotency-Key), one mail in a hundred cold (INIT is billed; its boost is not counted). Prices: arm64, us-east-1, no free tier. The mail goes to Discard: its composing, and the client of a provider, are not in it; what the provider takes is apart (Amazon SES: 100 dollars), and so are the log lines of Lambda itself, alarms, metrics, KMS and traffic.',
  run: (effort) => inFolder((folder) => withStage((stage) => measure(folder, stage, effort))),
};

async function measure(folder: string, stage: Stage, { rounds, quick }: Effort): Promise<readonly Figure[]> {
  bundle(join(folder, 'submit'));
  const posts = quick ? 5 : 500;
  const starts = [];
  for (let round = 0; round < rounds; round++) {
    starts.push(await coldStart(join(folder, 'submit', 'submit.mjs'), stage.environment, posts));
  }
  const cold = starts.map(({ coldProcessor }) => coldProcessor);
  const warm = starts.map(({ warmProcessor }) => warmProcessor);
  const logged = median(starts.map(({ logged }) => logged)) / posts;
  return [
    figure('processor, cold up to the first answer', cold, ' ms'),
    figure('processor, a warm mail', warm, ' ms'),
    figure('log, a mail', logged, ' bytes'),
    ...bill(median(cold), median(warm), logged),
  ];
}

/** The parts of the bill for a million mails, and their sum. */
function bill(cold: number, warm: number, logged: number): readonly Figure[] {
  // billed by the millisecond, rounded up
  const duration = Math.ceil(warm / SHARE + WAITING);
  const gigabyteSeconds = MEMORY * 1000 * (duration + (COLD_SHARE * cold) / SHARE);
  const parts = {
    [`Lambda, ${readable(gigabyteSeconds)} GB-s (${duration} ms warm)`]:
      gigabyteSeconds * PRICE.gigabyteSecond,
    'Lambda, requests': PRICE.millionRequests,
    'HTTP API': PRICE.millionCalls,
    'DynamoDB, a row a mail': PRICE.millionWrites,
    'CloudWatch Logs, with the access log': ((logged + ACCESS_LINE) / 1000) * PRICE.logGigabyte,
  };
  const sum = Object.values(parts).reduce((total, each) => total + each, 0);
  return Object.entries({ ...parts, 'a million mails': sum }).map(([what, dollars]) =>
    figure(what, Math.round(dollars * 100) / 100, ' US$'),
  );
}
