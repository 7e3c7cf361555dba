import { median, type Sample } from './sample.ts';

/** What was measured: a line of the table. */
export type Figure = {
  readonly what: string;
  /** The median with its unit, and (min - max) where it was measured more than once. */
  readonly measured: string;
  /** What it must be; absent where it is shown for comparison. */
  readonly target?: { readonly text: string; readonly holds: boolean; readonly counted: boolean };
};

/** A limit, in the figure's own unit. */
export type Limit = ({ readonly most: number } | { readonly least: number }) & {
  /** It is counted (round trips, calls, octets), not timed: it holds on every machine, and in a smoke run. */
  readonly counted?: true;
};

/** One figure: `unit` as it is to stand behind the number (' ms', ' x', '/s'). The median is what the limit is for. */
export function figure(what: string, values: Sample | number, unit: string, limit?: Limit): Figure {
  const sample = typeof values === 'number' ? [values] : values;
  const middle = median(sample);
  const among =
    sample.length > 1 ? ` (${readable(Math.min(...sample))} - ${readable(Math.max(...sample))})` : '';
  const measured = `${readable(middle)}${unit}${among}`;
  if (!limit) return { what, measured };
  const [sign, bound] = 'most' in limit ? (['<=', limit.most] as const) : (['>=', limit.least] as const);
  return {
    what,
    measured,
    target: {
      text: `${sign} ${readable(bound)}${unit}`,
      holds: sign === '<=' ? middle <= bound : middle >= bound,
      counted: limit.counted === true,
    },
  };
}

/** Three digits that count, thousands apart: 1.23, 12.3, 123, 12,300. */
export function readable(value: number): string {
  const digits = Number.isInteger(value) ? value : Number(value.toPrecision(3));
  return digits.toLocaleString('en-US', { maximumFractionDigits: 3 });
}
