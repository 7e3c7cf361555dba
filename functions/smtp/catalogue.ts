import type { Outcome, Reply } from './reply.ts';

/** A session (or one recipient) turned away: the HTTP status it ends with when nothing is left, and its reply. */
export type Refusal = { readonly status: number; readonly reply: Reply };

/** A phase's result: its value, or the refusal that ends the session. */
export type Checked<T> = { readonly value: T } | { readonly refused: Refusal };

/** Whether a check refused. */
export function isRefused<T>(checked: Checked<T>): checked is { readonly refused: Refusal } {
  return 'refused' in checked;
}

type Told = [status: number, code: string, dsn: string | null, command: string, ...message: string[]];

function own(outcome: Outcome, ...[status, code, dsn, command, ...message]: Told): Refusal {
  return { status, reply: { code, dsn, error: 1, command, message, outcome } };
}

function refusal(...told: Told): Refusal {
  return own('rejected', ...told);
}

/** Every refusal of our own, in the order of the checks (wire.md, "Checks, in order, and the refusals"). */
export const REFUSALS = {
  methodNotSupported: (method: string) => refusal(405, '421', null, 'HTTP', `${method} method not supported`),
  requestTooLarge: (limit: number) =>
    refusal(413, '552', '5.3.4', 'HTTP', `Request is larger than the limit of ${limit} bytes`),
  authenticationRequired: () =>
    refusal(401, '500', '5.7.1', 'AUTH', 'Access denied. Proper authentication required.'),
  clientNotPermitted: () => refusal(403, '500', '5.7.1', 'AUTH', 'Access denied'),
  milterConn: (...message: string[]) => refusal(400, '421', null, 'CONN', ...message),
  keyInvalid: () =>
    refusal(
      400,
      '501',
      '5.5.4',
      'HTTP',
      'Idempotency-Key: expected one key of 1 to 255 printable characters',
    ),
  keyWithoutJournal: () =>
    refusal(501, '502', '5.3.3', 'HTTP', 'Idempotency-Key: this server keeps no journal'),
  keyOfAnother: () =>
    refusal(422, '501', '5.5.4', 'HTTP', 'This Idempotency-Key belongs to a request with another body'),
  /** Unknown, and not deferred: what becomes of the mail is the other request's to say. */
  keyInFlight: () =>
    own(
      'unknown',
      409,
      '451',
      '4.5.0',
      'HTTP',
      'A request with this Idempotency-Key is in flight, ask again',
    ),
  journalUnavailable: () =>
    own('unknown', 503, '421', '4.3.0', 'HTTP', 'The journal cannot be reached now, ask again'),
  malformed: (...details: string[]) => refusal(400, '421', null, 'HTTP', 'Malformed JSON string', ...details),
  messageLoop: () => refusal(400, '421', null, 'CONN', 'Detected message loop'),
  ehloRequired: () => refusal(400, '501', '5.0.0', 'EHLO', 'EHLO requires domain address'),
  ehloInvalid: () => refusal(400, '501', '5.0.0', 'EHLO', 'Invalid domain name'),
  milterEhlo: (...message: string[]) => refusal(400, '521', null, 'EHLO', ...message),
  senderRequired: () => refusal(400, '501', '5.5.2', 'MAIL', 'Syntax error in parameters scanning "FROM"'),
  senderInvalid: () => refusal(400, '553', '5.5.4', 'MAIL', 'Domain name required for sender address'),
  senderNotAscii: () => refusal(400, '553', '5.6.7', 'MAIL', 'non-ASCII address is not permitted'),
  senderNotPermitted: () => refusal(400, '553', '5.7.1', 'MAIL', 'Sender address is not permitted'),
  milterMail: (...message: string[]) => refusal(400, '501', '5.1.8', 'MAIL', ...message),
  recipientRequired: () => refusal(400, '553', '5.0.0', 'RCPT', 'User address required'),
  tooManyRecipients: () => refusal(403, '452', '4.5.3', 'RCPT', 'Too many recipients'),
  recipientInvalid: () => refusal(400, '553', '5.1.5', 'RCPT', 'Recipient address is invalid'),
  recipientNotAscii: () => refusal(400, '553', '5.6.7', 'RCPT', 'non-ASCII address is not permitted'),
  recipientNotPermitted: () => refusal(400, '553', '5.7.1', 'RCPT', 'Recipient address is not permitted'),
  milterRcpt: (...message: string[]) => refusal(400, '553', '5.7.1', 'RCPT', ...message),
  bodyEmpty: () => refusal(400, '500', '5.6.0', 'DATA', 'Message body is empty'),
  messageTooLarge: () =>
    refusal(400, '552', '5.2.3', 'DATA', 'Message size exceeds fixed maximum message size'),
  subjectEmpty: () => refusal(400, '500', '5.6.0', 'DATA', 'Subject header is empty'),
  headerTooLarge: (limit: number) =>
    refusal(400, '552', '5.3.4', 'DATA', `Header fields are larger than the limit of ${limit} characters`),
  headerInvalid: (detail: string) => refusal(400, '554', '5.6.0', 'DATA', detail),
  headerAddressNotAscii: (name: string) =>
    refusal(400, '553', '5.6.7', 'DATA', 'non-ASCII address is not permitted', `header.${name}`),
  headerCommandsProvider: (name: string) =>
    refusal(400, '554', '5.6.3', 'DATA', `Header '${name}' commands a provider and is not permitted`),
  milterHead: (...message: string[]) => refusal(400, '554', '5.7.1', 'DATA', ...message),
  milterBody: (...message: string[]) => refusal(400, '554', '5.6.0', 'DATA', ...message),
  tablesWrong: (...issues: string[]) =>
    own('deferred', 500, '500', '5.3.5', 'CONF', ...(issues.length > 0 ? issues : ['A table is wrong'])),
  tablesUnavailable: () =>
    own('deferred', 503, '421', '4.3.0', 'CONF', 'The tables cannot be read now, try again later'),
  mailNotFound: () => refusal(404, '421', null, 'HTTP', 'No such mail, or not yours'),
  notFound: () => refusal(404, '421', null, 'HTTP', 'Not found'),
  confNotPermitted: () => refusal(403, '500', null, 'HTTP', 'Access denied'),
  internalError: () => refusal(500, '500', null, 'HTTP', 'Internal Server Error'),
  /** 409 and not 5yz: common clients repeat a 5yz by themselves, and that could send twice. */
  defectAfterRelaying: () =>
    own('unknown', 409, '451', '4.3.0', 'DATA', 'Internal Server Error: the mail may have been sent'),
} as const;

