import { domainOf } from '../mail/address.ts';
import type { Session } from '../session/session.ts';
import type { Reply } from '../smtp/reply.ts';
import type { Context } from './context.ts';
import type { Delivered, Tried } from './deliver.ts';
import { foremost } from './report.ts';
import { measureSession } from './session-metrics.ts';
import { withoutLocalParts } from './without-local-parts.ts';

/** Times a session's stages, writes its one log line and measures it. */
export type SessionLog = {
  /** A stage is over. */
  mark(stage: string, delivered?: readonly Delivered[]): void;
  /** A session that an earlier request has answered for. */
  replayed(session: Session, status: number): void;
  /** From now on mails may be on their way. */
  begin(): void;
  relaying(): boolean;
  /**
   * The session is over: the line is written, and what was measured. `measured`: the replies that count, where they are
   * others: what an earlier request was told is not told of once more.
   */
  end(session: Session, status: number, replies: readonly Reply[], measured?: readonly Reply[]): void;
};

/** One line a session: queueid, client, user, envelope domains, mailer, host, outcome, ms by stage. No body, no local part, no subject. */
export function sessionLog({ client, receivedAt: begun }: Session, context: Context): SessionLog {
  const ms: Record<string, number> = {};
  let last = begun;
  let delivered: readonly Delivered[] = [];
  let relaying = false;
  return {
    mark(stage, done = []) {
      const now = context.now();
      ms[stage] = now - last;
      last = now;
      delivered = done;
    },
    replayed(session, status) {
      const { user } = session;
      const total = context.now() - begun;
      const line = { queueid: session.queueid, client: client.address, user: user?.name, status };
      context.log({ level: 'info', message: 'replayed', ...line, ms: { total } });
      measureSession([], [], context);
    },
    begin() {
      relaying = true;
    },
    relaying: () => relaying,
    end(session, status, replies, measured = replies) {
      const { code, dsn, command, outcome } = foremost(replies);
      context.log({
        level: status === 500 ? 'error' : status > 500 ? 'warn' : 'info',
        message: 'session',
        queueid: session.queueid,
        client: client.address,
        user: session.user?.name,
        from: session.mail && domainOf(session.mail),
        status,
        outcome,
        code,
        dsn,
        command,
        recipients: replies.map((reply) => recipientLine(reply, delivered)),
        ms: { ...ms, total: context.now() - begun },
      });
      measureSession(measured, delivered, context);
    },
  };
}

const DOMAIN = /^(?:[a-z0-9.-]{1,255}|\[[a-z0-9.:]{1,64}\])$/i;

function recipientLine(reply: Reply, delivered: readonly Delivered[]): Record<string, unknown> {
  const { rcpt = '' } = reply;
  const done = delivered.find((each) => each.reply === reply);
  return {
    // of what is no address nothing is told: it may be a local part
    to: domainIn(rcpt),
    ...replyLine(reply),
    ...(done && { ms: done.ms, tries: done.attempts.length }),
    ...(done && done.before.length > 0 && { entry: done.entry, before: done.before.map(wayLine) }),
  };
}

/** The domain of what may be no address, and may be long; null where there is none. */
function domainIn(text: string): string | null {
  const domain = text.slice(text.lastIndexOf('@') + 1);
  return domain.length < text.length && DOMAIN.test(domain) ? domain.toLowerCase() : null;
}

function wayLine({ entry, reply, ms, attempts }: Tried): Record<string, unknown> {
  return { entry, ...replyLine(reply), ms, tries: attempts.length };
}

function replyLine({ mailer, host, port, outcome, code, dsn, command, cause }: Reply) {
  return {
    mailer,
    host: host && `${host}:${port}`,
    outcome,
    code,
    dsn,
    command,
    ...(cause !== undefined && { cause: withoutLocalParts(cause) }),
  };
}
