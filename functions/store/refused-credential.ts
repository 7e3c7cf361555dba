import { type Aging, settles } from './aging.ts';
import { type Clock, isWithin, type Times } from './times.ts';

/**
 * Reads a credential anew for those whom a server refused with it, at two paces. While it may be being changed (for
 * `times.rotation` after the first refusal of a version), each gets what a reading found that was begun after its own
 * refusal, and waits for that one where it comes too soon. Later nobody waits: a credential that is simply wrong must
 * become no storm of reads. `found` tells whether a newer version is known. Never rejects.
 */
export function refusedCredential(cell: Aging<unknown>, { clock, times }: { clock: Clock; times: Times }) {
  let refusals: { readonly version: string; readonly since: number; readonly last: number } | undefined;
  let begunAt: number | undefined;
  let readings = 0;

  const begin = (): Promise<void> => {
    readings++;
    begunAt = clock.now();
    return cell.refresh();
  };
  /** Whether a reading, begun now or under way, ended well and in time. */
  const ends = async (reading = cell.pending()): Promise<boolean> =>
    !reading || ((await settles(reading, times.wait)) && cell.failure() === undefined);

  return async (version: string, found: () => boolean): Promise<void> => {
    const now = clock.now();
    // after a pause a refusal is a first one again: the version may have been good meanwhile
    const before = refusals;
    const goesOn = before?.version === version && isWithin(clock, before.last, times.rotation);
    const since = goesOn ? Math.min(before.since, now) : now;
    refusals = { version, since, last: now };
    const rotating = isWithin(clock, since, times.rotation);
    const pace = rotating ? times.rotationPace : times.refused;
    const early = begunAt !== undefined && isWithin(clock, begunAt, pace);
    const read = await ends(early ? undefined : begin());
    // one that was under way may have been answered before the newer version was laid
    if (!read || !rotating || found() || (cell.readAt() ?? 0) >= now) return;
    const seen = readings;
    await delay((begunAt ?? now) + pace - clock.now());
    // by the wall clock another request may have been allowed to begin it: our timer stands still in a frozen Lambda
    await ends(readings === seen ? begin() : undefined);
  };
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
}
