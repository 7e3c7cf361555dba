import { type Clock, isWithin, jittered, type Times } from './times.ts';

/** A value that is read anew as it ages: beside a request when soft, before it when hard. */
export type Aging<T> = {
  /** Sees that the value is young enough; undefined where it is so without waiting. Rejects only where there is none. */
  ensure(): Promise<void> | undefined;
  /** Reads anew now, or joins the reading that is under way. */
  refresh(): Promise<void>;
  /** The reading that is under way. */
  pending(): Promise<void> | undefined;
  peek(): T | undefined;
  /** When the value was read or confirmed, by the wall clock. */
  readAt(): number | undefined;
  /** Why the newest reading failed; undefined once one succeeds. */
  failure(): unknown;
};

type Flight = { readonly serial: number; readonly startedAt: number; done: Promise<void>; slow?: true };

/**
 * Makes an aging value. One reading at a time; after a failure a pause. `stale` is told why older tables serve, once
 * a reading. All ages go by the wall clock: a frozen Lambda's timers stand still.
 */
export function aging<T>(
  read: (previous: T | undefined) => Promise<T>,
  { clock, times, stale }: { clock: Clock; times: Times; stale: (why: unknown, age: number) => void },
): Aging<T> {
  let held: { value: T; readAt: number; serial: number; soft: number } | undefined;
  let flight: Flight | undefined;
  let failed: { error: unknown; at: number; rest: number } | undefined;
  let serial = 0;

  function start(): Flight {
    if (flight && isWithin(clock, flight.startedAt, times.dead)) return flight;
    const own: Flight = { serial: ++serial, startedAt: clock.now(), done: Promise.resolve() };
    flight = own;
    own.done = own.done.then(() => run(own));
    // who waits for it gets the error; a reading beside a request has nobody waiting
    own.done.catch(() => {});
    return own;
  }

  async function run(own: Flight): Promise<void> {
    try {
      const value = await read(held?.value);
      // a frozen reading may land hours later: never over a newer one, and as old as its beginning
      if (!held || own.serial > held.serial) {
        held = { value, readAt: own.startedAt, serial: own.serial, soft: jittered(clock, times.soft) };
      }
      if (flight === own) failed = undefined;
    } catch (error) {
      if (flight === own) {
        failed = { error, at: clock.now(), rest: jittered(clock, held ? times.rest : times.coldRest) };
        if (held) stale(error, clock.now() - held.readAt);
      }
      throw error;
    } finally {
      if (flight === own) flight = undefined;
    }
  }

  async function cold(): Promise<void> {
    if (failed && isWithin(clock, failed.at, failed.rest)) throw failed.error;
    await start().done;
  }

  async function waitFor(own: Flight, since: number): Promise<void> {
    const rest = times.wait - (clock.now() - own.startedAt);
    if (rest <= 0 || (await settles(own.done, rest)) || own.slow) return;
    own.slow = true;
    stale(`no answer within ${times.wait} ms`, clock.now() - since);
  }

  return {
    ensure() {
      if (!held) return cold();
      if (isWithin(clock, held.readAt, Math.min(held.soft, times.hard))) return undefined;
      if (failed && isWithin(clock, failed.at, failed.rest)) return undefined;
      const own = start();
      return isWithin(clock, held.readAt, times.hard) ? undefined : waitFor(own, held.readAt);
    },
    refresh: () => start().done,
    pending: () => flight?.done,
    peek: () => held?.value,
    readAt: () => held?.readAt,
    failure: () => failed?.error,
  };
}

/** Whether a promise settles, well or not, within so many milliseconds. */
export async function settles(promise: Promise<unknown>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(resolve, ms, false);
  });
  const settled = promise.then(
    () => true,
    () => true,
  );
  const first = await Promise.race([settled, late]);
  clearTimeout(timer);
  return first;
}
