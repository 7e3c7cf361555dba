import { TIMES } from '../../functions/store/times.ts';

/** When the last relay that runs now will use what was laid at `laidAt` (milliseconds since the epoch). */
export function inForceBy(laidAt: number): Date {
  return new Date(laidAt + TIMES.hard);
}

/** The same in words. */
export function describeInForce(laidAt: number, of: 'credential' | 'user'): string {
  const by = inForceBy(laidAt).toISOString().slice(11, 19);
  const sooner = {
    credential: 'one whose server refuses the old one asks for it at once',
    user: 'one that is given the new password asks for it at once (every 10 s)',
  }[of];
  return `All relays use it by ${by} UTC (${TIMES.hard / 1000} s), as long as SSM answers; ${sooner}.`;
}
