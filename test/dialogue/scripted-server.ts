import type { AddressInfo } from 'node:net';
import { createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseScript, type Script, type Step } from './script.ts';

/** A server on loopback that does what its script says, and nothing else. */
export type ScriptedServer = {
  readonly port: number;
  /** All that was said, a line each, "C: " or "S: ", a mail as "C: (mail of N octets)". */
  readonly transcript: readonly string[];
  /** How many mails it took: a final dot read and answered 2yz, or `-- accepted`. */
  accepted(): number;
  /** The mails read to their final dot, as they came over the wire but for the dot itself. */
  readonly mails: readonly Buffer[];
  /** Where the client left the script. */
  readonly faults: readonly string[];
  connections(): number;
  close(): Promise<void>;
};

/**
 * Starts a scripted SMTP server on loopback (see parseScript for what a script says). 127.0.0.2, 127.0.0.3, ... are
 * further hosts, with ports of their own.
 */
export async function startScriptedServer(
  script: string | Script,
  host: `127.0.0.${number}` | '::1' = '127.0.0.1',
  port = 0,
): Promise<ScriptedServer> {
  const parts = typeof script === 'string' ? parseScript(script) : script;
  const transcript: string[] = [];
  const faults: string[] = [];
  const mails: Buffer[] = [];
  const sockets = new Set<Socket>();
  let accepted = 0;
  let connections = 0;

  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => undefined);
    const steps = parts[connections];
    connections += 1;
    if (!steps) {
      faults.push(`connection ${connections} was not expected`);
      socket.destroy();
      return;
    }
    const record = {
      transcript,
      faults,
      mails,
      accept: () => {
        accepted += 1;
      },
    };
    play(socket, steps, record).catch((error: unknown) => faults.push(String(error)));
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve));
  return {
    port: (server.address() as AddressInfo).port,
    transcript,
    faults,
    mails,
    accepted: () => accepted,
    connections: () => connections,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

type Record = { transcript: string[]; faults: string[]; mails: Buffer[]; accept(): void };

async function play(socket: Socket, steps: readonly Step[], record: Record): Promise<void> {
  const input = reader(socket);
  let mail = false;
  for (const step of steps) {
    switch (step.do) {
      case 'say':
        record.transcript.push(`S: ${step.text.trimEnd()}`);
        if (mail && /^2\d\d /.test(step.text) && !step.half) record.accept();
        mail &&= /^\d\d\d-/.test(step.text);
        socket.write(step.text);
        break;
      case 'expect': {
        const line = await input.until('\r\n');
        // the client has gone
        if (line === undefined) return;
        record.transcript.push(`C: ${line.toString()}`);
        if (!matches(line.toString(), step.pattern)) {
          record.faults.push(`expected ${step.pattern}, got ${line.toString()}`);
          socket.destroy();
          return;
        }
        break;
      }
      case 'mail': {
        const octets =
          step.octets === undefined ? await input.until('\r\n.\r\n') : await input.octets(step.octets);
        if (octets === undefined) return;
        record.transcript.push(`C: (mail of ${octets.length} octets)`);
        if (step.octets === undefined) {
          record.mails.push(Buffer.concat([octets, Buffer.from('\r\n')]));
          mail = true;
        }
        break;
      }
      case 'accepted':
        record.accept();
        mail = false;
        break;
      case 'wait':
        await sleep(step.ms);
        break;
      case 'close':
        socket.end();
        break;
      case 'reset':
        // a reset takes along what the client has not read yet
        await sleep(20);
        socket.resetAndDestroy();
        return;
      case 'flood':
      case 'endless': {
        const piece = step.do === 'flood' ? 'x'.repeat(4096) : '250-and so on\r\n'.repeat(200);
        while (!socket.destroyed) {
          socket.write(piece);
          await sleep(1);
        }
        return;
      }
      case 'stall':
        socket.pause();
        return;
      case 'hang':
        return;
    }
  }
}

/** Reads from a socket by marks or by counts; undefined where the client ends before. */
function reader(socket: Socket) {
  let chunks: Buffer[] = [];
  let ended = false;
  let wake: () => void = () => undefined;
  socket.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    wake();
  });
  for (const event of ['end', 'close', 'error']) {
    socket.on(event, () => {
      ended = true;
      wake();
    });
  }
  const take = async (find: (buffer: Buffer) => readonly [end: number, skip: number] | undefined) => {
    for (;;) {
      const buffer = Buffer.concat(chunks);
      chunks = [buffer];
      const found = find(buffer);
      if (found) {
        chunks = [buffer.subarray(found[0] + found[1])];
        return buffer.subarray(0, found[0]);
      }
      if (ended) return undefined;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  return {
    until: (mark: string) =>
      take((buffer) => {
        const at = buffer.indexOf(mark);
        return at < 0 ? undefined : [at, mark.length];
      }),
    octets: (count: number) => take((buffer) => (buffer.length < count ? undefined : [count, 0])),
  };
}

function matches(line: string, pattern: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(line);
}
