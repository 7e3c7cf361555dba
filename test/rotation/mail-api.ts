import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { CERTIFICATE, KEY } from '../bundle/smarthost.ts';
import { bodyOf } from '../doubles/loopback.ts';
import { type Login, type Mail, markIn, type Secret, type Secrets, type Server, secretIn } from './server.ts';

/**
 * Starts Postmark's API, which takes a key with each mail, on kept connections too.
 * https://postmarkapp.com/developer/api/email-api
 */
export async function startMailApi(secrets: Secrets, now: () => number): Promise<Server> {
  const logins: Login[] = [];
  const mails: Mail[] = [];
  let taken: readonly Secret[] = ['old'];
  let connections = 0;
  const names = new WeakMap<object, string>();
  const tls = { key: readFileSync(KEY), cert: readFileSync(CERTIFICATE) };
  const server = createServer({ ...tls, keepAliveTimeout: 600_000 }, async (request, response) => {
    const { Subject = '' } = JSON.parse(await bodyOf(request)) as { Subject?: string };
    const given = secretIn(String(request.headers['x-postmark-server-token']), secrets);
    const good = given !== 'none of them' && taken.includes(given);
    logins.push({ with: given, taken: good, at: now() });
    response.setHeader('content-type', 'application/json; charset=utf-8');
    if (!good) {
      const Message = 'Request does not contain a valid Server token.';
      response.writeHead(401).end(JSON.stringify({ ErrorCode: 10, Message }));
      return;
    }
    const connection = names.get(request.socket) ?? `connection ${++connections}`;
    names.set(request.socket, connection);
    mails.push({ mark: markIn(Subject), with: given, connection, at: now() });
    response.end(JSON.stringify({ ErrorCode: 0, Message: 'OK', MessageID: `mail-${mails.length}` }));
  });
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
  return {
    port,
    logins,
    mails,
    take(those) {
      taken = those;
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
