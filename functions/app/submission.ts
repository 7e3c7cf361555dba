import { checkMethod, checkRequestSize } from '../session/conn.ts';
import type { Session } from '../session/session.ts';
import { isRefused, REFUSALS, type Refusal } from '../smtp/catalogue.ts';
import { authenticate } from './authenticate.ts';
import type { Context, HttpAnswer, HttpRequest } from './context.ts';
import { causeOf, refusalOf } from './failure.ts';
import { statusOf, type Told } from './report.ts';
import { sessionLog } from './session-log.ts';
import { type Submitted, submit } from './submit.ts';
import { tell } from './tell.ts';

/** Answers /submit: what HTTP asks first (method, size, who is calling), then the session, then its log line. */
export async function submission(
  request: HttpRequest,
  session: Session,
  told: Told,
  context: Context,
): Promise<HttpAnswer> {
  const { tables, client } = session;
  const log = sessionLog(session, context);
  const refuse = (refusal: Refusal, headers: Record<string, string> = {}) => {
    log.end(session, refusal.status, [refusal.reply]);
    return tell(tables, refusal.status, told, [refusal.reply], headers);
  };
  try {
    const method = checkMethod(request.method, request.body.length > 0, context.development);
    if (isRefused(method)) return refuse(method.refused, { allow: 'POST' });
    const size = checkRequestSize(Buffer.byteLength(request.body), session);
    if (isRefused(size)) return refuse(size.refused);
    const user = await authenticate(request, client, tables, context);
    if (isRefused(user)) return refuse(user.refused, user.headers);

    const opened = user.value ? { ...session, user: user.value } : session;
    const submitted = await submit(request, opened, context, log.mark);
    const { replies, recipients, notes } = submitted;
    const status = statusFor(submitted);
    const answer = tell(
      tables,
      status,
      { ...told, addresser: submitted.session.mail ?? null, recipients, notes },
      replies,
    );
    log.end(submitted.session, status, replies);
    return answer;
  } catch (error) {
    // a mail that may have gone is never called refused
    const refusal = log.relaying() ? REFUSALS.defectAfterRelaying() : refusalOf(error);
    return refuse({ ...refusal, reply: { ...refusal.reply, cause: causeOf(error) } });
  }
}

function statusFor(submitted: Submitted): number {
  if (submitted.refused) return submitted.refused.status;
  // the original answers 200 whenever relaying was tried
  return submitted.session.tables.config.reply_format === '0.2.17' ? 200 : statusOf(submitted.replies);
}
