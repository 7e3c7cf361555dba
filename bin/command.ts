import type { Argument, Option } from 'commander';

/** The machine, as a command sees it. */
export type World = {
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  readonly stdin: NodeJS.ReadStream;
  /** Results alone. */
  readonly stdout: NodeJS.WritableStream;
  /** Questions, and what goes on while it goes on. */
  readonly stderr: NodeJS.WritableStream;
  /** True with --json: the result is one JSON document, and nobody reads along. */
  readonly json: boolean;
  /** Milliseconds since the epoch. */
  now(): number;
};

/** What a command ends with: its exit status, the result for people, and the same for programs. */
export type Done = {
  /** 0 where absent. */
  readonly status?: number;
  /** Lines for people; '' for none. */
  readonly text: string;
  readonly json: unknown;
};

/** One command, as its file gives it. `docs/command.md` is printed from this. */
export type CommandDefinition<Options = Record<string, never>> = {
  readonly name: string;
  /** A few words for the list of commands. */
  readonly summary: string;
  /** What it does, in sentences. */
  readonly description: string;
  readonly arguments?: readonly Argument[];
  /** Its own; --json, and what `aws` adds, come by themselves. */
  readonly options?: readonly Option[];
  /** It speaks to AWS: --profile and --region. */
  readonly aws?: true;
  /** Command lines that work, each with what it does. */
  readonly examples: readonly (readonly [line: string, what: string])[];
  /** What each exit status says, where 0, 1 and 2 do not say it all. */
  readonly exits?: Readonly<Record<number, string>>;
  /** Arguments that were left out are undefined. */
  run(args: readonly (string | undefined)[], options: Options & GivenByAll, world: World): Promise<Done>;
};

/** What --profile and --region say. */
export type AwsOptions = { readonly profile?: string; readonly region?: string };
type GivenByAll = AwsOptions & { readonly json?: boolean };

/** A command of any options, for the list. */
export type AnyCommand = CommandDefinition<object>;

/** Makes a command of its definition. Its options are what commander makes of their declarations. */
export function defineCommand<Options extends object>(definition: CommandDefinition<Options>): AnyCommand {
  return {
    ...definition,
    run: (args, options, world) => definition.run(args, options as Options & GivenByAll, world),
  };
}

/** A command that cannot do what it was asked for: what is wrong, and what to do about it. Never a secret. */
export class CommandFailure extends Error {
  override readonly name = 'CommandFailure';
  /** What to do; '' where that goes without saying. */
  readonly hint: string;
  /** 1: it failed; 2: it was called wrongly. */
  readonly status: 1 | 2;

  constructor(message: string, hint = '', status: 1 | 2 = 1, options?: ErrorOptions) {
    super(message, options);
    this.hint = hint;
    this.status = status;
  }
}

/** The failure of a wrong call: which argument or option, what was expected, what stands there. */
export function wrongUsage(what: string, expected: string, got: string | undefined): CommandFailure {
  const stands = got === undefined || got === '' ? 'nothing' : `'${got}'`;
  return new CommandFailure(`${what}: expected ${expected}, got ${stands}`, '', 2);
}
