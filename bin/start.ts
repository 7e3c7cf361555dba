import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { relative } from 'node:path';
import type { Context } from '../functions/app/context.ts';
import { knownFrom } from '../functions/app/known.ts';
import { milters as shipped } from '../functions/milter/index.ts';
import type { Milter } from '../functions/milter/milter.ts';
import { closeConnections } from '../functions/relay/close-connections.ts';
import { mailers, relays } from '../functions/relay/index.ts';
import { authenticator } from '../functions/session/basic-auth.ts';
import { fileSource } from '../functions/store/files.ts';
import { type LocalServer, listen } from './server.ts';
import { readStartOptions, START_USAGE, type StartOptions } from './start-options.ts';
import { readableLine } from './terminal-log.ts';

/** `haineko start`: the relay on this machine, until Ctrl-C. Returns the exit status. */
export async function start(args: readonly string[]): Promise<number> {
  const options = readStartOptions(args, process.env, process.cwd());
  if (options === 'help') return say(START_USAGE, 0);
  if ('wrong' in options) return say(`haineko start: ${options.wrong}\n${START_USAGE}`, 2);

  // a reader that goes away (| head) must not take the relay with it
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
  const context = localContext(options);
  let server: LocalServer;
  try {
    server = await listen(context, options.host, options.port);
  } catch (error) {
    context.source.close();
    return say(`haineko start: ${whyNotListening(error, options)}\n`, 1);
  }
  process.stdout.write(greeting(server, options));
  // tells of a broken table at once, and not only at the first request
  await context.source.tables().catch(() => {
    process.stderr.write('haineko: every request is refused until the tables are mended\n');
  });
  await interrupted();
  process.stdout.write('\nstopping: requests in flight are answered first (Ctrl-C again: at once)\n');
  await server.close();
  context.source.close();
  await closeConnections();
  return 0;
}

/** The app's world on this machine: tables from files, log lines for people. */
export function localContext(options: StartOptions, milters: readonly Milter[] = shipped): Context {
  const known = knownFrom(relays, milters, { deployed: false, machine: machineName() });
  const log: Context['log'] = (line) => {
    process.stdout.write(`${readableLine(line, new Date())}\n`);
  };
  const passwordFile = options.passwordFile === undefined ? {} : { passwordFile: options.passwordFile };
  const report = (problem: string) => log({ level: 'error', message: `tables: ${problem}` });
  return {
    source: fileSource(options.config, known, { report, ...passwordFile }),
    relays: mailers,
    milters: new Map(milters.map((milter) => [milter.name, milter])),
    authenticator: authenticator(),
    now: Date.now,
    random: randomBytes,
    log,
    measure: () => {},
    outbox: options.outbox,
    print: (text) => process.stdout.write(text),
    requireAuth: options.requireAuth,
    development: options.development,
  };
}

function greeting({ host, port }: LocalServer, options: StartOptions): string {
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
  const auth = options.requireAuth ? ' -u USER:PASSWORD' : '';
  const mail =
    '{ ehlo: "[127.0.0.1]", mail: "neko@example.jp", rcpt: [ "kijitora@example.org" ], header: { subject: "Nyaa" }, body: "Hello, cat." }';
  return [
    `Haineko listens on ${url}`,
    `  tables  ${near(options.config)}`,
    `  outbox  ${near(options.outbox)}`,
    `  auth    ${options.requireAuth ? 'Basic authentication is required' : 'not required (-A requires it)'}`,
    'Send a mail:',
    `  curl '${url}/submit'${auth} -X POST -d '${mail}'`,
    'Stop with Ctrl-C.',
    '',
  ].join('\n');
}

function near(path: string): string {
  const short = relative(process.cwd(), path);
  return short === '' ? '.' : short.startsWith('..') ? path : short;
}

function whyNotListening(error: unknown, { host, port }: StartOptions): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE') return `port ${port} on ${host} is taken; choose another with --port`;
  if (code === 'EACCES') return `port ${port} needs more rights; choose one above 1023 with --port`;
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return `${host} is no address of this machine (--host)`;
  return String(error);
}

/** The machine's name where it is a host name; else what RFC 6761 6.3 keeps for it. */
function machineName(): string {
  const name = hostname().toLowerCase();
  return /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/.test(name) ? name : 'localhost';
}

function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    let asked = false;
    const stop = () => {
      if (asked) process.exit(130);
      asked = true;
      resolve();
    };
    process.on('SIGINT', stop);
    process.on('SIGTERM', stop);
  });
}

function say(text: string, status: number): number {
  (status === 0 ? process.stdout : process.stderr).write(text);
  return status;
}
