import type { CustomAuthenticationHandlers } from 'nodemailer/lib/smtp-connection';
import { xoauth2Response } from '../oauth2/xoauth2-response.ts';

/**
 * How nodemailer knows our XOAUTH2. Under its right name it would choose PLAIN where it is given no token generator, and with
 * one say AUTH again by itself.
 */
export const OUR_XOAUTH2 = 'HAINEKO-XOAUTH2';

/** RFC 5321 4.5.3.1.4: a command line's octets, with its CRLF. */
const LONGEST_COMMAND = 512;

/** The dialogue of AUTH XOAUTH2, for nodemailer's `customAuth`: `user` and `pass` of login() are the user and the token. */
export const xoauth2Handlers: CustomAuthenticationHandlers = {
  async [OUR_XOAUTH2]({ auth, sendCommand }) {
    const { user, pass } = auth.credentials;
    const response = xoauth2Response(user, pass);
    const command = `AUTH XOAUTH2 ${response}`;
    let reply: string;
    // RFC 4954 4: a response that makes the command too long must not stand in it, and tokens mostly are that long
    if (command.length + 2 <= LONGEST_COMMAND) reply = await answerTo(command);
    else {
      const challenge = await answerTo('AUTH XOAUTH2');
      if (!challenge.startsWith('334')) throw new Error('no empty challenge in reply to AUTH XOAUTH2');
      reply = await answerTo(response);
    }
    // 334 now is an error, told in JSON: an empty line asks for the reply that ends the exchange
    if (reply.startsWith('334')) await answerTo('');
    if (!reply.startsWith('2')) throw new Error('no token taken');

    async function answerTo(line: string): Promise<string> {
      return (await sendCommand(line)).response;
    }
  },
};

/** What a server tells in its error challenge, `{"status":"401",...}`; undefined where that is no base64. */
export function challengeText(challenge: string): string | undefined {
  if (!/^[A-Za-z0-9+/]{4,}={0,2}$/.test(challenge)) return undefined;
  return Buffer.from(challenge, 'base64')
    .toString('utf8')
    .replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ')
    .trim();
}
