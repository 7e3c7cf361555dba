import { makeQueueid } from '../mail/queueid.ts';
import { readBasic } from '../session/basic-auth.ts';
import { checkAuthentication, checkMethod, checkRequestSize } from '../session/conn.ts';
import type { Client, Session } from '../session/session.ts';
import { isRefused, REFUSALS, type Refusal } from '../smtp/catalogue.ts';
import type { Reply } from '../smtp/reply.ts';
import { SourceUnavailable } from '../store/source.ts';
import { ConfigError } from '../tables/config-error.ts';
import { isLoopback } from '../tables/loopback.ts';
import type { Tables } from '../tables/tables.ts';
import { clientOf } from './client.ts';
import { conf, dump } from './conf.ts';
import type { Context, HttpAnswer, HttpRequest } from './context.ts';
import { json, report, statusOf, type Told } from './report.ts';
import { report0217, status0217 } from './report-0217.ts';
import { SAMPLES } from './samples.ts';
import { sessionLog } from './session-log.ts';
import { submit } from './submit.ts';
import { VERSION } from './version.ts';

/** Answers one request; never rejects. The HTTP API whole: its paths, and what every path has in common. */
export async function answer(request: HttpRequest, context: Context): Promise<HttpAnswer> {
  const client = clientOf(request);
  const receivedAt = context.now();
  const blank: Told = { queueid: null, client, receivedAt, addresser: null, recipients: [], notes: [] };
  let tables: Tables | undefined;
  try {
    tables = await context.source.tables();
    return withoutBody(request, await route(request, client, tables, blank, context));
  } catch (error) {
    const refusal = refusalOf(error);
    context.log({
      level: 'error',
      message: 'request failed',
      path: request.path,
      status: refusal.status,
      cause: causeOf(error),
    });
    return withoutBody(request, tell(tables, refusal.status, blank, [refusal.reply]));
  }
}

async function route(request: HttpRequest, client: Client, tables: Tables, blank: Told, context: Context) {
  const { method, path } = request;
  const refuse = (refusal: Refusal, headers?: Record<string, string>) =>
    tell(tables, refusal.status, blank, [refusal.reply], headers);
  if (path === '/submit') return submission(request, client, tables, blank.receivedAt, context);

  const user = await authenticate(request, client, tables, context);
  if (isRefused(user)) return refuse(user.refused, user.headers);
  const open = isLoopback(client.address) || user.value?.admin === true;
  // as in the original, these paths do not look at the method; an unknown one is not found whatever it is
  switch (path) {
    case '/':
      return json(200, { name: 'Haineko', version: VERSION });
    case '/neko':
      return { status: 200, headers: { 'content-type': 'text/plain' }, body: 'Nyaaaaa' };
    case '/sample/mail':
      return json(200, SAMPLES);
    case '/conf':
      return open ? json(200, conf(tables, context.source)) : refuse(REFUSALS.confNotPermitted());
    case '/dump':
      return open ? json(200, dump(context.source)) : refuse(REFUSALS.confNotPermitted());
    default:
      context.log({
        level: 'info',
        message: 'not found',
        method,
        path: path.slice(0, 200),
        client: client.address,
      });
      return refuse(REFUSALS.notFound());
  }
}

async function submission(
  request: HttpRequest,
  client: Client,
  tables: Tables,
  receivedAt: number,
  context: Context,
): Promise<HttpAnswer> {
  const queueid = makeQueueid(receivedAt, context.random);
  const log = sessionLog(queueid, client, receivedAt, context);
  const session: Session = { queueid, receivedAt, client, tables };
  const told: Told = { queueid, client, receivedAt, addresser: null, recipients: [], notes: [] };
  const refuse = (refusal: Refusal, headers: Record<string, string> = {}) => {
    log.end(session, refusal.status, [refusal.reply]);
    return tell(tables, refusal.status, told, [refusal.reply], headers);
  };
  try {
    const hasBody = request.body.length > 0;
    const method = checkMethod(request.method, hasBody, context.development);
    if (isRefused(method)) return refuse(method.refused, { allow: 'POST' });
    const size = checkRequestSize(Buffer.byteLength(request.body), session);
    if (isRefused(size)) return refuse(size.refused);
    const user = await authenticate(request, client, tables, context);
    if (isRefused(user)) return refuse(user.refused, user.headers);

    const opened = user.value ? { ...session, user: user.value } : session;
    const submitted = await submit(request, opened, context, log.mark);
    const { replies, recipients, notes } = submitted;
    const ended = { ...told, addresser: submitted.session.mail ?? null, recipients, notes };
    const status = statusFor(tables, replies, 'refused' in submitted ? submitted.refused : undefined);
    log.end(submitted.session, status, replies);
    return tell(tables, status, ended, replies);
  } catch (error) {
    log.failed(causeOf(error));
    return refuse(refusalOf(error));
  }
}

function statusFor(tables: Tables, replies: readonly Reply[], refused: Refusal | undefined): number {
  if (refused) return refused.status;
  return tables.config.reply_format === '0.2.17' ? status0217(replies, 200) : statusOf(replies);
}

async function authenticate(request: HttpRequest, client: Client, tables: Tables, context: Context) {
  const given = readBasic(request.headers['authorization']);
  if (typeof given === 'object') await tables.need({ password: [given.name] });
  const result = await context.authenticator.authenticate(
    given,
    tables.password,
    client.address,
    context.now(),
  );
  const required = context.requireAuth || tables.config.require_auth === 1;
  const checked = checkAuthentication(result, required);
  if (!isRefused(checked)) return checked;
  const wait = 'fault' in result && result.wait > 0 ? { 'retry-after': String(result.wait) } : {};
  // RFC 7617 2: realm is required, charset says that we read UTF-8
  return { ...checked, headers: { 'www-authenticate': 'Basic realm="Haineko", charset="UTF-8"', ...wait } };
}

function tell(
  tables: Tables | undefined,
  status: number,
  told: Told,
  replies: readonly Reply[],
  headers: Record<string, string> = {},
): HttpAnswer {
  const write = tables?.config.reply_format === '0.2.17' ? report0217 : report;
  return write(status, told, replies, headers);
}

/** What a failure becomes for the client: wrong tables, tables out of reach, or a defect of ours, which tells nothing. */
function refusalOf(error: unknown): Refusal {
  if (error instanceof ConfigError) {
    return REFUSALS.tablesWrong(
      ...error.issues.map(({ table, path }) => (path === '' ? table : `${table}: ${path}`)),
    );
  }
  return error instanceof SourceUnavailable ? REFUSALS.tablesUnavailable() : REFUSALS.internalError();
}

/** For the log: what is wrong outside says all there is to know in its message, a defect needs its stack. */
function causeOf(error: unknown): string {
  if (error instanceof ConfigError || error instanceof SourceUnavailable) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** RFC 9110 9.3.2: HEAD is answered as GET, without the content. */
function withoutBody(request: HttpRequest, made: HttpAnswer): HttpAnswer {
  return request.method === 'HEAD' ? { ...made, body: '' } : made;
}
