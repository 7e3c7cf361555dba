import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { CERTIFICATE, KEY } from '../bundle/smarthost.ts';
import { type Login, type Mail, markIn, type Secret, type Secrets, type Server, secretIn } from './server.ts';

/** The user of every mail server here. */
export const USERNAME = 'kijitora';

/**
 * Starts a mail server that wants STARTTLS and AUTH. It never closes a connection; but one that got in by a secret that
 * is not taken any more gets 421 at MAIL.
 */
export async function startMailServer(secrets: Secrets, now: () => number): Promise<Server> {
  const logins: Login[] = [];
  const mails: Mail[] = [];
  let taken: readonly Secret[] = ['old'];
  const server = new SMTPServer({
    key: readFileSync(KEY),
    cert: readFileSync(CERTIFICATE),
    authMethods: ['PLAIN', 'LOGIN'],
    disableReverseLookup: true,
    socketTimeout: 600_000,
    closeTimeout: 100,
    logger: false,
    onAuth(auth, _session, callback) {
      const given = secretIn(auth.password, secrets);
      const good = auth.username === USERNAME && given !== 'none of them' && taken.includes(given);
      logins.push({ with: given, taken: good, at: now() });
      if (good) callback(null, { user: given });
      else callback(Object.assign(new Error('Authentication credentials invalid'), { responseCode: 535 }));
    },
    onMailFrom(_address, { user }, callback) {
      if (taken.includes(user as Secret)) callback();
      else callback(Object.assign(new Error('Log in again'), { responseCode: 421 }));
    },
    onData(stream, { id, user }, callback) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const [subject = ''] = /^Subject: .*$/m.exec(Buffer.concat(chunks).toString('latin1')) ?? [];
        mails.push({ mark: markIn(subject), with: user as Secret, connection: id, at: now() });
        callback(null, 'OK: taken');
      });
    },
  });
  // a client that goes away is its own affair
  server.on('error', () => {});
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.server.address() as AddressInfo).port));
  });
  return {
    port,
    logins,
    mails,
    take(those) {
      taken = those;
    },
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
