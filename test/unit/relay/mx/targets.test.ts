import { describe, expect, test } from 'vitest';
import type { Exchanger } from '../../../../functions/relay/mx/exchangers.ts';
import { targetsOf } from '../../../../functions/relay/mx/targets.ts';
import { timeLeft } from '../../../../functions/relay/time-left.ts';
import { routeTo, wireOf } from '../../../dialogue/deliveries.ts';

const named = (...names: string[]): Exchanger[] => names.map((name) => ({ name }));

/** Each target in a word, `!` after the last; `spend` is how the time passes at each, `looked` who was looked up. */
async function wordsOf(
  exchangers: readonly Exchanger[],
  addresses: Readonly<Record<string, readonly string[]>>,
  spend = 0,
  looked: string[] = [],
) {
  let now = 0;
  const wire = wireOf({ now: () => now, deadline: 1000, answerReserve: 100 });
  const faults: string[] = [];
  const look = async ({ name }: Exchanger) => {
    looked.push(name);
    const failed = name in addresses ? undefined : `A ${name}: ESERVFAIL`;
    return { addresses: addresses[name] ?? [], failed };
  };
  const words: string[] = [];
  const time = timeLeft(routeTo(25), wire);
  for await (const target of targetsOf(exchangers, look, time, wire, (fault) => faults.push(fault))) {
    words.push(`${target.exchanger} ${target.address}${target.last ? '!' : ''}`);
    now += spend;
  }
  return [...words, ...faults];
}

describe('targetsOf()', () => {
  test('targetsOf() has each address of each exchanger, and says which is the last', async () => {
    const addresses = { a: ['192.0.2.1', '2001:db8::1'], b: ['192.0.2.2'] };
    expect(await wordsOf(named('a', 'b'), addresses)).toEqual([
      'a 192.0.2.1',
      'a 2001:db8::1',
      'b 192.0.2.2!',
    ]);
  });

  test('targetsOf() tells what the DNS could not say, and goes on', async () => {
    expect(await wordsOf(named('a', 'b'), { b: ['192.0.2.2'] })).toEqual(['b 192.0.2.2!', 'A a: ESERVFAIL']);
  });

  test('targetsOf() leaves out what is this machine, before it counts', async () => {
    const addresses = { a: ['127.0.0.1', '::1', '192.0.2.1'] };
    expect(await wordsOf(named('a'), addresses)).toEqual(['a 192.0.2.1!']);
  });

  test.each([
    [1, [10]],
    [2, [5, 5]],
    [3, [3, 3, 3]],
    [11, Array(10).fill(1)],
  ])('targetsOf() shares ten tries out among %i exchangers', async (count, expected) => {
    const many = Array.from({ length: 20 }, (_, index) => `192.0.2.${index}`);
    const names = Array.from({ length: count }, (_, index) => `mx${index}`);
    const words = await wordsOf(named(...names), Object.fromEntries(names.map((name) => [name, many])));
    const counts = names.map((name) => words.filter((word) => word.startsWith(`${name} `)).length);
    expect(counts.filter((each) => each > 0)).toEqual(expected);
  });

  test('targetsOf() ends when a mail could not be handed over any more, without a further question', async () => {
    const addresses = { a: ['192.0.2.1', '192.0.2.2', '192.0.2.3'], b: ['192.0.2.4'] };
    const looked: string[] = [];
    // at 900 of 1000 milliseconds a mail may still go, after that not
    expect(await wordsOf(named('a', 'b'), addresses, 450, looked)).toHaveLength(3);
    expect(await wordsOf(named('a', 'b'), addresses, 451)).toEqual(['a 192.0.2.1', 'a 192.0.2.2']);
    expect(await wordsOf(named('b', 'a'), addresses, 901, looked)).toEqual(['b 192.0.2.4']);
    expect(looked).toEqual(['a', 'b']);
  });
});
