/** smtp-server's own: it waits so many milliseconds before it greets, to catch who talks too early. */
const PAUSE = 100;

/** Takes this pause out of a process: it would be most of what a new connection takes, and is nobody's here. */
export function withoutPause(): void {
  const waiting = globalThis.setTimeout;
  globalThis.setTimeout = new Proxy(waiting, {
    apply(_waiting, _this, [run, ms, ...rest]: Parameters<typeof waiting>) {
      if (ms !== PAUSE) return waiting(run, ms, ...rest);
      // it is told not to be waited for: the turn would not come before something else happens
      return Object.assign(setImmediate(run, ...rest), { unref: () => undefined });
    },
  });
}
