import type { Milter } from '../milter/milter.ts';
import { phasesOf } from '../milter/milter.ts';
import type { RelayDeclaration } from '../relay/relay.ts';
import { MILTER_PHASES } from '../tables/haineko-cf.ts';
import type { Known } from '../tables/known.ts';

/** What the tables must know of the registries, made from their declarations. */
export function knownFrom(
  relays: readonly RelayDeclaration[],
  milters: readonly Milter[],
  place: { deployed: boolean; machine: string },
): Known {
  return {
    mailers: new Map(relays.map((relay) => [relay.name, relay])),
    milters: new Map(milters.map((milter) => [milter.name, phasesOf(milter, MILTER_PHASES)])),
    ...place,
  };
}
