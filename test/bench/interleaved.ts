import type { Sample } from './sample.ts';

/** Those who are compared, by name; each measures itself once and gives one number. */
export type Contenders<Name extends string> = Readonly<Record<Name, () => Promise<number> | number>>;

/**
 * Has each measure itself once a round, the first one another in each round: what slows the machine for a while slows
 * all of them. The first `warmUp` rounds are not counted.
 */
export async function interleaved<Name extends string>(
  contenders: Contenders<Name>,
  rounds: number,
  warmUp = 1,
): Promise<Readonly<Record<Name, Sample>>> {
  const names = Object.keys(contenders) as Name[];
  const samples = {} as Record<Name, number[]>;
  for (const name of names) samples[name] = [];
  for (let round = -warmUp; round < rounds; round++) {
    const first = (round + warmUp) % names.length;
    for (const name of [...names.slice(first), ...names.slice(0, first)]) {
      const measured = await contenders[name]();
      if (round >= 0) samples[name].push(measured);
    }
  }
  return samples;
}
