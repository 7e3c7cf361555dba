import { ConfigError } from '../tables/config-error.ts';
import type { Report } from './source.ts';

/** The newest good value, and what is wrong with the newest one of all where that is not good. */
export type Kept<T> = {
  readonly good: { readonly value: T } | undefined;
  readonly error: ConfigError | undefined;
};

/** Makes the next value; where that is a ConfigError the last good one stays, and the problem is reported once. */
export async function keepGood<T>(
  previous: Kept<T> | undefined,
  make: () => T | Promise<T>,
  report: Report,
): Promise<Kept<T>> {
  try {
    return { good: { value: await make() }, error: undefined };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const kept = { good: previous?.good, error };
    if (error.message !== previous?.error?.message) report(describeKept(kept) ?? error.message);
    return kept;
  }
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
