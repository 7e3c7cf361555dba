import type { Journal, Opened } from '../journal/journal.ts';
import { fingerprintOf } from '../journal/key-request.ts';
import { InFlight } from '../journal/writing.ts';
import { inTime } from '../relay/in-time.ts';
import type { Session } from '../session/session.ts';
import { REFUSALS, type Refusal } from '../smtp/catalogue.ts';
import { RowsUnavailable } from '../store/rows.ts';
import type { Context, HttpAnswer, HttpRequest } from './context.ts';
import { causeOf } from './failure.ts';
import { beforeTheEnd } from './journal-time.ts';
import type { Told } from './report.ts';
import { resumed } from './resumed.ts';
import { senderOf } from './sender.ts';
import type { SessionLog } from './session-log.ts';
import { statusFor } from './status-for.ts';
import type { Submitted } from './submit.ts';
import { tell } from './tell.ts';

/** Seconds after which a journal that cannot be reached is tried again: it was tried three times, and nothing is lost. */
const JOURNAL_REST = 5;

/** Milliseconds after its deadline for which a request is still taken to be alive: clocks of two machines differ. */
const GRACE = 2000;

/**
 * Answers a request with an Idempotency-Key, whose client is let in: the recorded answer; or the mail goes to those of its
 * recipients who provably have not got it.
 * https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/ 2.6, 2.7
 */
export async function keyed(
  key: string,
  request: HttpRequest,
  session: Session,
  { told, context, log }: { told: Told; context: Context; log: SessionLog },
): Promise<HttpAnswer> {
  const { tables } = session;
  const refuse = ({ status, reply }: Refusal, seconds?: number): HttpAnswer => {
    // what becomes of the mail another request tells, and is measured with it
    log.end(session, status, [reply], []);
    const after = seconds === undefined ? {} : { 'retry-after': String(seconds) };
    return tell(tables, status, told, [reply], after);
  };
  /** Of the journal: another has the mail, or nobody can say. */
  const withoutHold = (error: unknown): HttpAnswer | undefined => {
    if (error instanceof InFlight) return refuse(REFUSALS.keyInFlight(), 1);
    if (!(error instanceof RowsUnavailable)) return undefined;
    const { status, reply } = REFUSALS.journalUnavailable();
    return refuse({ status, reply: { ...reply, cause: causeOf(error) } }, JOURNAL_REST);
  };

  let opened: Opened;
  try {
    const journal: Journal | undefined = await context.journal?.load();
    if (!journal) return refuse(REFUSALS.keyWithoutJournal());
    const asked = {
      sender: senderOf(session),
      key,
      fingerprint: fingerprintOf(request.body),
      queueid: session.queueid,
      receivedAt: session.receivedAt,
      until: request.deadline + GRACE,
    };
    opened = await beforeTheEnd(journal.open(asked), request, context);
  } catch (error) {
    const answer = withoutHold(error);
    if (!answer) throw error;
    return answer;
  }
  if ('ofAnother' in opened) return refuse(REFUSALS.keyOfAnother());
  if ('inFlight' in opened) return refuse(REFUSALS.keyInFlight(), opened.inFlight);
  if ('answered' in opened) {
    const { answered } = opened;
    log.replayed(session, answered.status);
    return { ...answered, headers: { ...answered.headers, 'idempotency-replayed': 'true' } };
  }

  const { hold } = opened;
  const { queueid, receivedAt } = hold;
  const standing = new Set(hold.deliveries.map(({ reply }) => reply));
  let submitted: Submitted;
  try {
    submitted = await resumed(hold, request, { ...session, queueid, receivedAt }, context, log);
  } catch (error) {
    if (log.relaying()) throw error;
    const answer = withoutHold(error);
    if (answer) return answer;
    // routes that cannot be read, a defect: nobody has to wait for a lease
    const leaving = hold.leave().catch(() => undefined);
    await inTime(leaving, request.deadline - context.now(), () => undefined);
    throw error;
  }
  const { replies, recipients, notes, refused, session: ended } = submitted;
  const status = statusFor(submitted);
  const from = ended.mail ?? hold.deliveries[0]?.from ?? null;
  const answer = tell(
    tables,
    status,
    { ...told, queueid, receivedAt, addresser: from, recipients, notes },
    replies,
  );
  log.end(ended, status, replies, hold.told ? replies.filter((each) => !standing.has(each)) : replies);
  const ending =
    refused && hold.deliveries.length === 0
      ? hold.leave()
      : hold.answer(
          answer,
          replies.some(({ outcome }) => outcome === 'deferred'),
        );
  // without it the deliveries tell the same
  const late = () =>
    context.log({ level: 'warn', message: 'journal', queueid, problem: 'the answer came late' });
  const failed = (error: unknown) =>
    context.log({ level: 'error', message: 'journal', queueid, problem: causeOf(error) });
  await inTime(ending.catch(failed), request.deadline - context.now(), late);
  return answer;
}
