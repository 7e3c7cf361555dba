import type { Checked, Refusal } from '../smtp/catalogue.ts';
import type { Milter, MilterRefusal } from './milter.ts';

type Asked<Change> = MilterRefusal | Change | undefined;

/**
 * Asks milters one after the other. `ask` gives a milter's verdict, `fold` takes a change over into the value, `refuse`
 * makes the phase's own refusal, whose code and dsn a milter may replace. The first refusal ends it.
 */
export async function runMilters<Value, Change extends object>(
  milters: readonly Milter[],
  start: Value,
  ask: (milter: Milter, value: Value) => Asked<Change> | Promise<Asked<Change>>,
  fold: (value: Value, change: Change) => Value,
  refuse: (message: string) => Refusal,
): Promise<Checked<Value>> {
  let value = start;
  for (const milter of milters) {
    const verdict = await ask(milter, value);
    if (verdict === undefined) continue;
    if ('refuse' in verdict) return { refused: inMilterWords(refuse(verdict.refuse), verdict) };
    value = fold(value, verdict);
  }
  return { value };
}

/** As runMilters, for the phases in which a milter can only refuse: the value as it is, at once where no milter is asked. */
export function passedMilters<Value>(
  value: Value,
  milters: readonly Milter[],
  ask: (milter: Milter) => Asked<never> | Promise<Asked<never>>,
  refuse: (message: string) => Refusal,
): Checked<Value> | Promise<Checked<Value>> {
  if (milters.length === 0) return { value };
  return runMilters(milters, value, ask, (same) => same, refuse);
}

function inMilterWords(refusal: Refusal, { code, dsn }: MilterRefusal): Refusal {
  const own = { ...(code !== undefined && { code }), ...(dsn !== undefined && { dsn }) };
  return { ...refusal, reply: { ...refusal.reply, ...own } };
}
