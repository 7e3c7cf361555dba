import { wrongUsage } from '../command.ts';

/** A whole number that an option is given, at most four digits; a failure that names the option for anything else. */
export function wholeNumber(option: string, text: string, least: number, most: number): number {
  const number = /^\d{1,4}$/.test(text) ? Number(text) : -1;
  if (number >= least && number <= most) return number;
  throw wrongUsage(option, `a whole number from ${least} to ${most}`, text);
}

/** Seconds that --timeout gives one request. */
export function timeoutOf({ timeout }: { readonly timeout: string }): number {
  return wholeNumber('--timeout', timeout, 1, 900);
}
