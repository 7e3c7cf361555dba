import { expect, test } from 'vitest';
import { aging } from '../../functions/store/aging.ts';
import { TIMES } from '../../functions/store/times.ts';

/** An aging value whose readings a test ends when and how it likes. */
function world() {
  let time = 0;
  const readings: PromiseWithResolvers<string>[] = [];
  const stale: string[] = [];
  const value = aging<string>(
    () => {
      const reading = withResolvers<string>();
      readings.push(reading);
      return reading.promise;
    },
    {
      clock: { now: () => time, random: () => 0.5 },
      times: { ...TIMES, wait: 20 },
      stale: (why, age) => void stale.push(`${why} ${age}`),
    },
  );
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  return {
    value,
    readings,
    stale,
    turn,
    pass: (ms: number) => {
      time += ms;
    },
  };
}

// Promise.withResolvers is of Node 22
type PromiseWithResolvers<T> = {
  promise: Promise<T>;
  resolve: (value: T) => void;
  reject: (reason: unknown) => void;
};
function withResolvers<T>(): PromiseWithResolvers<T> {
  let resolve: (value: T) => void = () => {};
  let reject: (reason: unknown) => void = () => {};
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}

test('a reading that was frozen and lands hours later does not replace a newer one', async () => {
  const { value, readings, turn, pass } = world();
  const cold = value.ensure();
  await turn();
  readings[0]?.resolve('first');
  await cold;
  pass(50_000);
  expect(value.ensure()).toBeUndefined();
  pass(3 * 3_600_000);
  const thawed = value.ensure();
  await turn();
  expect(readings).toHaveLength(3);
  readings[2]?.resolve('third');
  await thawed;
  expect(value.peek()).toBe('third');
  readings[1]?.resolve('second, of three hours ago');
  await turn();
  expect(value.peek()).toBe('third');
});

test('a reading that lands hours later is as old as its beginning', async () => {
  const { value, readings, turn, pass } = world();
  value.ensure()?.catch(() => {});
  await turn();
  pass(3 * 3_600_000);
  readings[0]?.resolve('old');
  await turn();
  expect(value.peek()).toBe('old');
  value.ensure();
  await turn();
  expect(readings).toHaveLength(2);
});

test('the failure of a frozen reading says nothing about now', async () => {
  const { value, readings, stale, turn, pass } = world();
  const cold = value.ensure();
  await turn();
  readings[0]?.resolve('first');
  await cold;
  pass(50_000);
  value.ensure();
  await turn();
  pass(3_600_000);
  const thawed = value.ensure();
  await turn();
  readings[1]?.reject(new Error('the connection died'));
  await turn();
  readings[2]?.resolve('third');
  await thawed;
  expect([value.failure(), stale]).toEqual([undefined, []]);
});

test('after a failure there is a pause, then another reading', async () => {
  const { value, readings, stale, turn, pass } = world();
  const cold = value.ensure();
  await turn();
  readings[0]?.resolve('first');
  await cold;
  pass(70_000);
  const failing = value.ensure();
  await turn();
  readings[1]?.reject('throttled');
  await failing;
  expect(stale).toEqual(['throttled 70000']);
  expect(value.ensure()).toBeUndefined();
  pass(4_999);
  expect(value.ensure()).toBeUndefined();
  pass(1);
  value.ensure();
  await turn();
  expect(readings).toHaveLength(3);
});

test('requests wait for one slow reading as long as it may take, once and not each', async () => {
  const { value, readings, stale, turn, pass } = world();
  const cold = value.ensure();
  await turn();
  readings[0]?.resolve('first');
  await cold;
  pass(70_000);
  await Promise.all([value.ensure(), value.ensure(), value.ensure()]);
  pass(1_000);
  // its patience is used up
  await value.ensure();
  expect(stale).toEqual(['no answer within 20 ms 70000']);
  expect(readings).toHaveLength(2);
});
