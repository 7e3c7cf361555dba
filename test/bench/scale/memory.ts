import { inFolder } from '../compiled.ts';
import { type Figure, figure, readable } from '../figure.ts';
import { type Contenders, interleaved } from '../interleaved.ts';
import type { Effort, Row } from '../row.ts';
import { slope } from '../sample.ts';
import { type LambdaMemory, startLambdaMemory } from './lambda-memory.ts';
import { type Content, MAILERS } from './large-mails.ts';

const LARGE: readonly Content[] = ['4 MB of text', '3 MB attachment'];
const MOST_MB = 110;
/** A mail's queueid that is kept somewhere is more than that. */
const MOST_USED = 0.1;
/** What is resident grows in steps of megabytes; this is one of 5 MB in the middle of 10,000 mails, half a mail each. */
const MOST_RESIDENT = 0.5;

/** A large mail fits into a small Lambda, and many small ones leave nothing behind. */
export const memory: Row = {
  name: 'memory',
  title: 'Memory',
  how: `The deployed bundle in a process of its own, with V8's bounds as Lambda sets them for 512 MB and an event's JSON parsed as its runtime does; SSM, Amazon SES and a smarthost with STARTTLS and AUTH are doubles in another process. Peak: most that a fresh process ever had resident (VmHWM; 1 MB is 1,048,576 bytes), in which this mail was the first; ten in a row, three processes of each. Growth: least squares over 100 samples of 10,000 mails of 1 KB after 3,000 others, garbage collected before each sample, one process of each mailer; in use is what is on V8's heap and beside it in buffers; V8's heap itself grows by steps up to its bounds, so that what is resident is counted beside it. The doubles' certificate is not verified (tls_verify: 0): naming it in NODE_EXTRA_CA_CERTS would cost memory that no Lambda needs.`,
  run: (effort) => inFolder((folder) => measure(folder, effort)),
};

async function measure(folder: string, effort: Effort): Promise<readonly Figure[]> {
  const lambda = await startLambdaMemory(folder);
  try {
    return [...(await peaks(lambda, effort)), ...(await growths(lambda, effort))];
  } finally {
    await lambda.stop();
  }
}

async function peaks(lambda: LambdaMemory, { rounds, quick }: Effort): Promise<readonly Figure[]> {
  const largest = (mails: number): Contenders<string> =>
    Object.fromEntries(
      MAILERS.flatMap((mailer) =>
        LARGE.map((content) => [`${content}, ${mailer}`, () => lambda.peak(content, mailer, mails)]),
      ),
    );
  const started = { 'before the first request': () => lambda.peak('1 KB of text', 'ESMTP', 0) };
  const first = await interleaved({ ...started, ...largest(1) }, rounds, 0);
  const row = quick ? {} : await interleaved(largest(10), Math.ceil(rounds / 5), 0);
  return [
    ...Object.entries(first).map(([name, sample]) =>
      figure(name, sample, ' MB', name in started ? undefined : { most: MOST_MB }),
    ),
    ...Object.entries(row).map(([name, sample]) => figure(`ten in a row: ${name}`, sample, ' MB')),
  ];
}

async function growths(lambda: LambdaMemory, { quick }: Effort): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  const [warmUp, mails, every] = quick ? [20, 40, 10] : [3000, 10_000, 100];
  for (const mailer of MAILERS) {
    const samples = await lambda.growth(mailer, warmUp, mails, every);
    const rise = (of: 'used' | 'beside' | 'rss') =>
      slope(
        samples.map(({ mail }) => mail),
        samples.map((sample) => sample[of]),
      );
    const what = (of: string) => `growth over ${readable(mails)} mails, ${mailer}: ${of}`;
    figures.push(
      figure(what('in use'), rise('used'), ' KB a mail', { most: MOST_USED }),
      figure(what("resident beside V8's heap"), rise('beside'), ' KB a mail', { most: MOST_RESIDENT }),
      figure(what('resident'), rise('rss'), ' KB a mail'),
    );
  }
  return figures;
}
