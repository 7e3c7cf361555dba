import * as v from 'valibot';
import { credentialName } from './authinfo.ts';
import { tableDomain } from './domain.ts';
import { flag, seconds, text, value, whole } from './value.ts';

const host = () =>
  value<string>('a host name or an address', (input) =>
    typeof input === 'string' &&
    /^(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9_.-]*[A-Za-z0-9])?\.?$|^[0-9A-Fa-f:.]{2,45}$/.test(input)
      ? input
      : undefined,
  );

/** What `starttls` may say. */
export const starttls = () =>
  value<0 | 1 | 'opportunistic'>("0, 1 or 'opportunistic'", (input) => {
    if (input === 1 || input === true || input === '1') return 1;
    if (input === 0 || input === false || input === '0' || input === '') return 0;
    return input === 'opportunistic' ? input : undefined;
  });

const entryName = () =>
  value<string>('names of entries of mailertable', (input) =>
    typeof input === 'string' ? tableDomain(input) : undefined,
  );

/** The keys that every route has. */
export const routeEntries = {
  mailer: v.pipe(
    v.optional(text("a mailer's name, or a directory's path for File"), 'ESMTP'),
    v.description(
      'How the mail goes out: the name of a mailer. A path (`/var/spool/x`) means `File` into that directory.',
    ),
  ),
  host: v.pipe(v.optional(host(), '127.0.0.1'), v.description('The smarthost: a name or an address.')),
  port: v.pipe(
    v.optional(whole(1, 65535)),
    v.description(
      'Its port. 25 where the mailer says nothing else; 465 is implicit TLS (RFC 8314 3.3). Lambda cannot reach port 25: use 587.',
    ),
  ),
  auth: v.pipe(
    v.optional(credentialName()),
    v.description('Name of the credential in authinfo. Absent there: nothing is sent, 451 4.7.0.'),
  ),
  dkim: v.pipe(
    v.optional(credentialName()),
    v.description(
      'Name of the DKIM key in authinfo: the mail is signed with it (RFC 6376), or not sent. Mailers that send the mail as it is: ESMTP, MX, File.',
    ),
  ),
  fallback: v.pipe(
    v.optional(v.pipe(v.array(entryName()), v.maxLength(5, 'at most 5 entries of mailertable')), []),
    v.description(
      "Entries of mailertable by name, taken one after another when this way fails by the provider's own fault: no connection, throttled, out of order, a refused credential. Never after a verdict on the mail or the recipient, never when the mail may have been sent. The entries' own `fallback` is not followed. Where this route has `dkim`, an entry whose mailer can sign must have one too. First the route's `retry` is used up, but each way leaves 10 seconds for each one after it, as far as it has 10 itself.",
    ),
  ),
  retry: v.pipe(
    v.optional(whole(0, 10), 0),
    v.description(
      'How often a temporary failure (4yz, or a failure before the final dot) is tried again within the request.',
    ),
  ),
  sleep: v.pipe(
    v.optional(seconds(0, 60), 5),
    v.description('Seconds between two tries; longer where the server asks for it (Retry-After).'),
  ),
  timeout: v.pipe(
    v.optional(seconds(0.1, 600), 30),
    v.description("Seconds that a try may take; the request's own deadline ends it sooner."),
  ),
  starttls: v.pipe(
    v.optional(starttls(), 0),
    v.description(
      '0: never; 1: required, nothing is sent without it; opportunistic: when it is offered (RFC 3207).',
    ),
  ),
  tls_verify: v.pipe(v.optional(flag(), 1), v.description("0: the server's certificate is not verified.")),
  auth_plaintext: v.pipe(
    v.optional(flag(), 0),
    v.description(
      '1: AUTH PLAIN and LOGIN without TLS too. Otherwise only under TLS or on loopback (RFC 4954 4).',
    ),
  ),
  disabled: v.pipe(v.optional(flag(), 0), v.description('1: the entry counts as absent.')),
  debug: v.pipe(
    v.optional(flag(), 0),
    v.description('1: the SMTP commands and replies go to the log, never a body or a credential.'),
  ),
};
