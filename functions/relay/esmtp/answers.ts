import type { Answer } from '../relay.ts';
import type { Verb } from './conversation.ts';
import type { ServerReply } from './reply-reader.ts';

/** How a dialogue can end without a complete reply. */
export type Failure = 'lost' | 'late' | 'garbage';

const TEXT: Readonly<Record<Failure, { readonly dsn: string; readonly text: string }>> = {
  // RFC 3463 X.4.2 bad connection, X.4.1 no answer from host, X.5.0 undefined protocol status
  lost: { dsn: '4.4.2', text: 'Connection lost' },
  late: { dsn: '4.4.1', text: 'No reply in time' },
  garbage: { dsn: '4.5.0', text: 'Not a reply of SMTP' },
};

// what goes wrong before MAIL is the route's fault, not the mail's (ARCHITECTURE.md, "Shapes")
const BEFORE_MAIL: ReadonlySet<Verb> = new Set(['CONN', 'EHLO', 'HELO', 'STARTTLS', 'AUTH']);

/** The server said no, 4yz or 5yz (RFC 5321 4.2.1): its code and text are passed on. */
export function refused(to: Verb, reply: ServerReply): Answer {
  const { code } = reply;
  // RFC 3207 4, RFC 4954 6: 530 wants STARTTLS or AUTH first, so it is about the route, whenever it is said
  const route = BEFORE_MAIL.has(to) || code === '530';
  const outcome = route || code.startsWith('4') ? 'deferred' : 'rejected';
  const credentialRefused = to === 'AUTH' && code === '535' && { credentialRefused: true as const };
  return { ...passedOn(reply), command: commandOf(to), outcome, ...credentialRefused };
}

/** The server took the mail. The command is QUIT, on a kept connection too (wire.md, "The answer"). */
export function accepted(reply: ServerReply): Answer {
  return { ...passedOn(reply), command: 'QUIT', outcome: 'accepted' };
}

/** No complete reply to `verb`, the first command that lacks one: deferred, or unknown once the final dot was released. */
export function failed(verb: Verb, how: Failure, cause: string): Answer {
  if (verb === 'CONN') return cannotConnect(cause);
  const { dsn, text } = TEXT[how];
  const sent = verb === 'DOT';
  return {
    code: '421',
    dsn,
    command: commandOf(verb),
    message: [sent ? `${text} after the final dot: the mail may have been sent` : text],
    outcome: sent ? 'unknown' : 'deferred',
    cause,
  };
}

/** No dialogue came about (wire.md, "Routes": connection failures). */
function cannotConnect(cause: string): Answer {
  const message = ['Cannot connect SMTP Server'];
  return { code: '421', dsn: null, command: 'CONN', message, outcome: 'deferred', cause };
}

/** The command's name for the client: HELO is our second try at EHLO, the final dot belongs to DATA. */
function commandOf(verb: Verb): string {
  return verb === 'HELO' ? 'EHLO' : verb === 'DOT' ? 'DATA' : verb;
}

function passedOn({ code, dsn, message }: ServerReply): Pick<Answer, 'code' | 'dsn' | 'message' | 'relayed'> {
  return { code, dsn, message: message.slice(0, 20).map((line) => line.slice(0, 1000)), relayed: true };
}
