import { privacyOf } from './privacy.ts';
import type { Rule } from './rule.ts';
import { type Entry, type Seen, secretOf } from './seen.ts';

/** What is looked for in each enabled route with `auth`: who else could read the password. */
export const CLEAR_RULES: readonly Rule<Entry>[] = [
  {
    id: 'auth-in-the-clear',
    level: 'warning',
    key: 'auth',
    when: ({ route }) => privacyOf(route) === 'clear' && route.auth_plaintext === 1,
    why: ({ route }) =>
      `the password goes in the clear, for everybody on the way to read: ${route.mailer === 'Haineko' ? 'tls: 1' : 'starttls: 1, or port 465'}`,
  },
  {
    id: 'auth-maybe-in-the-clear',
    level: 'warning',
    key: 'auth',
    when: ({ route }) => privacyOf(route) === 'opportunistic' && route.auth_plaintext === 1,
    why: 'the password goes in the clear where STARTTLS is not offered, or somebody on the way takes the offer out: starttls: 1, or auth_plaintext: 0',
  },
  {
    id: 'auth-not-over-http',
    level: 'error',
    key: 'auth',
    when: ({ route }) => route.mailer === 'Haineko' && isHeldBack(route),
    why: 'nothing is ever sent, 451 4.7.0: no password goes over HTTP. tls: 1, or auth_plaintext: 1 for in the clear',
  },
  {
    id: 'token-not-without-tls',
    level: 'error',
    key: 'auth',
    when: ({ route }, seen) => route.mailer === 'ESMTP' && isHeldBack(route) && isToken(route, seen),
    why: 'nothing is ever sent, 451 4.7.0: no token goes without TLS. starttls: 1, or port 465',
  },
  {
    // no error: a server may offer CRAM-MD5, which tells the password to nobody (RFC 2195)
    id: 'auth-without-tls',
    level: 'warning',
    key: 'auth',
    when: ({ route }, seen) => route.mailer === 'ESMTP' && isHeldBack(route) && !isToken(route, seen),
    why: 'without TLS nothing is sent, 451 4.7.0, but to a server that offers CRAM-MD5: starttls: 1, or port 465',
  },
  {
    id: 'auth-unverified',
    level: 'warning',
    key: 'tls_verify',
    when: ({ route }) =>
      route.tls_verify === 0 &&
      // a request to SES is signed by its key, and does not hold it
      route.mailer !== 'AmazonSES' &&
      ['tls', 'opportunistic'].includes(privacyOf(route)),
    why: 'the certificate is not looked at: whoever answers in the place of the server gets the password',
  },
];

function isHeldBack(route: Entry['route']): boolean {
  return privacyOf(route) === 'clear' && route.auth_plaintext === 0;
}

function isToken({ auth = '' }: Entry['route'], seen: Seen): boolean {
  return secretOf(seen, auth)?.oauth2 !== undefined;
}
