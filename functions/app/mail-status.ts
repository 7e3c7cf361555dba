import type { Attempt, Delivery } from '../journal/delivery.ts';
import { REFUSALS, type Refusal } from '../smtp/catalogue.ts';
import type { Outcome, Reply } from '../smtp/reply.ts';
import type { Context, HttpAnswer } from './context.ts';
import { json, peer } from './report.ts';

/** What is asked: of which mail, and whether whoever asks may see everybody's. */
export type StatusAsked = {
  readonly queueid: string;
  readonly method: string;
  readonly everybodys: boolean;
};

/** A queueid as makeQueueid() writes it; nothing else is ever looked for. */
const QUEUEID = /^[0-9A-Za-z]{16}$/;

/**
 * GET /status/QUEUEID: what became of each recipient of a mail, for who sent it and who may see everybody's. To others
 * it is not there, as one that was never sent.
 */
export async function statusOfMail(
  { queueid, method, everybodys }: StatusAsked,
  sender: string,
  { journal, now }: Pick<Context, 'journal' | 'now'>,
): Promise<HttpAnswer | { readonly refused: Refusal; readonly headers?: Record<string, string> }> {
  if (method !== 'GET' && method !== 'HEAD')
    return { refused: REFUSALS.methodNotSupported(method), headers: { allow: 'GET, HEAD' } };
  const keeper = QUEUEID.test(queueid) ? await journal?.load() : undefined;
  const deliveries = (await keeper?.find(queueid)) ?? [];
  const [first] = deliveries;
  if (!first || !(everybodys || first.sender === sender)) return { refused: REFUSALS.mailNotFound() };
  return json(200, {
    queueid,
    addresser: first.from,
    received: timeOf(first.receivedAt),
    recipients: deliveries.map((each) => recipientOf(each, now())),
  });
}

function recipientOf(delivery: Delivery, now: number): Record<string, unknown> {
  const { rcpt, state, reply, attempts } = delivery;
  return {
    rcpt,
    state,
    outcome: outcomeOf(delivery, now),
    reply: reply ? replyOf(reply) : null,
    attempts: attempts.map(attemptOf),
    // nothing is tried again by itself
    next: null,
  };
}

/** As the answer to the mail would tell it now; null while it is being tried. */
function outcomeOf({ state, reply, until }: Delivery, now: number): Outcome | null {
  if (reply) return reply.outcome;
  if (until > now) return null;
  return state === 'committing' ? 'unknown' : 'deferred';
}

function attemptOf({ time, reply }: Attempt): Record<string, unknown> {
  return { time: timeOf(time), outcome: reply.outcome, ...replyOf(reply) };
}

function replyOf(reply: Reply) {
  const { code, dsn, command, message } = reply;
  return { ...peer(reply), code, dsn, command, message };
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString();
}
