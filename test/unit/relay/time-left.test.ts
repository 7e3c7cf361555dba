import { describe, expect, test } from 'vitest';
import { timeLeft } from '../../../functions/relay/time-left.ts';
import { routeTo, wireOf } from '../../dialogue/deliveries.ts';

/** A clock that begins at 0 and is told the time. */
function setUp(timeout: number, deadline: number) {
  let now = 0;
  const { answerReserve: _, ...wire } = wireOf({ now: () => now, deadline });
  const time = timeLeft(routeTo(25, { timeout }), wire);
  return (at: number) => {
    now = at;
    return [time.ms(), time.enoughForAnswer()];
  };
}

describe('timeLeft()', () => {
  test("timeLeft() ends with the route's timeout", () => {
    const at = setUp(30, 100_000);
    expect(at(0)).toEqual([30_000, true]);
    expect(at(25_000)).toEqual([5000, true]);
    expect(at(25_001)).toEqual([4999, false]);
    expect(at(40_000)).toEqual([0, false]);
  });

  test("timeLeft() ends with the request's deadline", () => {
    const at = setUp(30, 10_000);
    expect(at(0)).toEqual([10_000, true]);
    expect(at(5001)).toEqual([4999, false]);
  });

  test('timeLeft() keeps half of a short timeout for the answer', () => {
    const at = setUp(2, 100_000);
    expect(at(1000)).toEqual([1000, true]);
    expect(at(1001)).toEqual([999, false]);
  });

  test('timeLeft() is whole, whatever the timeout and the deadline: node:dns throws at a fraction', () => {
    expect(setUp(1.1, 100_000)(0.25)).toEqual([1099, true]);
    expect(setUp(30, 29_442.955)(0)).toEqual([29_442, true]);
  });

  test('spare() ends where a mail cannot be handed over any more', () => {
    let now = 0;
    const { answerReserve: _, ...wire } = wireOf({ now: () => now, deadline: 20_000 });
    const long = timeLeft(routeTo(25, { timeout: 30 }), wire);
    const short = timeLeft(routeTo(25, { timeout: 2.5 }), wire);
    expect([long.spare(), short.spare()]).toEqual([15_000, 1250]);
    now = 1500;
    expect([long.spare(), short.spare()]).toEqual([13_500, -250]);
    now = -1e6;
    expect([long.spare(), short.spare()]).toEqual([30_000, 2500]);
  });

  test('timeLeft() does not grow with a clock that is set back', () => {
    const at = setUp(2, 100_000);
    expect(at(-10_800_000)).toEqual([2000, true]);
  });
});
