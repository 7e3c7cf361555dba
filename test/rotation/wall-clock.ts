import { setTimeout as sleep } from 'node:timers/promises';
import type { Pace } from '../bundle/lambda.ts';

/** The clock of a run, milliseconds since the epoch: the machine's own at first. */
export type WallClock = {
  now(): number;
  pace(): Pace;
  /** From now on it goes so many times as fast. */
  goAt(rate: number): void;
  /** Waits until it shows that. */
  until(moment: number): Promise<void>;
};

/** Starts at the machine's time. */
export function wallClock(): WallClock {
  let pace: Pace = { since: 0, at: 0, rate: 1 };
  const now = () => pace.at + (Date.now() - pace.since) * pace.rate;
  return {
    now,
    pace: () => pace,
    goAt(rate) {
      pace = { since: Date.now(), at: now(), rate };
    },
    async until(moment) {
      while (now() < moment) await sleep(Math.ceil((moment - now()) / pace.rate));
    },
  };
}
