import { connect, type Socket } from 'node:net';
import { SUBMITTED } from './mail.ts';

/** A bare socket: the limit for every client in this process. */
export type RawClient = {
  /** The mail of mail.ts, composed, its dot with it. Two round trips: MAIL, RCPT and DATA in one write (RFC 2920), then the mail in one. */
  send(mail: Buffer): Promise<void>;
  /** One round trip that does nothing. */
  noop(): Promise<void>;
  end(): void;
};

/** Connects and greets. */
export async function startRawClient(port: number): Promise<RawClient> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  const answer = repliesOf(socket);
  await answer(1);
  socket.write('EHLO bench.test\r\n');
  await answer(1);
  const envelope = Buffer.from(`MAIL FROM:<${SUBMITTED.mail}>\r\nRCPT TO:<${SUBMITTED.rcpt[0]}>\r\nDATA\r\n`);
  return {
    async send(mail) {
      socket.write(envelope);
      const [mailed, rcpt, data] = await answer(3);
      if (mailed !== '250' || rcpt !== '250' || data !== '354')
        throw new Error(`refused: ${mailed} ${rcpt} ${data}`);
      socket.write(mail);
      const [taken] = await answer(1);
      if (taken !== '250') throw new Error(`refused: ${taken}`);
    },
    async noop() {
      socket.write('NOOP\r\n');
      await answer(1);
    },
    end: () => socket.end('QUIT\r\n'),
  };
}

/** Gives the codes of the next so many replies; a line of theirs counts that has no "-" after its code. */
function repliesOf(socket: Socket): (count: number) => Promise<string[]> {
  let rest = '';
  let codes: string[] = [];
  let wanted = Number.POSITIVE_INFINITY;
  let told: (codes: string[]) => void = () => undefined;
  let failed: (error: Error) => void = () => undefined;
  const give = (): void => {
    if (codes.length < wanted) return;
    const given = codes.slice(0, wanted);
    codes = codes.slice(wanted);
    wanted = Number.POSITIVE_INFINITY;
    told(given);
  };
  socket.on('data', (chunk) => {
    const lines = (rest + chunk.toString('latin1')).split('\r\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line[3] !== '-') codes.push(line.slice(0, 3));
    give();
  });
  socket.on('error', (error) => failed(error));
  return (count) =>
    new Promise((resolve, reject) => {
      [wanted, told, failed] = [count, resolve, reject];
      give();
    });
}
