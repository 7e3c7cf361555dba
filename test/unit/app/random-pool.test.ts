import { expect, test } from 'vitest';
import { randomPool } from '../../../functions/app/random-pool.ts';

/** Octets that count up, so that each tells its place. */
function counting() {
  let next = 0;
  const asked: number[] = [];
  const fill = (octets: number) => {
    asked.push(octets);
    return Uint8Array.from({ length: octets }, () => next++ & 0xff);
  };
  return { fill, asked };
}

test('randomPool() gives each octet once, and asks for thousands at a time', () => {
  const { fill, asked } = counting();
  const random = randomPool(fill);
  const given = Array.from({ length: 600 }, () => [...random(16)]);
  // 4096 octets are 256 times 16: nothing is left over, and nothing told twice
  expect(given.flat()).toEqual(Array.from({ length: 9600 }, (_, at) => at & 0xff));
  expect(asked.filter((octets) => octets > 0)).toEqual([4096, 4096, 4096]);
});

test('randomPool() gives as many as are asked for, more than it holds too', () => {
  const random = randomPool();
  expect([0, 1, 4095, 5000, 16].map((octets) => random(octets).length)).toEqual([0, 1, 4095, 5000, 16]);
  expect(Buffer.from(random(16)).equals(Buffer.from(random(16)))).toBe(false);
});
