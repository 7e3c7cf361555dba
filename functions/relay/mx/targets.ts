import type { Wire } from '../relay.ts';
import type { TimeLeft } from '../time-left.ts';
import type { Addresses } from './addresses.ts';
import type { Exchanger } from './exchangers.ts';
import { isReachable } from './reachable.ts';

/** An address to try. */
export type Target = {
  readonly exchanger: string;
  readonly address: string;
  /** None comes after it. */
  readonly last: boolean;
};

/** Most addresses that are tried (RFC 5321 5.1: a limit is allowed, of two at least). */
const MOST_TARGETS = 10;

/**
 * The addresses to try, in order, while a mail can still be handed over. Each exchanger is looked up when its turn has
 * come: mostly the first one takes the mail. `onFault` hears what the DNS could not say.
 */
export async function* targetsOf(
  found: readonly Exchanger[],
  look: (exchanger: Exchanger) => Promise<Addresses>,
  time: TimeLeft,
  { loopbackExchangers }: Wire,
  onFault: (fault: string) => void,
): AsyncGenerator<Target, void, void> {
  const exchangers = found.slice(0, MOST_TARGETS);
  // shared out evenly: one with many addresses must not leave the others out
  const most = Math.floor(MOST_TARGETS / exchangers.length);
  for (const [place, exchanger] of exchangers.entries()) {
    if (!time.enoughForAnswer()) return;
    const { addresses, failed } = await look(exchanger);
    if (failed !== undefined) onFault(failed);
    const usable = addresses.filter((address) => loopbackExchangers || isReachable(address)).slice(0, most);
    for (const [index, address] of usable.entries()) {
      if (!time.enoughForAnswer()) return;
      const last = place === exchangers.length - 1 && index === usable.length - 1;
      yield { exchanger: exchanger.name, address, last };
    }
  }
}
