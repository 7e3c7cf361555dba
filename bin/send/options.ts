import { wrongUsage } from '../command.ts';
import { API_NEEDED, API_NEVER, type ApiOptions } from './api-options.ts';
import { optionName, refuseContradictions } from './contradictions.ts';
import { keyField } from './key-field.ts';
import { timeoutOf, wholeNumber } from './whole-number.ts';

/** What `haineko send` is called with, as commander reads it. */
export type SendOptions = ApiOptions & {
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
  readonly key?: string;
  readonly retries: string;
  readonly maxWait: string;
  readonly timeout: string;
};

/** How often and how long is tried: retries after the first attempt, seconds. */
export type Patience = { readonly retries: number; readonly maxWait: number; readonly timeout: number };

/** Refuses options that contradict each other, before anything is asked, read or sent. */
export function checkUsage(given: SendOptions): void {
  refuseContradictions(given, {
    never: [
      ...API_NEVER,
      ['body', 'bodyFile'],
      ['jsonFile', 'eml'],
      ['eml', 'body'],
      ['eml', 'bodyFile'],
      ['eml', 'htmlFile'],
      ['eml', 'cc'],
    ],
    needed: [...API_NEEDED, ['strict', 'eml']],
  });
  if (given.key !== undefined) keyField(given.key);
  const uses = usesOfStdin(given);
  if (uses.length > 1) throw wrongUsage('stdin', 'one use of it', uses.join(' and '));
}

/** The text is read from stdin, where no option holds it. */
export function bodyFromStdin({ body, bodyFile, htmlFile, jsonFile, eml }: SendOptions): boolean {
  return [body, bodyFile, htmlFile, jsonFile, eml].every((each) => each === undefined);
}

/** Reads --retries, --max-wait and --timeout. */
export function patience(given: SendOptions): Patience {
  return {
    retries: wholeNumber('--retries', given.retries, 0, 10),
    maxWait: wholeNumber('--max-wait', given.maxWait, 0, 3600),
    timeout: timeoutOf(given),
  };
}

function usesOfStdin(given: SendOptions): string[] {
  const files = (['jsonFile', 'eml', 'bodyFile', 'htmlFile'] as const).filter((name) => given[name] === '-');
  return [
    ...files.map((name) => `${optionName(name)} -`),
    ...(given.passwordStdin && !given.dryRun ? ['--password-stdin'] : []),
    ...(bodyFromStdin(given) ? ['the text (say --body or --body-file)'] : []),
  ];
}
