import type { Outcome } from '../../smtp/reply.ts';
import type { Said } from './said.ts';

/** What fails there is the fault of a route or of a server, not the mail's. Without a command its mailer could not be loaded. */
const BEFORE_MAIL: ReadonlySet<string | null> = new Set([
  'CONN',
  'EHLO',
  'HELO',
  'STARTTLS',
  'AUTH',
  'CONF',
  'HTTP',
  null,
]);

/** HTTP statuses with which a Haineko refuses a mail. */
const VERDICTS: ReadonlySet<string> = new Set(['400', '413', '422']);

/** 409: one of ours cannot tell. 408: a request that was cut off. 421 and 451 are codes of ours, not statuses. */
const MAY_BE_SENT: ReadonlySet<string> = new Set(['408', '409', '421', '451']);

/**
 * The outcome of a reply in the format of 0.2.17, once relaying was tried (HTTP 200). It comes from the original, whose
 * mailers over HTTP give the HTTP status as a number, or from one of ours with `reply_format: '0.2.17'`, whose own codes are
 * numbers and a server's are texts. Where both leave it open whether the mail was sent, it is unknown.
 */
export function outcomeBy0217(said: Said): Outcome {
  const { code, error } = said;
  if (error === 0) return code.startsWith('2') && !isHttpStatusOfHaineko(said) ? 'accepted' : 'unknown';
  if (said.command === 'POST' && said.numeric) return byHttpStatus(said);
  if (code.startsWith('5')) return BEFORE_MAIL.has(said.command) ? 'deferred' : 'rejected';
  if (!code.startsWith('4')) return 'unknown';
  return said.numeric ? ofOurs(said) : ofServer(said);
}

/** The original's own mailer Haineko looks at no more than the status, which is 200 whatever became of the mail. */
function isHttpStatusOfHaineko({ command, numeric, mailer }: Said): boolean {
  return command === 'POST' && numeric && mailer === 'Haineko';
}

/** A server's or a provider's 4yz says that it has not got the mail, but for our own word where nobody can tell. */
function ofServer({ command, dsn }: Said): Outcome {
  // relay/api/answers.ts: unproven()
  return command === 'POST' && dsn === '4.5.0' ? 'unknown' : 'deferred';
}

/** A 4yz of our own: from DATA on the mail may have been on its way, as it may where no command is told. */
function ofOurs({ command }: Said): Outcome {
  const notYet = command !== null && (BEFORE_MAIL.has(command) || command === 'MAIL' || command === 'RCPT');
  return notYet ? 'deferred' : 'unknown';
}

/** Nothing was sent. Only what a third Haineko refused is a verdict; an API says 400 to a missing key as well. */
function byHttpStatus({ code, mailer }: Said): Outcome {
  if (!code.startsWith('4') || MAY_BE_SENT.has(code)) return 'unknown';
  return mailer === 'Haineko' && VERDICTS.has(code) ? 'rejected' : 'deferred';
}
