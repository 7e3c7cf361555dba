import { CommanderError } from 'commander';
import { ConfigError } from '../functions/tables/config-error.ts';
import { type AnyCommand, CommandFailure, type Done, type World } from './command.ts';
import { commands } from './commands/index.ts';
import { program } from './program.ts';
import { printable } from './terminal/printable.ts';

/** Runs the command that the arguments name; returns the exit status. Nothing that goes wrong shows a stack. */
async function main(args: readonly string[]): Promise<number> {
  let status = 0;
  const line = program(commands, async (command, given, options) => {
    status = await perform(command, given, options);
  });
  if (args.length === 0) {
    line.outputHelp({ error: true });
    return 2;
  }
  try {
    await line.parseAsync(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // commander has said what is wrong; help and the version are what was asked for
    return error.exitCode === 0 ? 0 : 2;
  }
  return status;
}

async function perform(
  command: AnyCommand,
  args: readonly (string | undefined)[],
  options: { readonly json?: boolean },
): Promise<number> {
  const world: World = {
    env: process.env,
    cwd: process.cwd(),
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    json: options.json === true,
    now: Date.now,
  };
  try {
    return await print(await command.run(args, options, world), world);
  } catch (error) {
    return await fail(command, failureOf(error), world);
  }
}

async function print({ status = 0, text, json }: Done, world: World): Promise<number> {
  if (world.json) {
    if (json !== undefined) await write(world.stdout, `${JSON.stringify(json, null, 2)}\n`);
  } else if (text !== '') await write(world.stdout, `${text}\n`);
  return status;
}

async function fail({ name }: AnyCommand, { message, hint, status }: CommandFailure, world: World) {
  const lines = [`haineko ${name}: ${message}`, ...(hint === '' ? [] : [hint])];
  if (status === 2) lines.push(`haineko ${name} --help tells how to call it.`);
  await write(world.stderr, `${printable(lines.join('\n'))}\n`);
  if (world.json) {
    const error = { message, ...(hint !== '' && { hint }) };
    await write(world.stdout, `${JSON.stringify({ error }, null, 2)}\n`);
  }
  return status;
}

function failureOf(error: unknown): CommandFailure {
  if (error instanceof CommandFailure) return error;
  if (error instanceof ConfigError) return new CommandFailure(error.message);
  const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return new CommandFailure(
    `a defect of haineko itself: ${what}`,
    'Please report it, with the command line.',
  );
}

/** Resolves when the text has gone: a pipe may be slower than the process's end. A reader that went away is no failure. */
function write(stream: NodeJS.WritableStream, text: string): Promise<void> {
  return new Promise((resolve) => {
    stream.on('error', () => resolve());
    stream.write(text, () => resolve());
  });
}

// the SDK's own advice to use a newer Node is not the operator's concern in the midst of a push
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
// the SDK takes an empty one for a region of that name
for (const name of ['AWS_REGION', 'AWS_PROFILE']) if (process.env[name] === '') delete process.env[name];
process.exitCode = await main(process.argv.slice(2));
