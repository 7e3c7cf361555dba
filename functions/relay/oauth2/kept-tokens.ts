/** Access tokens that hold, by the credential that they were fetched with. */
export type KeptTokens = {
  find(key: string, now: number): string | undefined;
  /** Keeps a token that was asked for at `asked` and holds for so many seconds from then on. */
  keep(key: string, token: string, asked: number, seconds: number): void;
  /** Forgets this token, where it is still the one that is kept. */
  drop(key: string, token: string): void;
  readonly size: number;
};

type Entry = { readonly token: string; readonly asked: number; readonly until: number };

/** A token is given up this many milliseconds before its end: AUTH is said a while after, and clocks differ. */
const MARGIN = 60_000;

/** Makes a cache of at most `most` tokens; the one that was fetched first goes first. */
export function keepTokens(most = 100): KeptTokens {
  const entries = new Map<string, Entry>();
  return {
    find(key, now) {
      const entry = entries.get(key);
      if (!entry) return undefined;
      // by the wall clock, since a frozen Lambda's timers do not run; a clock that went back tells nothing
      if (now >= entry.asked && now < entry.until) return entry.token;
      entries.delete(key);
      return undefined;
    },
    keep(key, token, asked, seconds) {
      const life = seconds * 1000;
      entries.delete(key);
      entries.set(key, { token, asked, until: asked + life - Math.min(MARGIN, life / 2) });
      const [oldest] = entries.keys();
      if (entries.size > most && oldest !== undefined) entries.delete(oldest);
    },
    drop(key, token) {
      if (entries.get(key)?.token === token) entries.delete(key);
    },
    get size() {
      return entries.size;
    },
  };
}
