import { ConfigError } from '../tables/config-error.ts';
import type { Report } from './source.ts';

/** The newest good value, and what is wrong with the newest one of all where that is not good. */
export type Kept<T> = {
  readonly good: { readonly value: T } | undefined;
  readonly error: ConfigError | undefined;
  /** Where it is not good: until when the good one was known to be the newest (milliseconds since the epoch). */
  readonly newestUntil?: number | undefined;
};

/**
 * Makes the next value; where that is a ConfigError the last good one stays, and the problem is reported once.
 * `confirmedAt` is when the previous value was last known to be the newest.
 */
export async function keepGood<T>(
  previous: Kept<T> | undefined,
  make: () => T | Promise<T>,
  report: Report,
  confirmedAt?: number,
): Promise<Kept<T>> {
  try {
    return { good: { value: await make() }, error: undefined };
  } catch (error) {
    const wrong = error instanceof ConfigError ? error : previous?.good && unreadable(error);
    if (!wrong) throw error;
    const newestUntil = previous?.error ? previous.newestUntil : confirmedAt;
    const kept = { good: previous?.good, error: wrong, newestUntil };
    if (wrong.message !== previous?.error?.message) report(describeKept(kept) ?? wrong.message);
    return kept;
  }
}

/** What no reader of ours expected is wrong with the newest tables all the same: the good ones stay. */
function unreadable(error: unknown): ConfigError {
  const got = error instanceof Error ? error.name : 'a failure';
  return new ConfigError('TABLE_VALUE', [{ table: 'tables', path: '', expected: 'what can be read', got }]);
}

/** When the good value was last known to be the newest, as of a reading at `readAt`; undefined where there is none. */
export function newestAt({ good, error, newestUntil }: Kept<unknown>, readAt: number | undefined) {
  if (!good) return undefined;
  return error ? newestUntil : readAt;
}

/** The good value; throws the ConfigError where there never was one. */
export function inForce<T>(kept: Kept<T>): T {
  if (kept.good) return kept.good.value;
  throw kept.error;
}

/** The problem in words, and what serves meanwhile; null when all is well. */
export function describeKept(kept: Kept<unknown>): string | null {
  if (!kept.error) return null;
  return kept.good ? `${kept.error.message}\nThe last good version stays in force.` : kept.error.message;
}
