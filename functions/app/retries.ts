import { DEFERRALS } from '../smtp/catalogue.ts';
import type { Reply } from '../smtp/reply.ts';
import type { Route } from '../tables/route-entry.ts';
import { attempt, LEAST_TIME, type Mail } from './attempt.ts';
import type { Context } from './context.ts';

/**
 * Tries by one route, again as it says: only what was provably not sent, never a 5yz, never past the deadline, and never
 * sooner than the server asked (Retry-After).
 */
export async function relayWithRetries(
  mail: Mail,
  route: Route,
  deadline: number,
  context: Context,
): Promise<{ reply: Reply; tries: number }> {
  const { retry, sleep, timeout } = route;
  let last: Reply | undefined;
  for (let tries = 1; ; tries++) {
    if (deadline - context.now() < LEAST_TIME) return { reply: last ?? DEFERRALS.noTime(), tries: tries - 1 };
    const reply = await attempt(mail, route, deadline, context);
    last = reply;
    const again = reply.outcome === 'deferred' && !reply.code.startsWith('5') && tries <= retry;
    const wait = Math.max(sleep, reply.retryAfter ?? 0) * 1000;
    if (!again || context.now() + wait + Math.min(timeout * 1000, LEAST_TIME) > deadline)
      return { reply, tries };
    await new Promise((resolve) => setTimeout(resolve, wait));
  }
}
