import type { Argument, Command, Option } from 'commander';
import type { AnyCommand } from '../command.ts';
import { commands } from '../commands/index.ts';
import { EXITS, program } from '../program.ts';
import { COMMAND_INTRODUCTION } from './command-introduction.ts';
import { permissionsOf } from './command-permissions.ts';
import { code, page, printedFrom, table } from './markdown.ts';

/** docs/command.md. */
export function commandPage(): string {
  const line = program(commands, async () => {});
  const made = commands.map((command) => {
    const found = line.commands.find((each) => each.name() === command.name);
    if (!found) throw new Error(`${command.name} is not on the command line`);
    return { command, found };
  });
  const common = new Map(
    made.flatMap(({ command, found }) => othersOf(command, found)).map((each) => [each.flags, each]),
  );
  return page(
    printedFrom("the commands' own definitions, bin/commands"),
    '# The command',
    COMMAND_INTRODUCTION,
    '## All commands',
    table(
      ['command', 'what it does'],
      commands.map(({ name, summary }) => [`[\`${name}\`](#${name})`, summary]),
    ),
    'Each takes `--json`, and those that speak to AWS the other two:',
    optionTable([...common.values()]),
    'Their exit statuses, where nothing else is said:',
    exitTable(EXITS),
    ...made.flatMap(({ command, found }) => section(command, found)),
  );
}

function section({ name, description, options = [], examples, exits, aws }: AnyCommand, made: Command) {
  return [
    `## ${name}`,
    prose(description),
    `\`\`\`\nhaineko ${name} ${made.usage()}\n\`\`\``,
    made.registeredArguments.length > 0
      ? table(['argument', 'what', 'default'], made.registeredArguments.map(argument))
      : '',
    options.length > 0 ? optionTable(options) : '',
    `\`\`\`sh\n${examples.map(([line, what]) => `# ${what}\n${line}`).join('\n')}\n\`\`\``,
    exits ? exitTable({ ...EXITS, ...exits }) : '',
    aws ? `Permissions: ${permissionsOf(name)}` : '',
  ];
}

/** What a command is given beside its own options. */
function othersOf({ options = [] }: AnyCommand, made: Command): readonly Option[] {
  return made.options.filter((each) => !options.includes(each));
}

function argument(each: Argument): readonly string[] {
  return [code(each.required ? `<${each.name()}>` : `[${each.name()}]`), ...whatAndDefault(each)];
}

function optionTable(options: readonly Option[]): string {
  return table(
    ['option', 'what', 'default'],
    options.map((each) => [code(each.flags), ...whatAndDefault(each)]),
  );
}

function exitTable(exits: Readonly<Record<string, string>>): string {
  return table(['exit status', 'when'], Object.entries(exits));
}

/** A default is told in words where it depends on the call, and where these say more than the value: `none` for `[]`. */
function whatAndDefault(of: {
  readonly description: string;
  readonly defaultValue?: unknown;
  readonly defaultValueDescription?: string | undefined;
}): readonly string[] {
  const [, what = of.description, dependent] = /^(.*) \(default: (.*)\)$/.exec(of.description) ?? [];
  const value = of.defaultValue === undefined ? undefined : String(of.defaultValue);
  return [what, dependent ?? of.defaultValueDescription ?? code(value)];
}

/** A text that Markdown shows as it is: it would take `<stage>` for a tag, save within code. */
function prose(text: string): string {
  const parts = text.split(/(`[^`]*`)/);
  return parts.map((part, at) => (at % 2 === 0 ? part.replaceAll('<', '&lt;') : part)).join('');
}
