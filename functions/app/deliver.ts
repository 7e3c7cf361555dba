import type { Attempt } from '../journal/delivery.ts';
import type { Entry } from '../journal/entry.ts';
import { missingFor } from '../relay/expressible.ts';
import { isOwnFault } from '../relay/own-fault.ts';
import { ANSWER_RESERVE, type Relay } from '../relay/relay.ts';
import type { Way } from '../route/route.ts';
import type { Reply } from '../smtp/reply.ts';
import { leavesUnsigned } from '../tables/fallback-names.ts';
import type { Route } from '../tables/route-entry.ts';
import { deliveryBy, type Mail } from './attempt.ts';
import type { Context } from './context.ts';
import { inParallel } from './in-parallel.ts';
import { relayWithRetries } from './retries.ts';
import type { Ways } from './ways.ts';

/** A mail, and the ways that it may take; in the journal, where it is kept in one before it is sent. */
export type Sending = { readonly mail: Mail; readonly ways: Ways; readonly journaled?: Entry };

/** What became of a mail by one way: its reply, how long it took and every try. */
export type Tried = {
  readonly entry: string | null;
  readonly reply: Reply;
  readonly ms: number;
  readonly attempts: readonly Attempt[];
};

/** A recipient's reply, by the last way that was taken; and those that had failed before it. */
export type Delivered = Tried & { readonly before: readonly Tried[] };

/** Kept for each way that may still be taken: some seconds to hand the mail over, and ANSWER_RESERVE for the answer. */
const WAY_TIME = 2 * ANSWER_RESERVE;

/** Relays each recipient's mail, `most` at the same time, all by one deadline. Never rejects: every recipient has a reply. */
export function deliver(
  sendings: readonly Sending[],
  most: number,
  deadline: number,
  context: Context,
): Promise<Delivered[]> {
  return inParallel(sendings, most, async (sending) => {
    const delivered = await relayByWays(sending, deadline, context);
    // at once: where this process dies while others are on their way, what is known is known
    await sending.journaled?.settle(delivered.reply, attemptsOf(delivered));
    return delivered;
  });
}

/** Every try of a recipient's mail, by whichever way, in order. */
export function attemptsOf({ before, attempts }: Delivered): readonly Attempt[] {
  return [...before.flatMap((way) => way.attempts), ...attempts];
}

/**
 * The route, then one fallback after another, while the fault is the way's own. The reply is that of the last way taken:
 * a verdict ends the search, and where all ways fail it is what happened last; `before` tells the others.
 */
async function relayByWays(sending: Sending, deadline: number, context: Context): Promise<Delivered> {
  const { mail, ways } = sending;
  const { passable, skipped } = passableWays(mail, ways, context);
  const before: Tried[] = [];
  let tried = await relayByWay(sending, ways.first, before, passable.length, deadline, context);
  for (const [at, way] of passable.entries()) {
    // with less than that no mail is handed over
    if (!isOwnFault(tried.reply) || deadline - context.now() < ANSWER_RESERVE) break;
    before.push(tried);
    tried = await relayByWay(sending, way, before, passable.length - at - 1, deadline, context);
  }
  return { ...tried, reply: withWays(tried, before, skipped), before };
}

/** The fallbacks that would take a mail, and why the others would not. */
function passableWays(mail: Mail, { first, others, skipped }: Ways, context: Context) {
  const why = [...skipped];
  const passable = others.filter((way) => {
    const reasons = whyImpassable(mail, first.route, way.route, context);
    why.push(...reasons.map((each) => `fallback '${way.entry}': ${each}`));
    return reasons.length === 0;
  });
  return { passable, skipped: why };
}

/**
 * Why a route's fallback is left out for a mail; empty where it is not. One that cannot express the mail would end it with a
 * refusal, though the route may take it later.
 */
export function whyImpassable(
  mail: Mail,
  route: Route,
  fallback: Route,
  { relays }: Pick<Context, 'relays'>,
): readonly string[] {
  const relay = relays.get(fallback.mailer);
  const missing = relay ? missingOf(relay, fallback, mail) : [];
  const why = missing.length > 0 ? [`${fallback.mailer} cannot express: ${missing.join('; ')}`] : [];
  // tables that are cut into shards are not held against one another when they are read
  return leavesUnsigned(route, fallback, relay?.signs ?? false) ? [...why, 'it has no dkim'] : why;
}

function missingOf(relay: Relay, route: Route, mail: Mail): readonly string[] {
  try {
    return missingFor(relay, deliveryBy(route, mail));
  } catch {
    return ['a mail that cannot be written'];
  }
}

/** All tries by one way. It leaves time for the ways after it, as far as it has enough itself: a silent server takes all it can. */
async function relayByWay(
  { mail, journaled }: Sending,
  { entry, route }: Way,
  before: readonly Tried[],
  waysAfter: number,
  deadline: number,
  context: Context,
): Promise<Tried> {
  const begun = context.now();
  const own = Math.max(deadline - begun - waysAfter * WAY_TIME, WAY_TIME);
  const until = Math.min(begun + own, deadline);
  const past = before.flatMap(({ attempts }) => attempts);
  const { reply, attempts } = await relayWithRetries(mail, route, until, context, journaled, past);
  // a mailer's reply has these by itself, one of ours for want of time or of a credential has not
  const [rcpt] = mail.envelope.rcpt;
  return { entry, reply: { rcpt, mailer: route.mailer, ...reply }, ms: context.now() - begun, attempts };
}

function withWays({ entry, reply }: Tried, before: readonly Tried[], skipped: readonly string[]): Reply {
  const wanted = before.length > 0 || isOwnFault(reply);
  const causes = [reply.cause, ...(wanted ? skipped : [])].filter((cause) => cause !== undefined);
  return {
    ...reply,
    ...(before.length > 0 && {
      entry,
      before: before.map((way) => ({ entry: way.entry, reply: way.reply })),
    }),
    ...(causes.length > 0 && { cause: causes.join('; ') }),
  };
}