/** Replies of our own to a recipient whose mail was not (or not provably) handed over. */
export const DEFERRALS = {
  /** Nothing starts without time to answer. */
  noTime: (): Reply =>
    reply('deferred', '451', '4.4.7', 'CONN', 'No time is left in this request, try again'),
  credentialUnavailable: (name: string): Reply =>
    reply('deferred', '451', '4.3.0', 'AUTH', `Credential '${name}' cannot be read now: nothing was sent`),
  credentialWrong: (name: string): Reply =>
    reply('deferred', '451', '4.3.5', 'AUTH', `Credential '${name}' has a wrong value: nothing was sent`),
  ownDefect: (): Reply => reply('deferred', '451', '4.3.0', null, 'Internal Server Error: nothing was sent'),
  /** Without its mark in the journal a mail with a key is not released: a second request could send it again. */
  journalNotWritten: (): Reply =>
    reply('deferred', '451', '4.0.0', 'DATA', 'The journal cannot be written now: the mail was not sent'),
} as const;

/** Replies of our own to a recipient of whom only the journal tells. */
export const UNKNOWNS = {
  diedCommitting: (): Reply =>
    reply(
      'unknown',
      '451',
      '4.3.0',
      'DATA',
      'The relay died while it handed the mail over: it may have been sent',
    ),
  takenOver: (): Reply =>
    reply(
      'unknown',
      '451',
      '4.3.0',
      'DATA',
      'A later request with the same key has taken the mail over: ask again',
    ),
} as const;

function reply(outcome: Outcome, code: string, dsn: string, command: string | null, message: string): Reply {
  return { code, dsn, error: 1, command, message: [message], outcome };
}
