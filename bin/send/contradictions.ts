import { wrongUsage } from '../command.ts';

/** Options by twos. */
export type Pairs<Given> = readonly (readonly [keyof Given & string, keyof Given & string])[];

/** Refuses options that never stand together, and those that stand without the one that they need. */
export function refuseContradictions<Given extends object>(
  given: Given,
  { never, needed }: { readonly never: Pairs<Given>; readonly needed: Pairs<Given> },
): void {
  for (const [one, other] of never) {
    if (given[one] !== undefined && given[other] !== undefined)
      throw wrongUsage(optionName(one), `no ${optionName(other)} beside it`, optionName(other));
  }
  for (const [one, other] of needed) {
    if (given[one] !== undefined && given[other] === undefined)
      throw wrongUsage(optionName(one), `${optionName(other)} with it`, undefined);
  }
}

/** An option as it is called: passwordStdin is --password-stdin. */
export function optionName(option: string): string {
  return `--${option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
