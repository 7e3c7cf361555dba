import { kept } from '../../../functions/relay/esmtp/kept.ts';
import type { World } from '../../unit/app/world.ts';
import { figure } from '../figure.ts';
import { interleaved } from '../interleaved.ts';
import type { Row } from '../row.ts';
import { ratios } from '../sample.ts';
import { appTo, submitBy } from './app.ts';
import { SUBMITTED } from './mail.ts';
import { withDistantSink } from './with-sink.ts';

const RECIPIENTS = 10;
const WORKERS = 4;
const ROUND_TRIP = 20;
const ROUNDS = Math.ceil(RECIPIENTS / WORKERS);
const AT_ONCE = { most: 1.6 };
const IN_ROUNDS = { most: ROUNDS * 1.1 };

const TEN = {
  ...SUBMITTED,
  rcpt: Array.from({ length: RECIPIENTS }, (_, index) => `mi-chan${index}@example.org`),
};

/** How long a /submit takes for ten recipients of one route. */
export const recipients: Row = {
  name: 'recipients',
  title: `A /submit of ${RECIPIENTS} recipients by one route, against one of a single recipient`,
  how: `A mail of 1 KB through the app in process, to npm \`smtp-server\` behind a proxy with a round-trip time of ${ROUND_TRIP} ms, the two in processes of their own. Each recipient gets a mail of his own; \`max_workers\` of haineko.cf says how many go at the same time, ${WORKERS} where it is not given: that is ${ROUNDS} rounds.`,
  run: ({ rounds, quick }) =>
    withDistantSink([ROUND_TRIP], async (port = 0) => {
      const each = (workers: number) =>
        appTo(port, { config: { max_workers: workers, max_rcpts_per_message: RECIPIENTS } });
      const [all, usual] = [each(RECIPIENTS), each(WORKERS)];
      const fresh = () => kept.closeAll();
      const warm = () => submitBy(all, TEN);
      const taken = await interleaved(
        {
          one: timed(warm, all, SUBMITTED),
          ten: timed(warm, all, TEN),
          tenInRounds: timed(warm, usual, TEN),
          oneAnew: timed(fresh, all, SUBMITTED),
          tenAnew: timed(fresh, all, TEN),
          tenInRoundsAnew: timed(fresh, usual, TEN),
        },
        rounds,
        quick ? 0 : 2,
      );
      const { one, ten, tenInRounds, oneAnew, tenAnew, tenInRoundsAnew } = taken;
      return [
        figure(`max_workers ${RECIPIENTS}, kept connections`, ratios(ten, one), ' x', AT_ONCE),
        figure(`max_workers ${WORKERS}, kept connections`, ratios(tenInRounds, one), ' x', IN_ROUNDS),
        figure(`max_workers ${RECIPIENTS}, new connections`, ratios(tenAnew, oneAnew), ' x', AT_ONCE),
        figure(`max_workers ${WORKERS}, new connections`, ratios(tenInRoundsAnew, oneAnew), ' x', IN_ROUNDS),
        figure('one recipient, kept connection', one, ' ms'),
        figure('one recipient, new connection', oneAnew, ' ms'),
      ];
    }),
};

/** Milliseconds that a /submit takes, after what is not counted. */
function timed(before: () => Promise<unknown>, app: World, mail: unknown): () => Promise<number> {
  return async () => {
    await before();
    const begun = performance.now();
    await submitBy(app, mail);
    return performance.now() - begun;
  };
}
