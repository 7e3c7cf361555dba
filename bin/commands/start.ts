import { resolve } from 'node:path';
import { Option } from 'commander';
import type { Context } from '../../functions/app/context.ts';
import { closeConnections } from '../../functions/relay/close-connections.ts';
import { type AwsOptions, CommandFailure, defineCommand, type World, wrongUsage } from '../command.ts';
import { type LocalContext, type LocalOptions, localContext } from '../local/context.ts';
import { deployedTables } from '../local/deployed-tables.ts';
import { greeting, urlOf } from '../local/greeting.ts';
import { cleanJournal } from '../local/journal-cleaning.ts';
import { journalFolder } from '../local/journal-folder.ts';
import { localFolder } from '../local/local-folder.ts';
import { type LocalServer, listen } from '../local/server.ts';
import { readableLine } from '../local/terminal-log.ts';
import { turnWriter } from '../local/turn-writer.ts';
import { stageArgument } from '../stage/stage-argument.ts';
import { interruption } from '../terminal/interrupt.ts';

type StartOptions = AwsOptions & {
  readonly port: string;
  readonly host: string;
  readonly config?: string;
  readonly outbox: string;
  readonly journal: string;
  readonly auth?: true;
  readonly devel?: true;
  readonly stage?: string;
  readonly readOnlyAws?: true;
};

/** `haineko start`: the relay on this machine, until Ctrl-C. */
export const start = defineCommand<StartOptions>({
  name: 'start',
  summary: 'run the relay on this machine',
  description:
    "Runs the relay on this machine until Ctrl-C, with the tables of a folder: a changed table takes effect within a second or two. With the package's own tables mails become files in the outbox, and nothing leaves the machine. With --stage it takes a deployed stage's tables and credentials instead: AWS is read and never written, but mails go out by that stage's routes, for real.",
  options: [
    new Option('-p, --port <port>', 'port to listen on; 0: a free one').default('2794'),
    new Option('-H, --host <host>', 'address to listen on').default('127.0.0.1'),
    new Option('-c, --config <dir>', "folder of the tables (default: config/local here, or the package's)"),
    new Option('-o, --outbox <dir>', 'folder of the File mailer').default('outbox'),
    new Option(
      '-j, --journal <dir>',
      'folder of the journal: Idempotency-Keys, and what became of mails',
    ).default('journal'),
    new Option('-A, --auth', 'require Basic authentication (also: HAINEKO_AUTH=password file)'),
    new Option('-d, --devel', 'development: GET /submit with a body is taken too'),
    new Option('-s, --stage <stage>', "a deployed stage's tables in place of a folder's"),
    new Option('--read-only-aws', 'needed with --stage: read them in AWS'),
  ],
  aws: true,
  examples: [
    ['haineko start', 'a relay on http://127.0.0.1:2794'],
    ['haineko start --port 8025 --config ./my-tables -A', 'tables of your own, and a password for everybody'],
    ['haineko start --stage production --read-only-aws', 'what the deployed relay would do, on this machine'],
  ],
  async run(_args, given, world) {
    const port = portOf(given.port);
    const options = { ...localOptions(given, world), journal: journalFolder(given.journal, world.cwd) };
    // a reader that goes away (| head) must not take the relay with it
    for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
    const lines = turnWriter((text) => void process.stdout.write(text));
    const log: Context['log'] = (line) =>
      lines.line(world.json ? JSON.stringify(line) : readableLine(line, new Date()));
    // whatever ends the process, its last lines are told
    process.on('exit', lines.flush);
    const { stage } = given;
    const source = stage === undefined ? {} : { source: await deployedTables(stage, given) };
    const context = localContext(options, { log, ...source });
    // before anybody is told that it listens
    const stopped = interruption();
    const server = await open(context, given.host, port);
    if (world.json) log({ level: 'info', message: 'listening', url: urlOf(server) });
    else process.stdout.write(greeting(server, options, stage));
    // tells of a broken table at once, and not only at the first request
    await context.source.tables().catch(() => {
      process.stderr.write('haineko: every request is refused until the tables are mended\n');
    });
    const stopCleaning = cleanJournal(options.journal);
    await stopped;
    if (!world.json)
      process.stdout.write('\nstopping: requests in flight are answered first (Ctrl-C again: at once)\n');
    stopCleaning();
    await server.close();
    context.close();
    await closeConnections();
    return { text: '', json: undefined };
  },
});

function portOf(given: string): number {
  if (/^\d{1,5}$/.test(given) && Number(given) <= 65535) return Number(given);
  throw wrongUsage('--port', 'a number from 0 to 65535', given);
}

function localOptions(given: StartOptions, { env, cwd }: World): LocalOptions {
  if (given.host === '') throw wrongUsage('--host', 'an address or a name', '');
  if (given.stage === undefined && given.readOnlyAws)
    throw wrongUsage('--read-only-aws', '--stage with it', undefined);
  if (given.stage !== undefined) {
    stageArgument(given.stage, '--stage');
    if (given.config !== undefined) throw wrongUsage('--config', 'no folder beside --stage', given.config);
    if (!given.readOnlyAws) throw wrongUsage('--stage', '--read-only-aws with it', given.stage);
  }
  const named = env['HAINEKO_AUTH'] || undefined;
  return {
    config: given.config === undefined ? localFolder({ cwd }) : resolve(cwd, given.config),
    outbox: resolve(cwd, given.outbox),
    requireAuth: given.auth === true || named !== undefined,
    passwordFile: named === undefined ? undefined : resolve(cwd, named),
    development: given.devel === true,
  };
}

async function open(context: LocalContext, host: string, port: number): Promise<LocalServer> {
  try {
    return await listen(context, host, port);
  } catch (error) {
    context.close();
    throw new CommandFailure(whyNotListening(error, host, port));
  }
}

function whyNotListening(error: unknown, host: string, port: number): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE') return `port ${port} on ${host} is taken; choose another with --port`;
  if (code === 'EACCES') return `port ${port} needs more rights; choose one above 1023 with --port`;
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return `${host} is no address of this machine (--host)`;
  return String(error);
}
