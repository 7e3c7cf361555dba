import { type AddressInfo, createServer, type Socket } from 'node:net';
import type { Chance } from './random.ts';

/** A mail whose final dot has come, and what its recipient's server made of it. */
export type Dot = {
  readonly rcpt: string;
  /** It has the mail, whatever it says. */
  readonly taken: boolean;
  /** What it says; none: it breaks the connection, or is silent. */
  readonly said: '250' | '451' | '554' | 'none';
};

/** A mail server that fails in every phase, and keeps a log of its own: what it has is not known from any answer. */
export type MailServer = {
  readonly port: number;
  readonly dots: readonly Dot[];
  /** From now on it fails no more. */
  behave(): void;
  stop(): Promise<void>;
};

type Phase = 'CONN' | 'EHLO' | 'MAIL' | 'RCPT' | 'DATA' | 'DOT';

/** How it fails: breaks the connection, says 4yz or 5yz, waits, or is silent; after the dot also with the mail in hand. */
type Fault = 'break' | 'break with the mail' | 'silent with the mail' | '4yz' | '5yz' | 'slow';

const FAULTS: Readonly<Record<Phase, readonly Fault[]>> = {
  CONN: ['break', '4yz', 'slow'],
  EHLO: ['break', 'slow'],
  MAIL: ['break', '4yz', 'slow'],
  RCPT: ['break', '4yz', '5yz', 'slow'],
  DATA: ['break', '4yz', 'slow'],
  DOT: ['break', 'break with the mail', 'silent with the mail', '4yz', '5yz', 'slow', 'slow'],
};

const GOOD: Readonly<Record<Phase, string>> = {
  CONN: '220 kill.example ESMTP',
  EHLO: '250-kill.example\r\n250 PIPELINING',
  MAIL: '250 2.1.0 Ok',
  RCPT: '250 2.1.5 Ok',
  DATA: '354 Go on',
  DOT: '250 2.0.0 Taken',
};

/** Starts one that fails in this part of its phases. */
export async function startMailServer(chance: Chance, failing: number): Promise<MailServer> {
  const dots: Dot[] = [];
  const sockets = new Set<Socket>();
  let behaving = false;
  const faultIn = (phase: Phase): Fault | undefined =>
    !behaving && chance.next() < failing ? chance.pick(FAULTS[phase]) : undefined;
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => {});
    void converse(socket, chance, faultIn, (dot) => dots.push(dot));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    dots,
    behave() {
      behaving = true;
    },
    stop() {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** One connection: a command after the other, however many come at once (RFC 2920). */
async function converse(
  socket: Socket,
  chance: Chance,
  faultIn: (phase: Phase) => Fault | undefined,
  log: (dot: Dot) => void,
): Promise<void> {
  const until = reader(socket);
  /** Whether it said yes; undefined: the connection is over. */
  const answer = async (phase: Phase, dot: (how: Omit<Dot, 'rcpt'>) => void = () => {}) => {
    const fault = faultIn(phase);
    if (fault === 'slow') await new Promise((resolve) => setTimeout(resolve, chance.whole(20, 400)));
    if (fault === 'break' || fault === 'break with the mail') {
      dot({ taken: fault !== 'break', said: 'none' });
      socket.destroy();
      return undefined;
    }
    if (fault === 'silent with the mail') {
      dot({ taken: true, said: 'none' });
      await until('never');
      return undefined;
    }
    if (fault === '4yz' || fault === '5yz') {
      const code = fault === '5yz' ? '554' : '451';
      dot({ taken: false, said: code });
      socket.write(phase === 'CONN' ? '421 4.3.2 Come later\r\n' : `${code} ${code[0]}.3.0 No\r\n`);
      if (phase !== 'CONN') return false;
      socket.end();
      return undefined;
    }
    dot({ taken: true, said: '250' });
    socket.write(`${GOOD[phase]}\r\n`);
    return true;
  };

  if (!(await answer('CONN'))) return;
  let sender: boolean | undefined = false;
  let rcpt = '';
  for (;;) {
    const line = await until('\r\n');
    const verb = line?.slice(0, 4).toUpperCase();
    let good: boolean | undefined = true;
    if (line === undefined) return;
    if (verb === 'EHLO') good = await answer('EHLO');
    else if (verb === 'MAIL') {
      rcpt = '';
      good = await answer('MAIL');
      sender = good;
    } else if (verb === 'RCPT' && sender) {
      good = await answer('RCPT');
      if (good) rcpt = /<([^>]*)>/.exec(line)?.[1] ?? '';
    } else if (verb === 'DATA' && rcpt !== '') {
      good = await answer('DATA');
      if (good) {
        if ((await until('\r\n.\r\n')) === undefined) return;
        const to = rcpt;
        good = await answer('DOT', (how) => log({ rcpt: to, ...how }));
      }
      rcpt = '';
      sender = false;
    } else if (verb === 'QUIT') return void socket.end('221 Bye\r\n');
    else socket.write('503 5.5.1 Not now\r\n');
    if (good === undefined) return;
  }
}

/** Reads up to a delimiter, without it; undefined where the connection ends before. */
function reader(socket: Socket): (delimiter: string) => Promise<string | undefined> {
  let pending = '';
  let over = false;
  let wake = () => {};
  socket.setEncoding('latin1').on('data', (text: string) => {
    pending += text;
    wake();
  });
  for (const event of ['end', 'close', 'error'])
    socket.on(event, () => {
      over = true;
      wake();
    });
  return async (delimiter) => {
    for (;;) {
      const at = pending.indexOf(delimiter);
      if (at >= 0) {
        const text = pending.slice(0, at);
        pending = pending.slice(at + delimiter.length);
        return text;
      }
      if (over) return undefined;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
}
