import { compiled, inFolder } from '../compiled.ts';
import { figure } from '../figure.ts';
import type { Effort, Row } from '../row.ts';
import { ratios, type Sample } from '../sample.ts';
import { startChild } from './child.ts';
import { tripsOf } from './trips.ts';
import { withSink } from './with-sink.ts';

/** Mails a second of each client, as client-process.ts tells them. */
type Rates = Readonly<Record<'raw' | 'ours' | 'submit' | 'pool' | 'oursAnew' | 'each', Sample>>;

/** Mails of 1 KB over one connection, against a bare socket and against nodemailer. */
export const esmtpKept: Row = {
  name: 'esmtp-kept',
  title: 'ESMTP on a kept connection, mails of 1 KB',
  how: 'The route, composing and relaying as /submit has them after its checks, one mail at a time, to npm `smtp-server` in a process of its own (without its pause of 100 ms before the greeting). The limit is a bare socket in the same process, which writes a composed mail in two round trips and reads nothing but codes. The clients are bundled, as on Lambda. Round trips are counted on the wire.',
  run: (effort) =>
    withSink(async ({ plain }) => {
      // the first mail opens the connection
      const [, ...trips] = await tripsOf(plain, 4);
      const { raw, ours, submit, pool, oursAnew, each } = await ratesTo(plain, effort);
      return [
        figure('against a bare socket', ratios(ours, raw), ' x', { least: 0.55 }),
        figure('round trips a mail', Math.max(...trips), '', { most: 2, counted: true }),
        figure('mails', ours, '/s'),
        figure('bare socket (the limit), mails', raw, '/s'),
        figure('all of /submit, with its checks and its answer, mails', submit, '/s'),
        figure('nodemailer, pool of one connection, mails', pool, '/s'),
        figure('nodemailer, pool of one connection, against a bare socket', ratios(pool, raw), ' x'),
        figure('a new connection each, mails', oursAnew, '/s'),
        figure('nodemailer, a new connection each, mails', each, '/s'),
      ];
    }),
};

/** Has the clients take turns in a process of their own; the first turns are for the compiler. */
function ratesTo(port: number, { rounds, quick }: Effort): Promise<Rates> {
  const [warmUp, ms] = quick ? [0, 20] : [10, 250];
  return inFolder(async (folder) => {
    const program = compiled(new URL('client-process.ts', import.meta.url), folder);
    const clients = await startChild<Rates>(program, port, rounds, warmUp, ms);
    clients.stop();
    return clients.told;
  });
}
