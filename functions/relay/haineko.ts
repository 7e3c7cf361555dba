import * as v from 'valibot';
import { url } from '../tables/url.ts';
import { flag } from '../tables/value.ts';
import { defineApi } from './api/define-api.ts';
import { EVERYTHING } from './capabilities.ts';
import { isOriginal, unheardBy0217 } from './haineko/original.ts';

/** Another Haineko, this one or the original: the wire contract is ours. https://github.com/azumakuniyuki/Haineko */
export const haineko = defineApi({
  name: 'Haineko',
  description: 'POSTs each mail to /submit of another Haineko, this one or 0.2.17, and passes on its reply.',
  endpoint: 'http://127.0.0.1:2794',
  connects: true,
  port: 2794,
  credential: {
    needed: 'may',
    username: "a user of that Haineko's table `password`",
    password: "that user's password",
    tried: 'GET /',
  },
  options: {
    endpoint: v.pipe(
      v.optional(url()),
      v.description(
        "Its base URL, in place of `host`, `port` and `tls`: `https://` (a deployed Haineko's API), or `http://` to this machine itself.",
      ),
    ),
    tls: v.pipe(
      v.optional(flag(), 0),
      v.description('1: HTTPS to `host` and `port`. 0: HTTP, which is all that 0.2.17 speaks by itself.'),
    ),
    original: v.pipe(
      v.optional(flag(), 0),
      v.description(
        '1: it is Haineko 0.2.17, which knows text, From, Reply-To and Subject and leaves out the rest without a word. A mail with more is refused, 554 5.6.3.',
      ),
    ),
  },
  can: { ...EVERYTHING, nullSender: false, ownMessageId: false, ownDate: false },
  cannot: (delivery) => (isOriginal(delivery) ? unheardBy0217(delivery) : []),
  limits: [
    "The reply is the other's: code, dsn, command, text, outcome and notes. `host` and `port` say where it is.",
    'What the other refuses by itself: a user or password is 535 5.7.8, our address (its `relayhosts`) 451 4.7.0, our `hostname` as EHLO 451 4.3.5, all deferred; a sender, a recipient or a mail is rejected with its code.',
    'It writes Received, Date, Message-Id, X-Mailer, X-SMTP-Engine and X-Originating-IP anew: they tell of this server. X-Haineko-Loop goes along, with `trace_headers: 0` too.',
    'Each Haineko needs a `hostname` of its own: a mail that comes back to a name is refused there with `Detected message loop`, and rejected here, 554 5.4.6. What a milter there refuses in the phase conn, with 421 and no dsn, looks the same.',
    'It answers when its own relaying is done. Give `timeout` here more seconds than its routes have there: an answer that comes too late is unknown.',
    'Without the JSON of a Haineko, a status 5xx is of the platform before it, which may have given up waiting (API Gateway: after 30 seconds): unknown. A status 4xx is deferred, but 413.',
    'Over HTTP a password is sent only to this machine itself, or with `auth_plaintext: 1`; otherwise nothing is sent, 451 4.7.0. A mail goes over HTTP as in the clear as over SMTP without TLS.',
    'Haineko 0.2.17 with a smarthost that offers PIPELINING: its success is no proof. It takes the reply to RCPT, or none at all, for that to the final dot.',
    'Haineko 0.2.17: an answer without error whose code is not 2yz is unknown. So is the success of its own mailer `Haineko`, which looks only at the HTTP status: 200 whatever became of the mail.',
    'Haineko 0.2.17 writes UTF-8 whatever the charset. It neither heeds X-Haineko-Loop nor passes it on: a loop through it is not seen.',
    'An answer in the format of 0.2.17 has no outcome: it is told from command and codes, and where these leave open whether the mail was sent it is unknown. Between servers of this version leave `reply_format` at its default. Without `original: 1` a note tells what of the mail 0.2.17 would have left out.',
  ],
  example: {
    route: { mailer: 'Haineko', host: 'haineko.example.jp', tls: 1, auth: 'NextHaineko', timeout: 60 },
    authinfo: { NextHaineko: { username: 'neko', password: 'nyanko22' } },
  },
  words: () => import('./haineko/words.ts'),
});
