import { inTime } from '../in-time.ts';

/** What the DNS says of a name and a type. `nothing`: no answer that tells anything, so asking again may help. */
export type LookedUp<T> =
  | { readonly said: 'records'; readonly records: readonly T[] }
  | { readonly said: 'no data' | 'no such name' }
  | { readonly said: 'nothing'; readonly cause: string };

/** Asks the DNS, for at most so many milliseconds. Never rejects. */
export async function lookUp<T>(ask: () => Promise<readonly T[]>, ms: number): Promise<LookedUp<T>> {
  // an alias of a name without such records gives an empty list, not ENODATA
  const asked = ask().then(
    (records): LookedUp<T> => (records.length > 0 ? { said: 'records', records } : { said: 'no data' }),
    faultOf,
  );
  return inTime(asked, ms, () => ({ said: 'nothing', cause: 'no answer in time' }));
}

/** Only these codes say that there is nothing; every other one (ESERVFAIL, ETIMEOUT, EREFUSED, ...) that nobody could say it. */
function faultOf(error: unknown): Exclude<LookedUp<never>, { said: 'records' }> {
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  // NXDOMAIN
  if (code === 'ENOTFOUND') return { said: 'no such name' };
  // EBADNAME: the DNS could not even be asked for such a name (RFC 1035 2.3.4)
  if (code === 'ENODATA' || code === 'EBADNAME') return { said: 'no data' };
  return { said: 'nothing', cause: code };
}
