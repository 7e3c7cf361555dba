import { brief, type Delivery, withoutCause } from '../journal/delivery.ts';
import { inTime } from '../relay/in-time.ts';
import type { Context, Keeping } from './context.ts';
import { attemptsOf } from './deliver.ts';
import { causeOf } from './failure.ts';
import { senderOf } from './sender.ts';
import type { Submitted } from './submit.ts';

/**
 * Writes down what became of a mail without a key, for GET /status. Never rejects, and never after `deadline`: the client
 * is told all of it now.
 */
export async function recordMail(
  { session, replies, delivered }: Submitted,
  keeping: Keeping,
  deadline: number,
  context: Context,
): Promise<void> {
  const { queueid, receivedAt, mail: from = null } = session;
  const sender = senderOf(session);
  const of = replies.length;
  const deliveries = replies.map((reply, index): Delivery => {
    const done = delivered.find((each) => each.reply === reply);
    const attempts = done ? brief(attemptsOf(done)) : [];
    return {
      ...{ queueid, sender, from, rcpt: reply.rcpt ?? '', index, of, receivedAt },
      ...{ state: 'settled', owner: '', until: 0, attempts, reply: withoutCause(reply) },
    };
  });
  const problem = (text: string) =>
    context.log({ level: 'error', message: 'journal', queueid, problem: text });
  const recording = keeping
    .load()
    .then((journal) => journal.record(deliveries))
    .catch((error: unknown) => problem(causeOf(error)));
  await inTime(recording, deadline - context.now(), () =>
    problem('no time is left to write down what became of it'),
  );
}
