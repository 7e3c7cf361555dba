import type { Delivery, Wire } from '../relay/relay.ts';
import { DEFERRALS } from '../smtp/catalogue.ts';
import type { Reply } from '../smtp/reply.ts';
import { SourceUnavailable } from '../store/source.ts';
import type { Credential } from '../tables/authinfo.ts';
import { ConfigError } from '../tables/config-error.ts';
import type { Context } from './context.ts';
import { inParallel } from './in-parallel.ts';

/** Below this much time nothing is begun: a reply that comes too late tells nobody. */
const LEAST_TIME = 1000;

/** A recipient's reply, with how long it took. */
export type Delivered = { readonly reply: Reply; readonly ms: number; readonly tries: number };

/** Relays each recipient's mail, `most` at the same time, all by one deadline. Never rejects: every recipient has a reply. */
export function deliver(
  deliveries: readonly Delivery[],
  most: number,
  deadline: number,
  context: Context,
): Promise<Delivered[]> {
  return inParallel(deliveries, most, async (delivery) => {
    const begun = context.now();
    const { reply, tries } = await relayWithRetries(delivery, deadline, context);
    // a mailer's reply has these by itself, one of ours for want of time or of a credential has not
    const [rcpt] = delivery.envelope.rcpt;
    return { reply: { rcpt, mailer: delivery.route.mailer, ...reply }, ms: context.now() - begun, tries };
  });
}

/** Tries again as the route says: only what was provably not sent, never a 5yz, never past the deadline. */
async function relayWithRetries(
  delivery: Delivery,
  deadline: number,
  context: Context,
): Promise<{ reply: Reply; tries: number }> {
  const { retry, sleep, timeout } = delivery.route;
  for (let tries = 1; ; tries++) {
    if (deadline - context.now() < LEAST_TIME) return { reply: DEFERRALS.noTime(), tries: tries - 1 };
    const reply = await relayOnce(delivery, deadline, context);
    const again = reply.outcome === 'deferred' && !reply.code.startsWith('5') && tries <= retry;
    const wait = sleep * 1000;
    if (!again || context.now() + wait + Math.min(timeout * 1000, LEAST_TIME) > deadline)
      return { reply, tries };
    await new Promise((resolve) => setTimeout(resolve, wait));
  }
}

/** One try; after a refused credential one more, if a newer one is to be had (nothing was sent). */
async function relayOnce(delivery: Delivery, deadline: number, context: Context): Promise<Reply> {
  const { route } = delivery;
  const relay = context.relays.get(route.mailer);
  if (!relay) return DEFERRALS.ownDefect();
  const { queueid } = delivery;
  const log = (line: string) => context.log({ level: 'info', message: 'dialogue', queueid, line });
  const wire: Wire = { now: context.now, deadline, outbox: context.outbox, print: context.print, log };
  const found = await credentialFor(route.auth, (name) => context.source.credential(name));
  if ('reply' in found) return found.reply;
  const { credentialRefused, ...reply } = await relay.send(delivery, found.credential, wire);
  if (!credentialRefused || !found.credential || !route.auth) return reply;

  const refused = found.credential;
  const renewed = await credentialFor(route.auth, (name) => context.source.refresh(name, refused));
  if ('reply' in renewed || !renewed.credential || renewed.credential.version === refused.version)
    return reply;
  if (deadline - context.now() < LEAST_TIME) return reply;
  const { credentialRefused: _again, ...second } = await relay.send(delivery, renewed.credential, wire);
  return second;
}

async function credentialFor(
  name: string | undefined,
  look: (name: string) => Promise<Credential | undefined>,
): Promise<{ credential: Credential | undefined } | { reply: Reply }> {
  if (name === undefined) return { credential: undefined };
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
