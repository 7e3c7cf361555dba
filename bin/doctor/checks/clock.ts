import { type Check, fail, note, ok, warn } from '../finding.ts';

/** Seconds. SigV4 takes a signature whose time is 5 minutes off at most. */
const WRONG = 240;
const OFF = 5;
const SET = 'Set the clock: timedatectl set-ntp true.';

/** How far this machine's clock is off, by the Date of AWS's answers. */
export const clock: Check = {
  name: 'clock',
  async look({ deployed, watch }) {
    // a refusal has a Date too
    await deployed().catch(() => undefined);
    const [best] = [...watch.ticks].sort((one, other) => one.roundTrip - other.roundTrip);
    if (!best) return [note('not looked at: no answer of AWS told the time')];
    const seconds = Math.abs(best.behind) / 1000;
    const rounded = Math.round(seconds);
    const what = `this machine's clock is ${rounded} s ${best.behind > 0 ? 'behind' : 'ahead of'} AWS`;
    if (seconds > WRONG) return [fail(`${what}: signatures are refused from 300 s on`, SET)];
    if (seconds > OFF) return [warn(what, SET)];
    return [ok('this machine and AWS agree on the time')];
  },
};
