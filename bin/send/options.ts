import { type AwsOptions, wrongUsage } from '../command.ts';

/** What `haineko send` is called with, as commander reads it. */
export type SendOptions = AwsOptions & {
  readonly url?: string;
  readonly stage?: string;
  readonly user?: string;
  readonly passwordStdin?: true;
  readonly iam?: true;
  readonly insecure?: true;
  readonly from?: string;
  readonly to?: readonly string[];
  readonly cc?: readonly string[];
  readonly subject?: string;
  readonly body?: string;
  readonly bodyFile?: string;
  readonly htmlFile?: string;
  readonly header?: readonly string[];
  readonly attach?: readonly string[];
  readonly ehlo?: string;
  readonly charset?: string;
  readonly jsonFile?: string;
  readonly eml?: string;
  readonly strict?: true;
  readonly dryRun?: true;
  readonly retries: string;
  readonly maxWait: string;
  readonly timeout: string;
};

/** How often and how long is tried: retries after the first attempt, seconds. */
export type Patience = { readonly retries: number; readonly maxWait: number; readonly timeout: number };

/** Refuses options that contradict each other, before anything is asked, read or sent. */
export function checkUsage(given: SendOptions): void {
  const never: readonly (readonly [keyof SendOptions, keyof SendOptions])[] = [
    ['url', 'stage'],
    ['user', 'iam'],
    ['body', 'bodyFile'],
    ['jsonFile', 'eml'],
    ['eml', 'body'],
    ['eml', 'bodyFile'],
    ['eml', 'htmlFile'],
    ['eml', 'cc'],
  ];
  for (const [one, other] of never) {
    if (given[one] !== undefined && given[other] !== undefined)
      throw wrongUsage(named(one), `no ${named(other)} beside it`, named(other));
  }
  const needed: readonly (readonly [keyof SendOptions, keyof SendOptions])[] = [
    ['passwordStdin', 'user'],
    ['strict', 'eml'],
  ];
  for (const [one, other] of needed) {
    if (given[one] !== undefined && given[other] === undefined)
      throw wrongUsage(named(one), `${named(other)} with it`, undefined);
  }
  const uses = usesOfStdin(given);
  if (uses.length > 1) throw wrongUsage('stdin', 'one use of it', uses.join(' and '));
}

/** The text is read from stdin, where no option holds it. */
export function bodyFromStdin({ body, bodyFile, htmlFile, jsonFile, eml }: SendOptions): boolean {
  return [body, bodyFile, htmlFile, jsonFile, eml].every((each) => each === undefined);
}

/** Reads --retries, --max-wait and --timeout. */
export function patience({ retries, maxWait, timeout }: SendOptions): Patience {
  return {
    retries: whole('--retries', retries, 0, 10),
    maxWait: whole('--max-wait', maxWait, 0, 3600),
    timeout: whole('--timeout', timeout, 1, 900),
  };
}

function usesOfStdin(given: SendOptions): string[] {
  const files = (['jsonFile', 'eml', 'bodyFile', 'htmlFile'] as const).filter((name) => given[name] === '-');
  return [
    ...files.map((name) => `${named(name)} -`),
    ...(given.passwordStdin && !given.dryRun ? ['--password-stdin'] : []),
    ...(bodyFromStdin(given) ? ['the text (say --body or --body-file)'] : []),
  ];
}

function whole(option: string, text: string, least: number, most: number): number {
  const number = /^\d{1,4}$/.test(text) ? Number(text) : -1;
  if (number >= least && number <= most) return number;
  throw wrongUsage(option, `a whole number from ${least} to ${most}`, text);
}

/** passwordStdin -> --password-stdin */
function named(option: string): string {
  return `--${option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
