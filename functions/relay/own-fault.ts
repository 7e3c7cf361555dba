import type { Reply } from '../smtp/reply.ts';

/** The commands of a mail transaction: a reply to one may be a verdict on the sender, the recipient or the mail. */
const TRANSACTION: ReadonlySet<string | null> = new Set(['MAIL', 'RCPT', 'DATA']);

/** Codes that speak of the server or of our standing with it, whatever the command and the enhanced status code. */
const OF_THE_SERVER: ReadonlySet<string> = new Set([
  // RFC 5321 3.8: it closes the connection on everybody; ours too, where it was lost or silent before the final dot
  '421',
  // RFC 4954 6: a password transition is needed; Exchange Online: too many connections of one user
  '432',
  // RFC 4954 6, RFC 3207 4: AUTH and TLS; Amazon SES: throttled; Postfix: it does not relay for us
  '454',
  // RFC 4954 6, RFC 3207 4: AUTH or STARTTLS must come first
  '530',
  // RFC 5321 4.2.3: it cannot accommodate the parameters, which are the dialogue's and not the mail's
  '455',
]);

/** RFC 3463 3.5 to 3.8, X.3.4: too big for the system. The one word on the mail among those on the system. */
const TOO_BIG = '3.4';

/** RFC 4954 6, RFC 5248 2.4: X.7.8 to X.7.12 speak of the login and of its encryption. */
const OF_THE_LOGIN = /^7\.(?:[89]|1[012])$/;

/**
 * Whether a reply tells of a fault of the way it came by (no connection, out of order, throttled, a credential that is
 * refused): then another way may take the mail. Decided by outcome, command and codes, never by the text. Never for a
 * verdict on the mail or the recipient, never where the mail may have been sent. In doubt not: the client is told
 * `deferred`, and a mail that a server has greylisted is not pushed in by another door.
 */
export function isOwnFault(reply: Reply): boolean {
  const { outcome, command, code, dsn } = reply;
  if (outcome !== 'deferred') return false;
  // before MAIL nobody has seen the mail, and what an API defers is its own trouble (relay/api/answers.ts). Without a
  // command it is a defect of the mailer, which sent nothing: another mailer may do better
  if (!TRANSACTION.has(command)) return !isWantOfTime(reply);
  if (OF_THE_SERVER.has(code)) return true;
  const status = /^\d\.(\d+\.\d+)$/.exec(dsn ?? '')?.[1];
  return status === undefined ? byReplyCode(reply) : byEnhancedCode(status, reply);
}

/** Our own: nothing was begun since the request is over. No way's fault, and there is no time for another either. */
function isWantOfTime({ command, dsn }: Reply): boolean {
  return command === 'CONN' && dsn === '4.4.7';
}

/** By the enhanced status code's subject and detail (RFC 3463 3). */
function byEnhancedCode(status: string, { command, relayed }: Reply): boolean {
  switch (status.split('.')[0]) {
    // the mail system
    case '3':
      return status !== TOO_BIG;
    // network and routing. X.4.7 is ours where a way was too slow; to others a mail of a few seconds is not too old
    case '4':
      return true;
    // policy. At MAIL it is about us and how much we send (Postfix: 450 4.7.1); later it is greylisting, or a filter.
    // At DATA it may be our own word too: the key that the route names in `dkim` is missing, or does not sign
    case '7':
      return OF_THE_LOGIN.test(status) || command === 'MAIL' || (command === 'DATA' && relayed !== true);
    // X.1 address, X.2 mailbox, X.5 protocol, X.6 content, X.0 anything
    default:
      return false;
  }
}

/** By the code alone (RFC 5321 4.2.3), where the server gives no enhanced one. */
function byReplyCode({ command, code }: Reply): boolean {
  // 452, insufficient storage: to RCPT it is "too many recipients" or a full mailbox (4.5.3.1.10)
  if (code === '452') return command !== 'RCPT';
  // 451, local error: to RCPT and to the mail it is what greylisting and filters say; 450 is a mailbox's, or policy
  return code === '451' && command === 'MAIL';
}
