/** One way of a distance: what is put in comes out `delay` milliseconds later, in its order. */
export type Lane<T> = { put(item: T, sentAt?: number): void };

/** A timer may be late by a millisecond: for the last of them the clock is looked at turn by turn. */
const WATCHED = 2;

/** Makes one. `sentAt` (as performance.now()) is given where something counts as sent later than it was put in. */
export function lane<T>(delay: number, arrive: (item: T) => void): Lane<T> {
  const queue: { readonly item: T; readonly due: number }[] = [];
  const pump = (): void => {
    for (let first = queue[0]; first; first = queue[0]) {
      const wait = first.due - performance.now();
      if (wait > WATCHED) {
        setTimeout(pump, wait - WATCHED);
        return;
      }
      if (wait > 0) {
        setImmediate(pump);
        return;
      }
      queue.shift();
      arrive(first.item);
    }
  };
  return {
    put(item, sentAt = performance.now()) {
      queue.push({ item, due: sentAt + delay });
      if (queue.length === 1) pump();
    },
  };
}
