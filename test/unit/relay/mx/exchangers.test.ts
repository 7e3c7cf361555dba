import { describe, expect, test } from 'vitest';
import type { Address } from '../../../../functions/mail/address.ts';
import { exchangersOf } from '../../../../functions/relay/mx/exchangers.ts';
import type { MailResolver } from '../../../../functions/relay/relay.ts';

type Records = readonly (readonly [priority: number, exchange: string])[];

/** The names of the exchangers, or the answer's codes. */
async function namesOf(records: Records, random?: () => number, hostname = 'haineko.test') {
  const resolver: MailResolver = {
    resolveMx: async () => records.map(([priority, exchange]) => ({ priority, exchange })),
    resolve4: async () => [],
    resolve6: async () => [],
  };
  const surroundings = { resolver, hostname, patience: 1000, random };
  const found = await exchangersOf('a@example.org' as Address, surroundings);
  return 'outcome' in found ? `${found.code} ${found.dsn}` : found.map(({ name }) => name);
}

/** Numbers as a lottery would draw them. */
const draws = (...numbers: number[]) => {
  const rest = [...numbers];
  return () => rest.shift() ?? 0;
};

describe('exchangersOf()', () => {
  test('exchangersOf() sorts by preference, and draws lots among equals', async () => {
    const records: Records = [
      [20, 'd'],
      [10, 'a'],
      [10, 'b'],
      [10, 'c'],
    ];
    expect(await namesOf(records, draws(0, 0.5, 0.9, 0.1))).toEqual(['c', 'a', 'b', 'd']);
    expect(await namesOf(records, draws(0.9, 0.1, 0.2, 0.3))).toEqual(['a', 'b', 'c', 'd']);
  });

  test('exchangersOf() has the order of the DNS among equals where nothing draws', async () => {
    const records: Records = [
      [5, 'b'],
      [5, 'a'],
      [1, 'c'],
    ];
    expect(await namesOf(records)).toEqual(['c', 'b', 'a']);
  });

  test('exchangersOf() drops us, and all that are not better than us', async () => {
    const records: Records = [
      [10, 'a'],
      [20, 'b'],
      [20, 'Haineko.Test.'],
      [30, 'c'],
      [15, 'd'],
    ];
    expect(await namesOf(records)).toEqual(['a', 'd']);
    expect(await namesOf(records, undefined, 'HAINEKO.test.')).toEqual(['a', 'd']);
    expect(await namesOf(records, undefined, 'other.test')).toHaveLength(5);
  });

  test('exchangersOf() counts our best place where we stand twice', async () => {
    const records: Records = [
      [10, 'haineko.test'],
      [20, 'a'],
      [30, 'haineko.test'],
    ];
    expect(await namesOf(records)).toBe('554 5.4.6');
  });

  test('exchangersOf() takes the root alone for a null MX, whatever its preference, and drops it among others', async () => {
    expect(await namesOf([[0, '']])).toBe('556 5.1.10');
    expect(await namesOf([[10, '.']])).toBe('556 5.1.10');
    expect(
      await namesOf([
        [0, ''],
        [10, 'a'],
      ]),
    ).toEqual(['a']);
  });
});
