import { DEFERRALS, REFUSALS, type Refusal, UNKNOWNS } from '../../functions/smtp/catalogue.ts';
import type { Reply } from '../../functions/smtp/reply.ts';

const MILTER = "(the milter's words)";

/** When each refusal of the catalogue is given. A refusal that is missing here does not compile. */
export const REFUSAL_CAUSES: Readonly<Record<keyof typeof REFUSALS, readonly [Refusal, string]>> = {
  methodNotSupported: [REFUSALS.methodNotSupported('GET'), 'the method is not POST (/submit, /route)'],
  requestTooLarge: [
    REFUSALS.requestTooLarge(4_400_000),
    "the request's body is over `max_request_size`, that of /route over 4,096 octets",
  ],
  authenticationRequired: [
    REFUSALS.authenticationRequired(),
    'Basic credentials are wrong, or required and not given, or were guessed too often',
  ],
  clientNotPermitted: [
    REFUSALS.clientNotPermitted(),
    'the client is not in `relayhosts`, or a page of another site speaks through it, and it is no user; an IAM principal has no entry in `password`',
  ],
  milterConn: [REFUSALS.milterConn(MILTER), 'a milter refuses the client'],
  keyInvalid: [REFUSALS.keyInvalid(), 'the header field Idempotency-Key holds no key, or more than one'],
  keyWithoutJournal: [
    REFUSALS.keyWithoutJournal(),
    'there is a key, and the server was made without a journal',
  ],
  keyOfAnother: [
    REFUSALS.keyOfAnother(),
    'the same sender has used this key for a request with another body',
  ],
  keyInFlight: [
    REFUSALS.keyInFlight(),
    'another request with this key has no answer yet, or died without one a moment ago; Retry-After says when to ask again',
  ],
  journalUnavailable: [
    REFUSALS.journalUnavailable(),
    'there is a key (or it is GET /status), and the journal cannot be reached: this request has sent nothing, an earlier one with its key may have',
  ],
  malformed: [
    REFUSALS.malformed('(which field, and what was expected)'),
    'the body is not JSON, no mapping, has an unknown field, or a field of the wrong type',
  ],
  messageLoop: [REFUSALS.messageLoop(), '`x-haineko-loop` names this server'],
  ehloRequired: [REFUSALS.ehloRequired(), '`ehlo` is absent or empty'],
  ehloInvalid: [REFUSALS.ehloInvalid(), '`ehlo` is no domain with a dot and no address'],
  milterEhlo: [REFUSALS.milterEhlo(MILTER), "a milter refuses the client's name"],
  senderRequired: [REFUSALS.senderRequired(), '`mail` is absent or empty'],
  senderInvalid: [REFUSALS.senderInvalid(), '`mail` is no address'],
  senderNotAscii: [REFUSALS.senderNotAscii(), '`mail` is not ASCII'],
  senderNotPermitted: [REFUSALS.senderNotPermitted(), "`mail` is not in the user's `senders`"],
  milterMail: [REFUSALS.milterMail(MILTER), 'a milter refuses the sender'],
  recipientRequired: [REFUSALS.recipientRequired(), '`rcpt` is absent or empty'],
  tooManyRecipients: [REFUSALS.tooManyRecipients(), 'more recipients than `max_rcpts_per_message`'],
  recipientInvalid: [REFUSALS.recipientInvalid(), 'a recipient is no address'],
  recipientNotAscii: [REFUSALS.recipientNotAscii(), 'a recipient is not ASCII'],
  recipientNotPermitted: [REFUSALS.recipientNotPermitted(), 'a recipient is not in `recipients`'],
  milterRcpt: [REFUSALS.milterRcpt(MILTER), 'a milter refuses a recipient'],
  bodyEmpty: [REFUSALS.bodyEmpty(), '`body` and `html` are both absent or empty'],
  messageTooLarge: [
    REFUSALS.messageTooLarge(),
    '`body`, `html` and decoded attachments are over `max_message_size`',
  ],
  subjectEmpty: [REFUSALS.subjectEmpty(), '`header.subject` is absent or empty'],
  headerTooLarge: [REFUSALS.headerTooLarge(32_768), 'the header fields together are too large'],
  headerInvalid: [
    REFUSALS.headerInvalid('(which field, and what is wrong)'),
    'a header value holds a line break or NUL, or is not what its field must hold',
  ],
  headerAddressNotAscii: [
    REFUSALS.headerAddressNotAscii('from'),
    'an address in a header field is not ASCII before its @',
  ],
  headerCommandsProvider: [
    REFUSALS.headerCommandsProvider('x-smtpapi'),
    'a header field is a command to a mail provider',
  ],
  milterHead: [REFUSALS.milterHead(MILTER), 'a milter refuses the header'],
  milterBody: [REFUSALS.milterBody(MILTER), 'a milter refuses the body'],
  tablesWrong: [
    REFUSALS.tablesWrong('mailertable: example.com.port'),
    'a table has an error, and no good one was read before',
  ],
  tablesUnavailable: [REFUSALS.tablesUnavailable(), 'the tables cannot be read, and none were read before'],
  mailNotFound: [
    REFUSALS.mailNotFound(),
    '/status/QUEUEID of a mail that is not (or no longer) in the journal, or that somebody else has sent',
  ],
  notFound: [REFUSALS.notFound(), 'there is no such path'],
  confNotPermitted: [
    REFUSALS.confNotPermitted(),
    '/conf, /dump or /route, from elsewhere than loopback, by no `admin`',
  ],
  internalError: [REFUSALS.internalError(), 'a defect of the server'],
  defectAfterRelaying: [REFUSALS.defectAfterRelaying(), 'a defect of ours, after the relaying had begun'],
};

/** When each deferral of the catalogue is given. */
export const DEFERRAL_CAUSES: Readonly<Record<keyof typeof DEFERRALS, readonly [Reply, string]>> = {
  noTime: [DEFERRALS.noTime(), 'less than a second is left to the deadline'],
  credentialUnavailable: [
    DEFERRALS.credentialUnavailable('NAME'),
    "the route's `auth` cannot be read from SSM",
  ],
  credentialWrong: [DEFERRALS.credentialWrong('NAME'), "the route's `auth` does not hold what it must"],
  ownDefect: [DEFERRALS.ownDefect(), 'a defect of the server'],
  journalNotWritten: [
    DEFERRALS.journalNotWritten(),
    'the request has a key, and its mark in the journal could not be made before the mail was released',
  ],
};

/** When each reply of the catalogue's last part is given. */
export const UNKNOWN_CAUSES: Readonly<Record<keyof typeof UNKNOWNS, readonly [Reply, string]>> = {
  diedCommitting: [
    UNKNOWNS.diedCommitting(),
    'an earlier request with this key ended between its mark in the journal and the reply',
  ],
  takenOver: [
    UNKNOWNS.takenOver(),
    'the request took longer than its lease, and another with this key goes on in its place',
  ],
};
