/** What a pool asks of the sessions it keeps. */
export type Care<S> = {
  /** Lets it rest; calls back when it ends by itself. */
  rest(session: S, onOver: () => void): void;
  wake(session: S): void;
  isOver(session: S): boolean;
  quit(session: S): Promise<void>;
};

/**
 * Sessions that rest between two mails. Whoever takes one has it alone until he gives it back. Under one key only those
 * of one version (of a credential) are of use: who comes with another one ends them.
 */
export type Pool<S> = {
  take(key: string, now: number, version?: string): Promise<S | undefined>;
  give(key: string, session: S, now: number, version?: string): void;
  /** Says QUIT on all of them: the server stops. */
  closeAll(): Promise<void>;
  readonly size: number;
};

type Entry<S> = {
  readonly key: string;
  readonly version: string | undefined;
  readonly session: S;
  readonly since: number;
  readonly timer: NodeJS.Timeout;
};

/** Makes a pool of at most `most` sessions, none resting longer than `idle` milliseconds: what was frozen with a Lambda may be dead. */
export function createPool<S>(care: Care<S>, most = 10, idle = 10_000): Pool<S> {
  let entries: Entry<S>[] = [];

  const remove = (entry: Entry<S>): void => {
    clearTimeout(entry.timer);
    entries = entries.filter((each) => each !== entry);
  };
  const end = (entry: Entry<S>): Promise<void> => {
    remove(entry);
    return care.quit(entry.session);
  };

  return {
    async take(key, now, version) {
      for (const each of entries) if (each.key === key && each.version !== version) void end(each);
      for (;;) {
        const entry = entries.findLast((each) => each.key === key && each.version === version);
        if (!entry) return undefined;
        // by the wall clock: a thawed Lambda's timers have not run. A clock that went back tells nothing
        if (now - entry.since > idle || now < entry.since) {
          void end(entry);
          continue;
        }
        remove(entry);
        // no probe, it would cost a round trip: a whole turn of the event loop delivers a FIN or 421 that is there
        await turn();
        await turn();
        if (care.isOver(entry.session)) continue;
        care.wake(entry.session);
        return entry.session;
      }
    },
    give(key, session, now, version) {
      if (care.isOver(session)) return;
      const timer = setTimeout(() => void end(entry), idle);
      timer.unref();
      const entry: Entry<S> = { key, version, session, since: now, timer };
      entries.push(entry);
      care.rest(session, () => remove(entry));
      const oldest = entries[0];
      if (entries.length > most && oldest) void end(oldest);
    },
    async closeAll() {
      // awake, so that the process does not end before the last word is said
      for (const { session } of entries) care.wake(session);
      await Promise.all(entries.map(end));
    },
    get size() {
      return entries.length;
    },
  };
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
