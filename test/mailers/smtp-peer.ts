import { createServer, type Socket } from 'node:net';
import type { Fault, Peer } from './peer.ts';

/** A command as it came, and what to say to it. */
type Saying = (command: string) => string | undefined;

/** What a server says that does nothing wrong: PLAIN offered, everything taken. */
const USUAL: Saying = (command) => {
  if (command === '') return '220 neko ESMTP\r\n';
  if (/^EHLO/i.test(command)) return '250-neko\r\n250-PIPELINING\r\n250 AUTH PLAIN\r\n';
  if (/^AUTH/i.test(command)) return '235 2.7.0 Hello\r\n';
  if (/^DATA/i.test(command)) return '354 Go on\r\n';
  if (/^QUIT/i.test(command)) return '221 2.0.0 Bye\r\n';
  return '250 2.0.0 Ok\r\n';
};

/** What is said instead of the usual under a fault: to a command, to the greeting (''), to the final dot ('.'). */
const INSTEAD: Partial<Record<Fault, readonly [to: RegExp, says: string]>> = {
  'truncated answer': [/^\.$/, '250 2.0'],
  'not an answer': [/^\.$/, 'Nyaa, nyaa\r\n'],
  'server error': [/^\.$/, '451 4.3.0 Queue file write error\r\n'],
  throttled: [/^$/, '421 4.7.0 Too many connections\r\n'],
  'credential refused': [/^AUTH/i, '535 5.7.8 Not you\r\n'],
  'mail refused': [/^RCPT/i, '550 5.1.1 No such cat\r\n'],
};

/** Starts an SMTP server on loopback; `host` where one machine must play several. */
export async function startSmtpPeer(host = '127.0.0.1', port = 0): Promise<Peer> {
  const sockets = new Set<Socket>();
  let fault: Fault = 'none';
  let accepted = 0;

  const say = (socket: Socket, command: string): void => {
    const [to, instead] = INSTEAD[fault] ?? [];
    const other = to?.test(command) ? instead : undefined;
    if (command === '.') {
      // what it does with a mail does not depend on whether its answer arrives
      if (other === undefined || fault === 'truncated answer' || fault === 'not an answer') accepted += 1;
      if (fault === 'reset after the request') return void socket.resetAndDestroy();
      if (fault === 'hang') return;
    }
    if (fault === 'truncated answer' && other !== undefined) socket.end(other);
    else socket.write(other ?? USUAL(command) ?? '');
  };

  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    if (fault === 'reset before the request') return void socket.resetAndDestroy();
    say(socket, '');
    let pending = '';
    let mail = false;
    socket.setEncoding('latin1').on('data', (chunk) => {
      pending += chunk;
      for (;;) {
        if (mail && fault === 'reset during the request' && pending.length > 0) {
          return void socket.resetAndDestroy();
        }
        const mark = mail ? '\r\n.\r\n' : '\r\n';
        const end = pending.indexOf(mark);
        if (end < 0) return;
        const command = mail ? '.' : pending.slice(0, end);
        pending = pending.slice(end + mark.length);
        mail = /^DATA$/i.test(command);
        say(socket, command);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(port, host, resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    port: address.port,
    accepted: () => accepted,
    behave(next) {
      fault = next;
      for (const socket of sockets) socket.destroy();
    },
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}
