import { makeQueueid } from '../mail/queueid.ts';
import { inTime } from '../relay/in-time.ts';
import { SourceUnavailable } from '../store/source.ts';
import type { Tables } from '../tables/tables.ts';
import { clientOf } from './client.ts';
import type { Context, HttpAnswer, HttpRequest } from './context.ts';
import { causeOf, refusalOf } from './failure.ts';
import type { Told } from './report.ts';
import { measureSession } from './session-metrics.ts';
import { submission } from './submission.ts';
import { tell } from './tell.ts';
import { withoutLocalParts } from './without-local-parts.ts';

/** Answers one request; never rejects. The HTTP API whole: its paths, and what every path has in common. */
export async function answer(request: HttpRequest, context: Context): Promise<HttpAnswer> {
  const client = clientOf(request);
  const receivedAt = context.now();
  // an answer to a submission always has its id: without one it is the platform's
  const queueid = request.path === '/submit' ? makeQueueid(receivedAt, context.random) : null;
  const told: Told = { queueid, client, receivedAt, addresser: null, recipients: [], notes: [] };
  let tables: Tables | undefined;
  try {
    tables = await tablesInTime(request.deadline, context);
    if (queueid !== null) {
      const session = { queueid, receivedAt, client, tables };
      return withoutContent(request, await submission(request, session, told, context));
    }
    const { otherPath } = await import('./other-paths.ts');
    const made = await otherPath(request, client, tables, told, context);
    const line = { method: request.method, path: request.path.slice(0, 200), client: client.address };
    context.log({ level: 'info', message: 'request', ...line, status: made.status });
    return withoutContent(request, made);
  } catch (error) {
    const { status, reply } = refusalOf(error);
    const path = request.path.slice(0, 200);
    const cause = withoutLocalParts(causeOf(error));
    context.log({ level: 'error', message: 'request failed', queueid, path, status, cause });
    if (queueid !== null) measureSession([reply], [], context);
    return withoutContent(request, tell(tables, status, told, [reply]));
  }
}

/** The tables, or SourceUnavailable where they do not come before the request's deadline. */
function tablesInTime(deadline: number, { source, now }: Context): Promise<Tables> {
  return inTime(source.tables(), deadline - now(), () => {
    throw new SourceUnavailable('the tables did not come in time');
  });
}

/** RFC 9110 9.3.2: HEAD is answered as GET, without the content. */
function withoutContent(request: HttpRequest, made: HttpAnswer): HttpAnswer {
  return request.method === 'HEAD' ? { ...made, body: '' } : made;
}
