import type { Rotation } from './rotate.ts';
import { HARD_AGE } from './run.ts';
import type { Stage } from './stage.ts';
import type { Traffic } from './traffic.ts';
import type { WallClock } from './wall-clock.ts';

/** Around that moment the clock goes at the machine's pace: a request may wait a second for SSM then. */
const BEFORE = 1500;
const AFTER = 1500;

/**
 * Lets the clients go on until all old secrets are past the hard age, at a pace at which a minute takes so many seconds, and
 * ends them. Only wall clocks go faster: who waits by a timer meanwhile has less time by his clock.
 */
export async function passHardAge(
  clock: WallClock,
  stage: Stage,
  clients: Traffic,
  rotations: ReadonlyMap<string, Rotation>,
  seconds: number,
): Promise<void> {
  // on a busy machine many may wait, and none of them is to age at a stroke
  const go = async (rate: number) => {
    clients.stop();
    await clients.answered();
    clock.goAt(rate);
    stage.setClock(clock.pace());
    clients.start();
  };
  const last = Math.max(...[...rotations.values()].map(({ laidAt }) => laidAt));
  await go(60 / seconds);
  await clock.until(last + HARD_AGE - BEFORE);
  await go(1);
  await clock.until(last + HARD_AGE + AFTER);
  clients.stop();
  await clients.answered();
}
