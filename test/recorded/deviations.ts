/** A deviation from Haineko 0.2.17 on purpose: why, and the recordings that show it, as "group: name". */
export type Deviation = { readonly reason: string; readonly recordings: readonly string[] };

/** Where we answer otherwise than Haineko 0.2.17. docs/compatibility.md prints this list. */
export const DEVIATIONS: readonly Deviation[] = [
  { reason: 'A repeated recipient is sent to once.', recordings: ['accept: same recipient twice'] },
  {
    reason: 'The case of a local part is kept, in the answer and on the wire (RFC 5321 2.4).',
    recordings: ['accept: upper-case local part, permitted domain'],
  },
  {
    reason: 'A field of the wrong type is told as such, before the phases look at it.',
    recordings: [
      'accept: header values are arrays',
      'data: header is an array',
      'ehlo: ehlo an array',
      'ehlo: ehlo an object',
    ],
  },
  {
    reason: 'Wrong credentials are refused even where none are required.',
    recordings: ['auth: Basic auth off: credentials ignored'],
  },
  {
    reason:
      "A table that does not parse, or has a wrong value, closes the server (500 CONF) and names the key; as the answer's format is not known then, it is the default one.",
    recordings: [
      'conf: haineko.cf is broken YAML',
      "data: max_message_size 'neko'",
      'rcpt: recipients file is broken YAML',
      "rcpt: max_rcpts_per_message 'neko'",
      'rcpt: max_rcpts_per_message -1',
      "rcpt: max_workers 'neko', 1 recipient",
      'rcpt: max_workers 0, 2 recipients',
      'relayhosts: relayhosts is broken YAML, client 127.0.0.1',
      'routing: mailertable is broken YAML -> built-in default',
      'mailer: unknown mailer Neko',
      'mailer: unknown mailer name containing Discard (NotDiscard)',
      'mailer: lower-case esmtp',
      'routing: full-address key does not match',
      'routing: entry is a string',
    ],
  },
  {
    reason: 'A route of SendGrid or Mandrill without a credential is a configuration error.',
    recordings: ['mailer: SendGrid without credentials', 'mailer: Mandrill without credentials'],
  },
  {
    reason: "The mailer Haineko passes on the other's reply, not its HTTP status.",
    recordings: [
      'mailer: Haineko -> second, Japanese',
      'mailer: Haineko -> second that answers 403 (auth server, no credentials: 401)',
    ],
  },
  {
    reason: "A client's name is held against RFC 5321 4.1.3: IPv6 literals are taken, empty labels are not.",
    recordings: ['ehlo: ehlo [IPv6:::1]', 'ehlo: ehlo ..jp'],
  },
  {
    reason: 'CR, LF and NUL in names and header values are refused.',
    recordings: [
      'inject: CRLF in subject',
      'inject: LF in subject',
      'inject: CRLF CRLF in subject (body injection)',
      'inject: CR only in subject',
      'inject: CRLF + Japanese in subject',
      'ehlo: ehlo CRLF injected after IP-like text (passes check_ehlo)',
    ],
  },
  {
    reason: 'The loop detection works.',
    recordings: ['inject: x-haineko-loop lists this server (loop detection)'],
  },
  {
    reason: 'A request is UTF-8 (RFC 8259 8.1).',
    recordings: ['json: JSON Latin-1 byte e9 in body and subject'],
  },
  {
    reason: 'There is no HAINEKO_DEBUG, and no line of ours is shown to a client.',
    recordings: ['json: malformed JSON under HAINEKO_DEBUG=1 (detail added)'],
  },
  {
    reason: 'An address is one whole addr-spec (RFC 5321 4.1.2): nothing before it, behind it or around it.',
    recordings: ['accept: angle-bracketed recipient', 'mail: mail space inside', 'rcpt: rcpt display name'],
  },
  {
    reason: 'Where the original crashed, a request is answered.',
    recordings: [
      'milter: Example on rcpt (always-bcc)',
      'milter: own Deny: rcpt rejects',
      'milter: flow list in single quotes without blanks breaks the whole haineko.cf',
      'rcpt: rcpt bad only',
      'rcpt: rcpt one good, one with two @',
      'smarthost: no PIPELINING: DSN offered',
    ],
  },
  {
    reason: 'Milters see header fields whatever the case of their names.',
    recordings: ['milter: Example on head: subject contains spam'],
  },
  {
    reason: 'A refused recipient gets one reply, of command RCPT, in the order of the request.',
    recordings: [
      'rcpt: rcpt non-ASCII suffix after a valid address',
      'rcpt: rcpt two good, one not permitted, one bad',
      'rcpt: rcpt newline',
      'rcpt: rcpt empty string element',
    ],
  },
  {
    reason: 'No recipient is lost where there are more than workers.',
    recordings: [
      'rcpt: max_rcpts_per_message 0 = unlimited, 6 recipients, max_workers 4 (2 recipients lost)',
      'rcpt: max_workers 1, 2 recipients',
      'rcpt: max_workers 2, 4 recipients',
    ],
  },
  {
    reason: "X-Forwarded-For is the caller's to write: the client is who the platform says.",
    recordings: [
      'milter: own Deny: ehlo rejects',
      'relayhosts: X-Forwarded-For "127.0.0.1, 203.0.113.9" (with space) ',
      'relayhosts: X-Forwarded-For "203.0.113.9, 127.0.0.1" (with space)',
      'relayhosts: X-Forwarded-For "unknown"',
      'relayhosts: relayhosts file missing, client 192.0.2.10',
      'relayhosts: relayhosts denied beats bad JSON (checked first)',
      'routes: GET /conf from spoofed non-loopback X-Forwarded-For',
      'routes: GET /conf with X-Forwarded-For: "192.0.2.9, 127.0.0.1" (space kept)',
    ],
  },
  {
    reason: '/dump and /conf are made anew: JSON, every secret masked, no local path.',
    recordings: [
      'routes: GET /dump',
      'routes: GET /conf with X-Forwarded-For: 192.0.2.9,127.0.0.1 (last one wins)',
    ],
  },
  { reason: 'HEAD is answered without content (RFC 9110 9.3.2).', recordings: ['routes: HEAD /'] },
  {
    reason: 'A disabled default counts as absent, as every other entry.',
    recordings: ['routing: default disabled, nothing else -> still default'],
  },
  {
    reason: 'The case of a domain does not count in a table.',
    recordings: ['routing: recipient domain upper-cased in table key'],
  },
  {
    reason:
      'A greeting that refuses is passed on with its own code and text; a missing reply names the command that waits for it.',
    recordings: [
      'smarthost: no PIPELINING: banner 554',
      'smarthost: no PIPELINING: banner 421',
      'smarthost: no PIPELINING: no answer to EHLO (timeout 2)',
      'smarthost: PIPELINING: banner 554',
      'smarthost: PIPELINING: banner 421',
      'smarthost: PIPELINING: no answer to EHLO (timeout 2)',
    ],
  },
  {
    reason: 'The reply to a refused command is told by itself, with the command that it answers.',
    recordings: [
      'smarthost: no PIPELINING: final dot 554',
      'smarthost: no PIPELINING: final dot 451',
      'smarthost: PIPELINING: MAIL 451',
      'smarthost: PIPELINING: RCPT 450',
      'smarthost: PIPELINING: DATA 451',
      'smarthost: PIPELINING: final dot 451',
      'smtpauth: server demands AUTH, none given, PIPELINING',
    ],
  },
  {
    reason: 'A lost connection, or a missing answer to the final dot, is an error and said to be one.',
    recordings: [
      'smarthost: no PIPELINING: connection dropped at RCPT',
      'smarthost: no PIPELINING: connection dropped at final dot',
      'smarthost: PIPELINING: connection dropped at RCPT',
      'smarthost: PIPELINING: no answer to final dot (timeout 2)',
    ],
  },
  {
    reason: "A mail over the server's SIZE is not sent at all (RFC 1870).",
    recordings: ['smarthost: SIZE limit 1000, message larger, npm smtp-server, PIPELINING'],
  },
  {
    reason:
      "A route's `auth` and `starttls: 1` are kept to: nothing is sent where the server does not offer them.",
    recordings: [
      'smtpauth: auth in table, server offers no AUTH',
      'smtpauth: STARTTLS set, server does not offer it',
    ],
  },
  { reason: 'Certificates are verified.', recordings: ['smtpauth: STARTTLS + AUTH'] },
  {
    reason:
      'Success is the server\'s reply to the final dot, not to RCPT or QUIT (the wire contract, "The answer").',
    recordings: [
      'routing: mailertable match',
      'routing: sendermt match, no mailertable match',
      'routing: both match: mailertable wins',
      'routing: mailertable match disabled, sendermt match -> sendermt',
      'routing: default disabled, sendermt match',
      'routing: two recipients, two routes',
      'routing: rcpt domain literally "default"',
      'smarthost: no PIPELINING: EHLO 502, HELO ok',
      'smarthost: no PIPELINING: final dot multi-line 250',
      'smarthost: PIPELINING: final dot multi-line 250',
      'smarthost: PIPELINING: DSN offered',
      'smarthost: no PIPELINING: RCPT 550 for 1 of 2 recipients (fork path)',
      'smarthost: PIPELINING: RCPT 550 for 1 of 2 recipients (fork path)',
      'smarthost: retry 1: MAIL 451 once then ok, no PIPELINING',
      'smarthost: retry 1: MAIL 451 once then ok, PIPELINING',
      'smtpauth: AUTH ok (PLAIN LOGIN CRAM-MD5 offered)',
      'smtpauth: AUTH: password with : and , in single quotes, no comments before it',
      'smtpauth: STARTTLS not set, server offers STARTTLS',
    ],
  },
];
