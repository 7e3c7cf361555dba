import ipaddr from 'ipaddr.js';

/** How many wrong passwords a client address may send in a window, and the window's length. */
const MOST_GUESSES = 10;
const WINDOW = 60_000;
/** How many addresses are remembered: the oldest is forgotten, so that memory stays bounded. */
const MOST_ADDRESSES = 10_000;

/** Counts wrong passwords by client address, so that nobody tries many (and makes us pay scrypt for each). */
export type GuessCap = {
  /** Seconds until the address may try again; 0: it may now. */
  wait(address: string, now: number): number;
  /** Takes a guess: counted before the password is looked at, so that many at once do not slip by. */
  take(address: string, now: number): void;
  /** Gives a guess back: the password was right. */
  giveBack(address: string): void;
};

/** A cap in this process's memory: each Lambda instance counts for itself. */
export function guessCap(most = MOST_GUESSES, window = WINDOW): GuessCap {
  const guesses = new Map<string, { count: number; since: number }>();
  return {
    wait(address, now) {
      const entry = guesses.get(network(address));
      if (!entry || now - entry.since >= window || now < entry.since) return 0;
      return entry.count < most ? 0 : Math.ceil((entry.since + window - now) / 1000);
    },
    take(address, now) {
      const key = network(address);
      const entry = guesses.get(key);
      if (entry && now - entry.since < window && now >= entry.since) {
        entry.count += 1;
        return;
      }
      guesses.delete(key);
      guesses.set(key, { count: 1, since: now });
      const oldest = guesses.size > MOST_ADDRESSES ? guesses.keys().next().value : undefined;
      if (oldest !== undefined) guesses.delete(oldest);
    },
    giveBack(address) {
      const entry = guesses.get(network(address));
      if (entry && entry.count > 0) entry.count -= 1;
    },
  };
}

/** One IPv4 address, or an IPv6 /64: the least that a customer holds, within which addresses cost nothing (RFC 6177 2). */
function network(address: string): string {
  if (!ipaddr.isValid(address)) return address;
  const parsed = ipaddr.process(address);
  return parsed instanceof ipaddr.IPv6 ? parsed.parts.slice(0, 4).join(':') : parsed.toString();
}
