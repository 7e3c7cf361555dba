import { kept } from '../../../functions/relay/esmtp/kept.ts';
import { figure } from '../figure.ts';
import { interleaved } from '../interleaved.ts';
import type { Row } from '../row.ts';
import { median, ratios } from '../sample.ts';
import { appTo, submitBy } from './app.ts';
import { SUBMITTED } from './mail.ts';
import { startRawClient } from './raw-client.ts';
import { withDistantSink } from './with-sink.ts';

/** Milliseconds from here to the server and back: another region, another continent. */
const FULL_DISTANCES = [20, 100] as const;
const QUICK_DISTANCES = [10, 20] as const;
const KEPT = { most: 2.2 };
const NEW = { most: 5.3 };

/** How long a /submit takes by the distance to its server. */
export const distance: Row = {
  name: 'distance',
  title: 'Latency of /submit by the distance to the SMTP server',
  how: 'A mail of 1 KB through the app in process, to npm `smtp-server` behind a proxy that delays octets by half of the round-trip time each way, a connect by a whole one and the greeting by another; server and proxy in processes of their own; without STARTTLS. In round trips (RTT) as a NOOP of a bare socket takes them by the same proxy in the same round: 2 and 5 are what the dialogue itself takes.',
  run({ rounds, quick }) {
    const distances = quick ? QUICK_DISTANCES : FULL_DISTANCES;
    const [nearBy, farOff] = distances;
    return withDistantSink(distances, async (near = 0, far = 0) => {
      const bare = await Promise.all([startRawClient(near), startRawClient(far)]);
      const taken = await interleaved(
        {
          near: () => medianOf(quick ? 1 : 10, bare[0].noop),
          keptNear: onKept(near, quick ? 1 : 5),
          newNear: onNew(near, quick ? 1 : 3),
          far: () => medianOf(quick ? 1 : 5, bare[1].noop),
          keptFar: onKept(far, quick ? 1 : 3),
          newFar: onNew(far, 1),
        },
        rounds,
        quick ? 0 : 1,
      );
      for (const each of bare) each.end();
      return [
        figure(`kept connection, ${nearBy} ms`, ratios(taken.keptNear, taken.near), ' RTT', KEPT),
        figure(`kept connection, ${farOff} ms`, ratios(taken.keptFar, taken.far), ' RTT', KEPT),
        figure(`new connection, ${nearBy} ms`, ratios(taken.newNear, taken.near), ' RTT', NEW),
        figure(`new connection, ${farOff} ms`, ratios(taken.newFar, taken.far), ' RTT', NEW),
        figure(`NOOP, ${nearBy} ms`, taken.near, ' ms'),
        figure(`NOOP, ${farOff} ms`, taken.far, ' ms'),
        figure(`kept connection, ${nearBy} ms, in time`, taken.keptNear, ' ms'),
        figure(`new connection, ${nearBy} ms, in time`, taken.newNear, ' ms'),
      ];
    });
  },
};

function onNew(port: number, mails: number): () => Promise<number> {
  const app = appTo(port);
  return () =>
    medianOf(
      mails,
      () => submitBy(app, SUBMITTED),
      () => kept.closeAll(),
    );
}

function onKept(port: number, mails: number): () => Promise<number> {
  const app = appTo(port);
  return async () => {
    // the others have closed it
    await submitBy(app, SUBMITTED);
    return medianOf(mails, () => submitBy(app, SUBMITTED));
  };
}

/** Milliseconds that one takes. */
async function medianOf(times: number, run: () => Promise<void>, before?: () => unknown): Promise<number> {
  const taken: number[] = [];
  for (let each = 0; each < times; each++) {
    await before?.();
    const begun = performance.now();
    await run();
    taken.push(performance.now() - begun);
  }
  return median(taken);
}
