import { compiled, inFolder } from '../compiled.ts';
import { type Figure, figure, readable } from '../figure.ts';
import type { Effort, Row } from '../row.ts';
import type { Life } from './fleet-process.ts';
import { type Fleet, startFleet } from './start-fleet.ts';

/** As API Gateway counts it, without what functions/app/api-gateway.ts keeps for writing the answer. */
const DEADLINE = 29_000 - 500;
/** Milliseconds by which a promise may be later than a timer. */
const PROMPT = 100;
/** How often each fleet is started. */
const STARTS = 3;

/**
 * Calls of GetParameters a second that SSM takes of an account and region, by default and with "higher throughput".
 * https://docs.aws.amazon.com/general/latest/gr/ssm.html#limits_ssm
 */
const THROUGHPUT = { default: 40, higher: 1000 } as const;

/** Many cold Lambdas at once, more than SSM answers: each mail has its answer in time all the same. */
export const fleet: Row = {
  name: 'fleet',
  title: 'A thousand cold Lambdas at once',
  how: `1,000 instances, put together as functions/submit.ts does it, in one process, all asked for in the same moment: each reads its tables and a credential ahead, then gets a request by a route with that credential, whose 29 s count from the moment that the instance was asked for. SSM is a double in another process, with an account's limit of GetParameters: ${THROUGHPUT.default} calls a second by default, ${readable(THROUGHPUT.higher)} with higher throughput; over it 400 ThrottlingException. AWS does not document the burst: here it is one second's calls; it speaks no TLS. The mail goes to a stub of ESMTP that takes it where its credential has come: a 200 tells of tables and credentials, not of a delivery. Three starts of each. In time is an answer before the deadline. An INIT over 3 s is one that outlasts a bare timer of 3 s begun with it.`,
  run: (effort) =>
    inFolder((folder) => measure(compiled(new URL('fleet-process.ts', import.meta.url), folder), effort)),
};

async function measure(program: string, { quick }: Effort): Promise<readonly Figure[]> {
  const instances = quick ? 50 : 1000;
  const start = (throughput: keyof typeof THROUGHPUT) =>
    startFleet(program, instances, (THROUGHPUT[throughput] * instances) / 1000);
  const fleets: Record<keyof typeof THROUGHPUT, Fleet[]> = { default: [], higher: [] };
  if (quick) {
    // beside each other, since they are few
    const [one, other] = await Promise.all([start('default'), start('higher')]);
    fleets.default.push(one);
    fleets.higher.push(other);
  } else {
    for (let times = 0; times < STARTS; times++) {
      fleets.default.push(await start('default'));
      fleets.higher.push(await start('higher'));
    }
  }
  return [...figuresOf('', fleets.default), ...figuresOf('higher throughput: ', fleets.higher)];
}

function figuresOf(prefix: string, fleets: readonly Fleet[]): readonly Figure[] {
  const show = (what: string, of: (each: Fleet) => number, unit = '') =>
    figure(prefix + what, fleets.map(of), unit);
  const none = (what: string, wanted: (life: Life) => boolean, counted?: true) => {
    const counts = fleets.map(({ lives }) => lives.filter(wanted).length);
    return figure(prefix + what, Math.max(...counts), '', { most: 0, ...(counted && { counted }) });
  };
  const count = (status: number) => (each: Fleet) =>
    each.lives.filter((life) => life.status === status).length;
  return [
    none('requests not answered in time', ({ answered }) => answered > DEADLINE),
    none(
      'answers but 200, and 503 with Retry-After',
      ({ status, retryAfter }) => (status === 503 ? retryAfter === undefined : status !== 200),
      true,
    ),
    none('INITs over 3 s', ({ overdue }) => overdue > PROMPT),
    show('200', count(200)),
    show('503', count(503)),
    show('calls of SSM', ({ calls }) => calls),
    show('... of which throttled', ({ throttled }) => throttled),
    show('longest INIT', ({ lives }) => Math.max(...lives.map(({ ready }) => ready)) / 1000, ' s'),
    show('all answered after', ({ seconds }) => seconds, ' s'),
  ];
}
