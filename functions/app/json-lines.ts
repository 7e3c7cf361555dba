import type { Context } from './context.ts';
import { metricsDocument } from './metrics.ts';

/** Where lines go, and what they cannot know by themselves: the stage, the wall clock in milliseconds. */
export type LinesTo = {
  readonly stage: string;
  now(): number;
  write(line: string): void;
};

/**
 * Log lines for Lambda: one JSON each, with the keys in `more`. One that is JSON with a `timestamp` (RFC 3339) and a
 * `level` is left as it is in functions with JSON log format (AWS: "Configuring JSON and plain text log formats",
 * "Log-level filtering"), and metrics are taken from it ("Using the embedded metric format with Lambda").
 */
export function jsonLines(
  { stage, now, write }: LinesTo,
  more: Readonly<Record<string, string>> = {},
): Pick<Context, 'log' | 'measure'> {
  const log: Context['log'] = ({ level, message, ...rest }) => {
    const timestamp = new Date(now()).toISOString();
    write(`${JSON.stringify({ timestamp, level: level.toUpperCase(), message, ...rest, ...more })}\n`);
  };
  return {
    log,
    measure: (measured) =>
      log({ level: 'info', message: 'metrics', ...metricsDocument(measured, stage, now()) }),
  };
}
