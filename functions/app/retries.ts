import type { Attempt } from '../journal/delivery.ts';
import type { Entry } from '../journal/entry.ts';
import { DEFERRALS } from '../smtp/catalogue.ts';
import type { Reply } from '../smtp/reply.ts';
import type { Route } from '../tables/route-entry.ts';
import { attempt, LEAST_TIME, type Mail } from './attempt.ts';
import type { Context } from './context.ts';

/** What became of a mail by one route: its reply, and every try as it ended. */
export type Relayed = { readonly reply: Reply; readonly attempts: readonly Attempt[] };

/**
 * Tries by one route, again as it says: only what was provably not sent, never a 5yz, never past the deadline, and never
 * sooner than the server asked (Retry-After). `before` are the tries by other routes.
 */
export async function relayWithRetries(
  mail: Mail,
  route: Route,
  deadline: number,
  context: Context,
  entry?: Entry,
  before: readonly Attempt[] = [],
): Promise<Relayed> {
  const { retry, sleep, timeout } = route;
  const attempts: Attempt[] = [];
  for (;;) {
    const last = attempts.at(-1);
    // taken back before anybody waits: a death in the meantime leaves a mail that may be tried again
    if (attempts.length === 0) await entry?.goOn(before);
    if (deadline - context.now() < LEAST_TIME) return { reply: last?.reply ?? DEFERRALS.noTime(), attempts };
    const time = context.now();
    const reply = await attempt(mail, route, deadline, context, entry);
    attempts.push({ time, reply: { mailer: route.mailer, ...reply } });
    const again = reply.outcome === 'deferred' && !reply.code.startsWith('5') && attempts.length <= retry;
    const wait = Math.max(sleep, reply.retryAfter ?? 0) * 1000;
    if (!again || context.now() + wait + Math.min(timeout * 1000, LEAST_TIME) > deadline)
      return { reply, attempts };
    const next = context.now() + wait;
    await entry?.goOn([...before, ...attempts]);
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, next - context.now())));
  }
}
