import type { Client } from '../session/session.ts';
import { isRefused, REFUSALS, type Refusal } from '../smtp/catalogue.ts';
import { isLoopback } from '../tables/loopback.ts';
import type { Tables } from '../tables/tables.ts';
import { authenticate } from './authenticate.ts';
import { conf, dump } from './conf.ts';
import type { Context, HttpAnswer, HttpRequest } from './context.ts';
import { answerRoute } from './explain/request.ts';
import { statusOfMail } from './mail-status.ts';
import { json, type Told } from './report.ts';
import { SAMPLES } from './samples.ts';
import { senderOf } from './sender.ts';
import { tell } from './tell.ts';
import { VERSION } from './version.ts';

/** The paths that tell of the tables: for clients on loopback, and for users with `admin`. */
const INSIDE: ReadonlySet<string> = new Set(['/conf', '/dump', '/route']);

/** GET: what became of the mail with the queueid that follows. */
const STATUS = '/status/';

/**
 * The paths beside /submit, in a chunk of their own: no mail waits for them. But for /route and /status they do not look at the method,
 * as in the original; an unknown one is not found whatever it is.
 */
export async function otherPath(
  request: HttpRequest,
  client: Client,
  tables: Tables,
  told: Told,
  context: Context,
): Promise<HttpAnswer> {
  const refuse = (refusal: Refusal, headers?: Record<string, string>) =>
    tell(tables, refusal.status, told, [refusal.reply], headers);
  const user = await authenticate(request, client, tables, context);
  if (isRefused(user)) return refuse(user.refused, user.headers);
  const inside = (client.trusted && isLoopback(client.address)) || user.value?.admin === true;
  if (!inside && INSIDE.has(request.path)) return refuse(REFUSALS.confNotPermitted());
  if (request.path.startsWith(STATUS)) {
    const asked = { queueid: request.path.slice(STATUS.length), method: request.method, everybodys: inside };
    const made = await statusOfMail(
      asked,
      senderOf({ client, ...(user.value && { user: user.value }) }),
      context,
    );
    return 'refused' in made ? refuse(made.refused, made.headers) : made;
  }
  switch (request.path) {
    case '/':
      return json(200, { name: 'Haineko', version: VERSION });
    case '/neko':
      return { status: 200, headers: { 'content-type': 'text/plain' }, body: 'Nyaaaaa' };
    case '/sample/mail':
      return json(200, SAMPLES);
    case '/conf':
      return json(200, conf(tables, context.source));
    case '/dump':
      return json(200, dump(context.source));
    case '/route':
      return answerRoute(request, tables, context, refuse);
    default:
      return refuse(REFUSALS.notFound());
  }
}
