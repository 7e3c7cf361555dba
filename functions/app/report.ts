import { oncePerSecond } from '../mail/once-per-second.ts';
import type { Client } from '../session/session.ts';
import type { Reply } from '../smtp/reply.ts';
import type { HttpAnswer } from './context.ts';

/** What an answer tells of its session. */
export type Told = {
  readonly queueid: string | null;
  readonly client: Client;
  readonly receivedAt: number;
  /** Envelope sender and recipients, as far as they were read. */
  readonly addresser: string | null;
  readonly recipients: readonly string[];
  /** What the client should know beside the replies: a charset that did not fit. */
  readonly notes: readonly string[];
};

/** Seconds after which a deferred mail may be sent again, where no server said anything else. */
const RETRY_AFTER = 60;

/** Most lines of what a failed way said: a recipient may have five of them, and Lambda returns 6 MB at most. */
const MOST_LINES = 5;

/** The answer in the slides' own keys (wire.md, "The answer"). `replies` stand in the request's order, at least one. */
export function report(
  status: number,
  told: Told,
  replies: readonly Reply[],
  extra: Record<string, string> = {},
): HttpAnswer {
  const responses = replies.map(response);
  const main = replies.indexOf(foremost(replies));
  return json(
    status,
    {
      'smtp.queueid': told.queueid,
      'smtp.response': responses[main],
      'smtp.responses': responses,
      'smtp.useragent': told.client.userAgent,
      'smtp.recipient': told.recipients,
      'smtp.addresser': told.addresser,
      'smtp.remotehost': told.client.address,
      'smtp.remoteport': told.client.port,
      'smtp.timestamp': timestamp(told.receivedAt),
      'smtp.referer': told.client.referer,
      ...(told.notes.length > 0 && { 'smtp.notes': told.notes }),
    },
    { ...retryAfter(status, replies), ...extra },
  );
}

/** The HTTP status when relaying was tried: by what became of all recipients together. */
export function statusOf(replies: readonly Reply[]): number {
  const held = replies.filter(({ outcome }) => outcome === 'accepted' || outcome === 'queued');
  if (held.length === replies.length) return held.some(({ outcome }) => outcome === 'queued') ? 202 : 200;
  if (held.length > 0) return 207;
  // 409 and not 5yz: common clients repeat a 5yz by themselves, and that could send twice
  if (replies.some(({ outcome }) => outcome === 'unknown')) return 409;
  return replies.some(({ outcome }) => outcome === 'deferred') ? 503 : 422;
}

/** The reply that matters most: the first unknown, else the first error, else the last success. */
export function foremost(replies: readonly Reply[]): Reply {
  const reply =
    replies.find(({ outcome }) => outcome === 'unknown') ??
    replies.find(({ error }) => error === 1) ??
    replies.at(-1);
  if (!reply) throw new Error('an answer without a reply');
  return reply;
}

/** When a mail that was deferred may be sent again, as the header says it (RFC 9110 10.2.3). */
export function retryAfter(status: number, replies: readonly Reply[]): Record<string, string> {
  if (status !== 503) return {};
  const said = replies.flatMap(({ outcome, retryAfter: seconds }) =>
    outcome === 'deferred' && seconds ? seconds : [],
  );
  return { 'retry-after': String(Math.ceil(said.length > 0 ? Math.max(...said) : RETRY_AFTER)) };
}

/** A JSON answer; nosniff keeps a browser from taking it for anything else. */
export function json(status: number, body: unknown, headers: Record<string, string> = {}): HttpAnswer {
  return {
    status,
    headers: { 'content-type': 'application/json', 'x-content-type-options': 'nosniff', ...headers },
    body: JSON.stringify(body),
  };
}

type Timestamp = { readonly datetime: string; readonly unixtime: string };

/** As the original writes it: "Sun Nov 22 10:20:39 2026" in UTC, and seconds since the epoch as a text. */
export const timestamp: (ms: number) => Timestamp = oncePerSecond((second) => {
  // "Sun, 22 Nov 2026 10:20:39 GMT"
  const [day = '', date = '', month = '', year = '', time = ''] = new Date(second * 1000)
    .toUTCString()
    .split(' ');
  return {
    datetime: `${day.slice(0, 3)} ${month} ${String(Number(date)).padStart(2)} ${time} ${year}`,
    unixtime: String(second),
  };
});

function response(reply: Reply): Record<string, unknown> {
  const { dsn, error, message, command, code, rcpt = null, outcome, entry, before } = reply;
  return {
    dsn,
    error,
    message,
    command,
    code,
    rcpt,
    ...peer(reply),
    outcome,
    ...(before && { entry, before: before.map(failedWay) }),
  };
}

function failedWay({ entry, reply }: NonNullable<Reply['before']>[number]): Record<string, unknown> {
  const { code, dsn, command, message } = reply;
  return { entry, ...peer(reply), code, dsn, command, message: message.slice(0, MOST_LINES) };
}

/** Who said it, as answers tell it. */
export function peer({ mailer, host, port }: Reply) {
  return { mailer: mailer ?? null, host: host ?? null, port: port ?? null };
}
