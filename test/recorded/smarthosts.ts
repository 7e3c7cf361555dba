import { readFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

/** The SMTP servers that the recordings were made against, by the port that their tables name. */
export type Smarthosts = {
  /** The port that stands here for a recorded one. */
  readonly ports: ReadonlyMap<number, number>;
  close(): Promise<void>;
};

/** How one of the recorded fake servers departs from a plain one. */
type Fake = {
  greeting?: string;
  ehlo?: string;
  mail?: readonly string[];
  rcpt?: (address: string) => string;
  data?: string;
  dot?: string;
  /** Where it says nothing any more. */
  silent?: 'greeting' | 'ehlo' | 'dot';
  /** Where it closes the connection. */
  drops?: 'rcpt' | 'dot';
  extensions?: readonly string[];
};

const FAKES: Readonly<Record<number, Fake>> = {
  0: {},
  2: { ehlo: '502 5.5.1 what' },
  3: { greeting: '554 5.7.1 go away' },
  4: { greeting: '421 4.3.2 busy' },
  11: { mail: ['553 5.1.8 Domain of sender address does not exist'] },
  12: { mail: ['451 4.3.0 try again later', '451 4.3.0 try again later'] },
  22: { rcpt: () => '450 4.2.1 mailbox busy (greylisted)' },
  31: { data: '554 5.5.1 no data please' },
  32: { data: '451 4.5.1 no data now' },
  41: { dot: '554 5.7.1 spam rejected' },
  42: { dot: '451 4.7.1 try later' },
  43: { dot: '250-2.0.0 Ok: first line\r\n250 2.0.0 second line' },
  61: { silent: 'ehlo' },
  62: { silent: 'dot' },
  63: { silent: 'greeting' },
  71: { mail: ['451 4.3.0 try again later'] },
  81: { drops: 'rcpt' },
  82: { drops: 'dot' },
  91: { extensions: ['DSN'] },
  92: { rcpt: (address) => (address.startsWith('other') ? '550 5.1.1 User unknown' : '250 2.1.5 ok') },
  94: { extensions: ['AUTH PLAIN LOGIN'] },
};

const TLS = new URL('../dialogue/tls/', import.meta.url);
const PLAIN: SMTPServerOptions = {
  key: readFileSync(new URL('key.pem', TLS)),
  cert: readFileSync(new URL('cert.pem', TLS)),
  disableReverseLookup: true,
  authOptional: true,
  size: 26_214_400,
  disabledCommands: ['AUTH', 'STARTTLS'],
};
const USERS: SMTPServerOptions = { disabledCommands: ['STARTTLS'], allowInsecureAuth: true };

/** npm's smtp-server, as the recordings used it. */
const REAL: Readonly<Record<number, SMTPServerOptions>> = {
  10025: PLAIN,
  10026: { ...PLAIN, hidePIPELINING: true },
  10027: { ...PLAIN, ...USERS, hidePIPELINING: true, authMethods: ['PLAIN', 'LOGIN', 'CRAM-MD5'] },
  10028: { ...PLAIN, disabledCommands: ['AUTH'], hidePIPELINING: true },
  10029: { ...PLAIN, disabledCommands: [], allowInsecureAuth: true, hidePIPELINING: true },
  10030: { ...PLAIN, ...USERS, authOptional: false },
  10031: { ...PLAIN, size: 1000 },
};

/** Starts them all on loopback. */
export async function startSmarthosts(): Promise<Smarthosts> {
  const ports = new Map<number, number>();
  const closing: (() => Promise<void>)[] = [];
  for (const [port, options] of Object.entries(REAL)) {
    const server = realServer(options);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    ports.set(Number(port), portOf(server.server));
    closing.push(() => new Promise((resolve) => server.close(() => resolve())));
  }
  for (const [number, fake] of Object.entries(FAKES)) {
    for (const pipelining of [false, true]) {
      const sockets = new Set<Socket>();
      // what it has refused once is its own memory
      const own = { ...fake };
      const server = createServer((socket) => {
        sockets.add(socket);
        talk(socket, own, pipelining);
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      ports.set(11_000 + Number(number) + (pipelining ? 100 : 0), portOf(server));
      closing.push(
        () =>
          new Promise((resolve) => {
            for (const socket of sockets) socket.destroy();
            server.close(() => resolve());
          }),
      );
    }
  }
  return {
    ports,
    close: async () => {
      await Promise.all(closing.map((close) => close()));
    },
  };
}

function realServer(options: SMTPServerOptions): SMTPServer {
  const server = new SMTPServer({
    name: 'sink.localhost',
    ...options,
    closeTimeout: 100,
    onAuth(auth, session, callback) {
      const right =
        auth.method === 'CRAM-MD5'
          ? auth.username === 'kijitora' && auth.validatePassword?.('nekochan')
          : auth.username === 'kijitora' && auth.password === 'nekochan';
      void session;
      const wrong = Object.assign(new Error('authentication failed'), { responseCode: 535 });
      if (right) callback(null, { user: 'kijitora' });
      else callback(wrong);
    },
    onData(stream, _session, callback) {
      stream.resume().on('end', () => callback(null, 'Accepted'));
    },
  });
  server.on('error', () => {});
  return server;
}

/** One connection to a fake server. */
function talk(socket: Socket, fake: Fake, pipelining: boolean): void {
  let pending = '';
  let recipients = 0;
  let inData = false;
  let step = 0;
  const say = (line: string) => socket.write(`${line}\r\n`);
  const hangs = (where: Fake['silent']) => fake.silent === where;
  socket.on('error', () => {});
  if (!hangs('greeting')) say(fake.greeting ?? '220 fake.localhost ESMTP');
  if (fake.greeting) socket.end();
  socket.on('data', (chunk: Buffer) => {
    pending += chunk.toString('latin1');
    for (;;) {
      const mark = inData ? '\r\n.\r\n' : '\r\n';
      const end = pending.indexOf(mark);
      if (end < 0 || !socket.writable) return;
      const line = pending.slice(0, end);
      pending = pending.slice(end + mark.length);
      if (inData) finish();
      else command(line);
    }
  });

  function finish(): void {
    inData = false;
    if (hangs('dot')) return;
    if (fake.drops === 'dot') return void socket.end();
    say(fake.dot ?? '250 2.0.0 Ok: queued');
  }

  function command(line: string): void {
    const verb = line.slice(0, 4).toUpperCase();
    const address = /<(.*?)>/.exec(line)?.[1] ?? '';
    if (verb === 'EHLO') {
      if (hangs('ehlo')) return;
      if (fake.ehlo) return void say(fake.ehlo);
      const lines = [
        'fake.localhost',
        'SIZE 26214400',
        '8BITMIME',
        ...(fake.extensions ?? []),
        ...(pipelining ? ['PIPELINING'] : []),
      ];
      for (const [at, each] of lines.entries()) say(`250${at === lines.length - 1 ? ' ' : '-'}${each}`);
    } else if (verb === 'HELO') say('250 fake.localhost');
    else if (verb === 'AUTH') say('235 2.7.0 ok');
    else if (verb === 'MAIL') {
      recipients = 0;
      // what it says the first times, then 250; a connection of its own each time, so the count is the server's
      const told = fake.mail?.[step++];
      say(
        fake.mail && fake.mail.length === 1 && /451/.test(fake.mail[0] ?? '')
          ? once(fake)
          : (told ?? '250 2.1.0 Sender ok'),
      );
    } else if (verb === 'RCPT') {
      if (fake.drops === 'rcpt') return void socket.destroy();
      const told = fake.rcpt?.(address) ?? '250 2.1.5 Recipient ok';
      if (told.startsWith('2')) recipients++;
      say(told);
    } else if (verb === 'DATA') {
      if (recipients === 0) return void say('503 5.5.1 no valid recipients');
      inData = fake.data === undefined;
      say(fake.data ?? '354 Enter mail');
    } else if (verb === 'QUIT') {
      say('221 2.0.0 closing connection');
      socket.end();
    } else say('250 2.0.0 Ok');
  }
}

const refusedOnce = new WeakSet<Fake>();

/** A server that refuses its first MAIL, and takes every later one. */
function once(fake: Fake): string {
  if (refusedOnce.has(fake)) {
    refusedOnce.delete(fake);
    return '250 2.1.0 Sender ok';
  }
  refusedOnce.add(fake);
  return fake.mail?.[0] ?? '';
}

function portOf(server: Pick<Server, 'address'>): number {
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('not listening');
  return address.port;
}
