import type { Entry } from '../journal/entry.ts';
import { inTime } from '../relay/in-time.ts';
import type { Delivery, Relay, Wire } from '../relay/relay.ts';
import { DEFERRALS } from '../smtp/catalogue.ts';
import type { Reply } from '../smtp/reply.ts';
import { SourceUnavailable } from '../store/source.ts';
import type { Credential } from '../tables/authinfo.ts';
import { ConfigError } from '../tables/config-error.ts';
import type { Route } from '../tables/route-entry.ts';
import type { Context } from './context.ts';
import { causeOf } from './failure.ts';

/** Below this much time nothing is begun: a reply that comes too late tells nobody. */
export const LEAST_TIME = 1000;

/**
 * How often one try asks for a newer credential. Twice: the first newer one may be refused too, since it was in memory
 * already and has been replaced meanwhile, or was laid wrong and then right. Each version is tried once.
 */
const MOST_REFRESHES = 2;

const NO_CREDENTIAL: Looked = { credential: undefined };

/** One recipient's mail, whichever way it goes: every try by every way sends the same octets, written for the first. */
export type Mail = Pick<Delivery, 'queueid' | 'envelope' | 'hostname'> &
  Pick<Delivery['message'], 'content' | 'charset'> & { written(): Written };

/** What is made of a mail when somebody reads it. */
type Written = Pick<Delivery, 'head' | 'body'> & Pick<Delivery['message'], 'fields'>;

/** One try by a route; where its credential is refused, again with a newer one that is to be had (nothing was sent). */
export async function attempt(
  mail: Mail,
  route: Route,
  deadline: number,
  context: Context,
  entry?: Entry,
): Promise<Reply> {
  const relay = context.relays.get(route.mailer);
  if (!relay) return DEFERRALS.ownDefect();
  const { queueid } = mail;
  const log = (line: string) => context.log({ level: 'info', message: 'dialogue', queueid, line });
  const wire: Wire = {
    now: context.now,
    deadline,
    outbox: context.outbox,
    print: context.print,
    random: () => Buffer.from(context.random(4)).readUInt32BE() / 2 ** 32,
    log,
    ...(entry && { commit: entry.commit }),
  };
  const inRequest = <T>(reading: Promise<T>, until = deadline) =>
    inTime(reading, until - context.now(), (): T => {
      throw new SourceUnavailable('no answer in time');
    });
  const read = (name: string) => inRequest(context.source.credential(name));
  const [found, key] =
    route.auth === undefined && route.dkim === undefined
      ? [NO_CREDENTIAL, NO_CREDENTIAL]
      : await Promise.all([credentialFor(route.auth, read), credentialFor(route.dkim, read)]);
  if ('reply' in found) return found.reply;
  if ('reply' in key) return key.reply;
  let delivery: Delivery;
  try {
    delivery = deliveryBy(route, mail, key.credential, relay);
  } catch (error) {
    // a field that our own check has let through, and that cannot be written: a defect, and nothing was sent
    return { ...DEFERRALS.ownDefect(), cause: causeOf(error) };
  }
  let { credential } = found;
  for (let refreshes = 0; ; refreshes++) {
    const { credentialRefused, ...reply } = await relay.send(delivery, credential, wire);
    if (!credentialRefused || !credential || refreshes === MOST_REFRESHES) return reply;
    context.measure({ CredentialRefreshes: 1 });
    const refused = credential;
    // it is waited for no longer than a try with it makes sense
    const renewed = await credentialFor(route.auth, (name) =>
      inRequest(context.source.refresh(name, refused), deadline - LEAST_TIME),
    );
    if ('reply' in renewed || !renewed.credential || renewed.credential.version === refused.version)
      return reply;
    if (deadline - context.now() < LEAST_TIME) return reply;
    credential = renewed.credential;
  }
}

const UNREAD: Written = { head: new Uint8Array(), body: new Uint8Array(), fields: [] };

/** A mail by a route, written if it was not yet; for a mailer that does not read it, without what would be written. */
export function deliveryBy(
  route: Route,
  { queueid, envelope, hostname, content, charset, written }: Mail,
  signingKey?: Delivery['signingKey'],
  relay?: Relay,
): Delivery {
  const { head, body, fields } = relay?.reads === false ? UNREAD : written();
  const message = { fields, content, charset };
  return { queueid, envelope, head, body, message, hostname, route, signingKey };
}

type Looked = { readonly credential: Credential | undefined } | { readonly reply: Reply };

/** The credential that a route names, undefined where it names none or there is none; or the reply where it cannot be had. */
export async function credentialFor(
  name: string | undefined,
  look: (name: string) => Promise<Credential | undefined>,
): Promise<Looked> {
  if (name === undefined) return NO_CREDENTIAL;
  try {
    return { credential: await look(name) };
  } catch (error) {
    if (error instanceof ConfigError)
      return { reply: { ...DEFERRALS.credentialWrong(name), cause: error.message } };
    if (error instanceof SourceUnavailable) {
      return {
        reply: { ...DEFERRALS.credentialUnavailable(name), cause: String(error.cause ?? error.message) },
      };
    }
    return { reply: { ...DEFERRALS.ownDefect(), cause: String(error) } };
  }
}
