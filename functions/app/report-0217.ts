import type { Reply } from '../smtp/reply.ts';
import type { HttpAnswer } from './context.ts';
import { json, type Told, timestamp } from './report.ts';

/** The answer as Haineko 0.2.17 gave it: keys without `smtp.`, refused recipients first, addresser and recipient only once relaying was tried. */
export function report0217(
  status: number,
  told: Told,
  replies: readonly Reply[],
  headers: Record<string, string> = {},
): HttpAnswer {
  const tried = replies.some(wasTried);
  const first = replies[0];
  // a request without authentication gets the bare reply
  if (status === 401 && first) return json(status, bare(first), headers);
  return json(
    status,
    {
      queueid: told.queueid,
      referer: told.client.referer,
      useragent: told.client.userAgent,
      remoteaddr: told.client.address,
      remoteport: told.client.port,
      ...(tried && {
        addresser: told.addresser,
        recipient: replies.filter(wasTried).map(({ rcpt }) => rcpt),
      }),
      response: [...replies.filter((reply) => !wasTried(reply)), ...replies.filter(wasTried)].map(response),
      timestamp: timestamp(told.receivedAt),
    },
    headers,
  );
}

/** A recipient that reached a mailer has its name. */
function wasTried(reply: Reply): boolean {
  return reply.mailer !== undefined;
}

function bare({ code, dsn, error, message, command }: Reply): Record<string, unknown> {
  // it never said what is wrong with a request that it could not read
  return {
    code: Number(code),
    dsn,
    error,
    message: command === 'HTTP' ? message.slice(0, 1) : message,
    command,
  };
}

function response(reply: Reply): Record<string, unknown> {
  const { rcpt = null, host = null, port = null } = reply;
  // its own codes are numbers, a server's are strings; where there was no connection it names no mailer
  const mailer = reply.command === 'CONN' && !reply.relayed ? null : (reply.mailer ?? null);
  return { ...bare(reply), ...(reply.relayed && { code: reply.code }), rcpt, host, port, mailer };
}
