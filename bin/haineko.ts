import { CommanderError } from 'commander';
import { ConfigError } from '../functions/tables/config-error.ts';
import { type AnyCommand, CommandFailure, type Done, type World } from './command.ts';
import { commands } from './commands/index.ts';
import { program } from './program.ts';
import { mindOutputs, written } from './terminal/output.ts';
import { printable, printableJson } from './terminal/printable.ts';
import { tell } from './terminal/tell.ts';

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
    if (error.exitCode === 0) return 0;
    if (wantsJson(args)) await printJson({ error: { message: refusal(error) } });
    return 2;
  }
  return status;
}

/** Whether a call that could not be read asks for JSON. */
function wantsJson(args: readonly string[]): boolean {
  const end = args.indexOf('--');
  return (end < 0 ? args : args.slice(0, end)).includes('--json');
}

/** What commander says of a wrong call, without its "error: ". */
function refusal({ code, message }: CommanderError): string {
  return code === 'commander.help'
    ? 'no command is named: haineko --help lists them'
    : message.replace(/^error: /, '');
}

async function perform(
  command: AnyCommand,
  args: readonly (string | undefined)[],
  options: { readonly json?: boolean },
): Promise<number> {
  const json = options.json === true;
  try {
    const { env, stdin, stdout, stderr } = process;
    const world: World = { env, cwd: currentFolder(), stdin, stdout, stderr, json, now: Date.now };
    return await print(await command.run(args, options, world), json);
  } catch (error) {
    return await fail(command, failureOf(error), json);
  }
}

function currentFolder(): string {
  try {
    return process.cwd();
  } catch {
    throw new CommandFailure(
      'the current folder is not there any more, or may not be read',
      'Change to another folder, and run the command again.',
    );
  }
}

async function print({ status = 0, text, json }: Done, wanted: boolean): Promise<number> {
  if (wanted) {
    if (json !== undefined) await printJson(json);
  } else if (text !== '') await written(process.stdout, `${printable(text)}\n`);
  return status;
}

async function fail({ name }: AnyCommand, { message, hint, status }: CommandFailure, json: boolean) {
  const lines = [`haineko ${name}: ${message}`, ...(hint === '' ? [] : [hint])];
  if (status === 2) lines.push(`haineko ${name} --help tells how to call it.`);
  tell(process, lines.join('\n'));
  if (json) await printJson({ error: { message, ...(hint !== '' && { hint }) } });
  return status;
}

async function printJson(value: unknown): Promise<void> {
  await written(process.stdout, `${printableJson(value)}\n`);
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

mindOutputs(process);
// the SDK's own advice to use a newer Node is not the operator's concern in the midst of a push
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
// the SDK takes an empty one for a region of that name
for (const name of ['AWS_REGION', 'AWS_PROFILE']) if (process.env[name] === '') delete process.env[name];
process.exitCode = await main(process.argv.slice(2));
