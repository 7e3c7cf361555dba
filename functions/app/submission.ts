import { loadOnce } from '../relay/load-once.ts';
import { checkMethod, checkRequestSize, conn } from '../session/conn.ts';
import type { Session } from '../session/session.ts';
import { isRefused, REFUSALS, type Refusal } from '../smtp/catalogue.ts';
import { authenticate } from './authenticate.ts';
import type { Context, HttpAnswer, HttpRequest } from './context.ts';
import { causeOf, refusalOf } from './failure.ts';
import { readKey } from './idempotency-key.ts';
import { JOURNAL_TIME } from './journal-time.ts';
import type { Told } from './report.ts';
import { sessionLog } from './session-log.ts';
import { statusFor } from './status-for.ts';
import { submit } from './submit.ts';
import { tell } from './tell.ts';

const loadRecording = loadOnce(() => import('./record-mail.ts'));

/** Answers /submit: what HTTP asks first (method, size, who is calling, whether he may), then the session, then its log line. */
export async function submission(
  request: HttpRequest,
  session: Session,
  told: Told,
  context: Context,
): Promise<HttpAnswer> {
  const { tables, client } = session;
  const log = sessionLog(session, context);
  let opened = session;
  const refuse = (refusal: Refusal, headers: Record<string, string> = {}) => {
    log.end(opened, refusal.status, [refusal.reply]);
    return tell(tables, refusal.status, told, [refusal.reply], headers);
  };
  try {
    const method = checkMethod(request.method, request.body.length > 0, context.development);
    if (isRefused(method)) return refuse(method.refused, { allow: 'POST' });
    const size = checkRequestSize(Buffer.byteLength(request.body), session);
    if (isRefused(size)) return refuse(size.refused);
    const user = await authenticate(request, client, tables, context);
    if (isRefused(user)) return refuse(user.refused, user.headers);

    if (user.value) opened = { ...session, user: user.value };
    const connected = await conn(opened, context.milters);
    if (isRefused(connected)) return refuse(connected.refused);
    const key = readKey(request.headers['idempotency-key']);
    if (isRefused(key)) return refuse(key.refused);
    if (key.value !== undefined) {
      const { keyed } = await import('./keyed.ts');
      return await keyed(key.value, request, opened, { told, context, log });
    }
    const keeping = context.journal?.everyMail ? context.journal : undefined;
    const deadline = keeping ? request.deadline - JOURNAL_TIME : request.deadline;
    const submitted = await submit({ ...request, deadline }, opened, context, log);
    const { replies, recipients, notes } = submitted;
    const status = statusFor(submitted);
    const answer = tell(
      tables,
      status,
      { ...told, addresser: submitted.session.mail ?? null, recipients, notes },
      replies,
    );
    log.end(submitted.session, status, replies);
    if (keeping && !submitted.refused) {
      // never the answer's end: the mail may have gone
      await loadRecording().then(
        ({ recordMail }) => recordMail(submitted, keeping, request.deadline, context),
        (error) => context.log({ level: 'error', message: 'journal', problem: causeOf(error) }),
      );
    }
    return answer;
  } catch (error) {
    // a mail that may have gone is never called refused
    const refusal = log.relaying() ? REFUSALS.defectAfterRelaying() : refusalOf(error);
    return refuse({ ...refusal, reply: { ...refusal.reply, cause: causeOf(error) } });
  }
}
