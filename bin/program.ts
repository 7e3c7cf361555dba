import { Command, Option } from 'commander';
import { VERSION } from '../functions/app/version.ts';
import type { AnyCommand } from './command.ts';
import { printable } from './terminal/printable.ts';

/** What every command takes. */
const JSON_OPTION = () => new Option('--json', 'the result as one JSON document on stdout');
/** What commands that speak to AWS take. */
const AWS_OPTIONS = () => [
  new Option('--profile <name>', 'profile of ~/.aws to use (default: as every AWS tool finds its keys)'),
  new Option('--region <name>', "region of the stage (default: AWS_REGION, or the profile's)"),
];

/** What is said of a wrong call quotes it. */
const SAYING = { writeErr: (text: string) => void process.stderr.write(printable(text)) };

/** Exit statuses that all commands have. */
export const EXITS: Readonly<Record<number, string>> = {
  0: 'done',
  1: 'it failed, or found something wrong',
  2: 'it was called wrongly',
};

/** The command line, made of the commands' definitions; `run` is given what a call asked for. */
export function program(
  commands: readonly AnyCommand[],
  run: (command: AnyCommand, args: readonly (string | undefined)[], options: object) => Promise<void>,
): Command {
  const root = new Command('haineko')
    .description('Haineko for AWS: an HTTP API into ESMTP.')
    .version(VERSION, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this text')
    .helpCommand('help [command]', "print a command's options")
    .configureOutput(SAYING)
    .addHelpText(
      'after',
      "\nhaineko COMMAND --help tells a command's options, with examples. docs/command.md has all of them.",
    )
    .exitOverride();
  for (const command of commands) root.addCommand(commandOf(command, run));
  return root;
}

function commandOf(command: AnyCommand, run: Parameters<typeof program>[1]): Command {
  const made = new Command(command.name)
    .summary(command.summary)
    .description(command.description)
    .helpOption('-h, --help', 'print this text')
    .configureOutput(SAYING)
    .exitOverride();
  for (const argument of command.arguments ?? []) made.addArgument(argument);
  const options = [...(command.options ?? []), ...(command.aws ? AWS_OPTIONS() : []), JSON_OPTION()];
  for (const option of options) made.addOption(option);
  made.addHelpText('after', `\n${afterHelp(command)}`);
  made.action(() => run(command, made.processedArgs, made.opts()));
  return made;
}

function afterHelp({ examples, exits }: AnyCommand): string {
  const lines = examples.map(([line, what]) => `  ${line}\n      ${what}`);
  const statuses = Object.entries({ ...EXITS, ...exits }).map(([status, what]) => `  ${status}  ${what}`);
  return ['Examples:', ...lines, '', 'Exit status:', ...statuses].join('\n');
}
