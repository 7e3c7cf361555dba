import { isIP } from 'node:net';
import type SMTPConnection from 'nodemailer/lib/smtp-connection';
import type { Credential } from '../../tables/authinfo.ts';
import { isImplicitTls } from '../../tables/implicit-tls.ts';
import { isLoopback } from '../../tables/loopback.ts';
import type { Route } from '../../tables/route-entry.ts';
import { held } from '../own-answers.ts';
import type { Answer } from '../relay.ts';
import { hidingSecrets } from '../secrets.ts';
import type { TimeLeft } from '../time-left.ts';
import { tlsFault } from '../tls-fault.ts';
import { failed, refused } from './answers.ts';
import { type Conversation, converse, type Verb } from './conversation.ts';
import { type Extensions, NO_EXTENSIONS, parseExtensions } from './extensions.ts';
import { loginWith } from './login.ts';
import type { ServerReply } from './reply-reader.ts';
import { quit, type Session } from './session.ts';
import { challengeText, OUR_XOAUTH2, xoauth2Handlers } from './xoauth2.ts';

/** What a session needs to be opened; sessions with the same needs are the same to us. */
export type Opening = {
  readonly route: Route;
  /** Where to connect, when `host` of the route is only the server's name: its exchanger's address. */
  readonly address?: string;
  readonly hostname: string;
  readonly credential: Credential | undefined;
  /** The access token to log in with, where the credential has `oauth2`. */
  readonly token?: string;
};

/** Connects, greets, upgrades to TLS and authenticates. Answers deferred where any of it fails (RFC 5321 3.1, 3207, 4954). */
export function openSession(
  opening: Opening,
  time: TimeLeft,
  log: Conversation['log'],
): Promise<Session | Answer> {
  const { route, credential, token } = opening;
  const required = route.starttls === 1 && !isImplicitTls(route);
  return new Promise((resolve) => {
    const hide = hidingSecrets(credential, token);
    const conversation = converse(connectionOptions(opening, time), hide);
    conversation.log = log;
    const { connection } = conversation;
    let extensions: Extensions = NO_EXTENSIONS;
    let challenge: string | undefined;
    let settled = false;

    // callback, event and timer may all come, and some callbacks never do: whichever is first
    const settle = (result: Session | Answer): void => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      conversation.listener = () => undefined;
      if (!('conversation' in result)) {
        // AUTH comes last, when nodemailer has nothing more to say of its own accord
        if (result.command === 'AUTH' && conversation.allAnswered() && !conversation.over())
          void quit({ conversation, extensions });
        else conversation.close();
      }
      resolve(result);
    };
    const timer = setTimeout(() => settle(failed(conversation.pending(), 'late', 'timed out')), time.ms());

    const fail = (how: 'lost' | 'garbage', cause: string, code?: string): void => {
      const to = conversation.pending();
      const fault = tlsFault(code);
      settle(
        fault === undefined
          ? failed(to, how, cause)
          : held(to === 'CONN' ? 'CONN' : 'STARTTLS', '4.7.5', `TLS failed: ${fault}`, cause),
      );
    };

    const onReply = (to: Verb, reply: ServerReply): void => {
      const { code } = reply;
      const good = to === 'CONN' ? code === '220' : code.startsWith('2') || (to === 'AUTH' && code === '334');
      if (!good) {
        // RFC 5321 3.2: a server that does not know EHLO gets HELO, which nodemailer says now; HELO has no STARTTLS
        if (to === 'EHLO' && /^[45]/.test(code) && code !== '421' && !required) return;
        const answer = /^[45]/.test(code)
          ? refused(to, reply)
          : failed(to, 'garbage', `${code} in reply to ${to}`);
        settle(challenge === undefined ? answer : { ...answer, cause: hide(challenge).slice(0, 300) });
      } else if (to === 'EHLO') {
        extensions = parseExtensions(reply);
        // RFC 3207 4.1: nodemailer would say STARTTLS all the same
        if (required && !connection.secure && !extensions.starttls) {
          settle(held('STARTTLS', '4.7.0', 'starttls is 1, but the server does not offer STARTTLS'));
        }
      } else if (to === 'HELO') extensions = NO_EXTENSIONS;
      // before it refuses a token, a server may say why
      else if (to === 'AUTH' && token !== undefined) challenge = challengeText(reply.message.join(''));
    };

    conversation.listener = (heard) => {
      if ('garbage' in heard) fail('garbage', heard.garbage);
      else if ('lost' in heard) fail('lost', heard.lost, heard.code);
      // RFC 5321 3.8: 421 may come unasked; nothing else may
      else if (heard.to !== undefined || heard.reply.code === '421')
        onReply(heard.to ?? conversation.pending(), heard.reply);
      else fail('garbage', `unasked ${heard.reply.code}`);
    };

    const logIn = (credential: Credential): void => {
      const { username, password } = credential;
      const socket = connection._socket;
      const login = loginWith(credential, extensions.auth, {
        secure: connection.secure,
        // where the name led to counts, not what it says
        loopback: socket instanceof Object && isLoopback(socket.remoteAddress ?? ''),
        plaintext: route.auth_plaintext === 1,
      });
      if ('outcome' in login) {
        settle(login);
        return;
      }
      const method = login.mechanism === 'XOAUTH2' ? OUR_XOAUTH2 : login.mechanism;
      connection.login({ user: username, pass: token ?? password, method }, (error) => {
        if (error) fail('garbage', hide(error.message));
        else settle({ conversation, extensions });
      });
    };

    connection.connect((error) => {
      if (error) fail('lost', error.message);
      else if (credential) logIn(credential);
      else settle({ conversation, extensions });
    });
  });
}

function connectionOptions({ route, address, hostname }: Opening, time: TimeLeft): SMTPConnection.Options {
  // our own timer is the first; these are fixed for the connection's life
  const later = time.ms() + 1000;
  return {
    host: address ?? route.host,
    // RFC 6066 3: the name of SNI has no trailing dot; an address is no name
    ...(isIP(route.host) === 0 && { servername: route.host.replace(/\.$/, '') }),
    port: route.port,
    name: hostname,
    secure: isImplicitTls(route),
    // `opportunistic` is nodemailer's own habit: where STARTTLS is offered it must succeed, else deferred. Going on in
    // clear after a failure would let anybody on the way take TLS out of the dialogue
    ignoreTLS: route.starttls === 0,
    requireTLS: route.starttls === 1,
    tls: { rejectUnauthorized: route.tls_verify === 1, minVersion: 'TLSv1.2' },
    // "localhost" works on a machine without a network
    allowInternalNetworkInterfaces: isLoopback(route.host),
    connectionTimeout: later,
    greetingTimeout: later,
    dnsTimeout: later,
    socketTimeout: 3_600_000,
    maxResponseSize: 128 * 1024,
    customAuth: xoauth2Handlers,
  };
}
