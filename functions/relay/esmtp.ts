import * as v from 'valibot';
import { flag } from '../tables/value.ts';
import { defineRelay } from './define-relay.ts';
import { loadOnce } from './load-once.ts';

const load = loadOnce(() => import('./esmtp/send.ts'));

/** Relays over SMTP (RFC 5321). What does the work, and nodemailer with it, is loaded by the first mail. */
export const esmtp = defineRelay({
  name: 'ESMTP',
  description:
    'Relays each mail over SMTP to `host`: STARTTLS, implicit TLS on port 465, SMTP-AUTH (PLAIN, LOGIN, CRAM-MD5, XOAUTH2), PIPELINING, SIZE, DSN.',
  port: 25,
  credential: {
    needed: 'may',
    username: 'the user',
    password: 'the password',
    oauth2: true,
    tried: 'AUTH',
  },
  signs: true,
  example: {
    route: { host: 'smtp.example.jp', port: 587, starttls: 1, auth: 'Smarthost' },
    authinfo: { Smarthost: { username: 'neko', password: 'nyanko22' } },
  },
  options: {
    implicit_tls: v.pipe(
      v.optional(flag()),
      v.description(
        '1: TLS from the first octet on any port (RFC 8314 3.3). Default: 1 on port 465, else 0.',
      ),
    ),
  },
  async foresee(delivery, credential) {
    const { foreseenOverSmtp } = await import('./foresee/over-smtp.ts');
    return foreseenOverSmtp(delivery, credential);
  },
  async send(delivery, credential, wire, handOver) {
    const { sendOverSmtp } = await load();
    return sendOverSmtp(delivery, credential, wire, handOver);
  },
  verifier: () => import('./esmtp/verify-login.ts'),
});
