import { randomBytes } from 'node:crypto';

/** Octets that are fetched at once. */
const POOL = 4096;

/**
 * Random octets, each given once. The system is asked for thousands at a time: a call for each id takes a third as long as all
 * checks of a mail.
 */
export function randomPool(
  fill: (octets: number) => Uint8Array = randomBytes,
): (octets: number) => Uint8Array {
  let pool = fill(0);
  let used = 0;
  return (octets) => {
    if (octets > pool.length - used) {
      pool = fill(Math.max(octets, POOL));
      used = 0;
    }
    used += octets;
    return pool.subarray(used - octets, used);
  };
}
