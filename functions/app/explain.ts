import { addressOf } from '../mail/address.ts';
import { routeFor, routeKeys } from '../route/route.ts';
import { type Step, traceRoute } from '../route/trace.ts';
import type { Tables } from '../tables/tables.ts';
import type { Context } from './context.ts';
import type { Asked } from './explain/asked.ts';
import type { RefusalTold } from './explain/every-refusal.ts';
import { type FallbackTold, toldFallbacks } from './explain/fallbacks.ts';
import { runPhases } from './explain/phases.ts';
import { sampleMail } from './explain/sample-mail.ts';
import { toldWay, type Warning, type WayTold } from './explain/way.ts';

/** What would become of a mail, as far as the tables tell; JSON as it stands, and never a secret. */
export type Explanation = {
  readonly from: string;
  readonly to: string;
  /** The looks of the search for a route, in its order. */
  readonly steps: readonly Step[];
  /** The way that was found; all null where the recipient is no address. */
  readonly route: WayTold['route'] | null;
  readonly credential: WayTold['credential'];
  readonly dkim: WayTold['dkim'];
  readonly fallbacks: readonly FallbackTold[];
  /** Every refusal that would come before relaying, in the order of the dialogue. The first is what submit() answers. */
  readonly refusals: readonly RefusalTold[];
  /** What the ways would answer of their own accord, before any server is asked. */
  readonly warnings: readonly Warning[];
  /** On what all this depends, and what was not asked. */
  readonly notes: readonly string[];
};

/**
 * Explains a mail's way without sending it: the same phases, tables and lookups as submit()'s, milters included. Rejects as
 * submit() does where the users or routes cannot be read (SourceUnavailable, ConfigError).
 */
export async function explain(asked: Asked, tables: Tables, context: Context): Promise<Explanation> {
  const { from, to } = asked;
  const heard = await runPhases(asked, tables, context);
  const recipient = addressOf(to);
  const sender = addressOf(from) ?? null;
  if (recipient === undefined) {
    const none = { route: null, credential: null, dkim: null, fallbacks: [], warnings: [] };
    return { from, to, steps: traceRoute(undefined, sender, tables), ...none, ...heard };
  }
  await tables.need(routeKeys([recipient], sender));
  const way = routeFor(recipient, sender, tables);
  const steps = traceRoute(recipient, sender, tables);
  // of a sender that is no address the ways know as little as of the mail
  const mail = sampleMail(sender ?? recipient, recipient, tables.config.hostname);
  const first = await toldWay(way, mail, context);
  const others = await toldFallbacks(way, mail, tables, context);
  return {
    from,
    to,
    steps,
    ...first.told,
    fallbacks: others.map(({ told }) => told),
    refusals: heard.refusals,
    warnings: [first, ...others].flatMap(({ warnings }) => warnings),
    notes: heard.notes,
  };
}
